// Retry-After and HTTP dates.
#include "wire/retry_after.hpp"

#include "fuzz/fuzzed_input.hpp"
#include "wire/http_date.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

using namespace batch_cancel;
using namespace std::chrono;
using fuzz::expect;

namespace
{

constexpr milliseconds longest_wait = hours(24 * 365 * 100);

bool are_digits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The three forms of RFC 9110 section 5.6.7.
std::array<std::string, 3> forms_of(sys_seconds time)
{
    constexpr std::array<char const*, 7> days_of_week{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};
    constexpr std::array<char const*, 12> months_of_year{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const day = floor<days>(time);
    year_month_day const date{day};
    hh_mm_ss const clock{time - day};
    auto const* const weekday_name = days_of_week[weekday{day}.c_encoding()];
    auto const* const month_name = months_of_year[static_cast<unsigned>(date.month()) - 1];
    int const year_number = static_cast<int>(date.year());
    unsigned const day_number = static_cast<unsigned>(date.day());
    char time_of_day[16];
    std::snprintf(time_of_day, sizeof time_of_day, "%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    std::array<std::string, 3> forms;
    char text[64];
    std::snprintf(text, sizeof text, "%.3s, %02u %s %04d %s GMT", weekday_name, day_number, month_name, year_number,
                  time_of_day);
    forms[0] = text;
    std::snprintf(text, sizeof text, "%s, %02u-%s-%02d %s GMT", weekday_name, day_number, month_name, year_number % 100,
                  time_of_day);
    forms[1] = text;
    std::snprintf(text, sizeof text, "%.3s %s %2u %s %04d", weekday_name, month_name, day_number, time_of_day,
                  year_number);
    forms[2] = text;
    return forms;
}

void check_date(std::string_view text)
{
    auto const read = wire::parse_http_date(text);
    if (!read)
        return;
    auto const forms = forms_of(*read);
    auto const year_read = year_month_day{floor<days>(*read)}.year();
    expect(year_read >= year{0} && year_read <= year{10000}, "a date has a year of four digits");
    if (year_read > year{9999})  // the leap second of its last day
        return;
    expect(wire::parse_http_date(forms[0]) == read, "a date written as IMF-fixdate is the same date");
    expect(wire::parse_http_date(forms[2]) == read, "a date written by asctime is the same date");
    if (year_read >= year{2000} && year_read <= year{2099})
        expect(wire::parse_http_date(forms[1]) == read, "a date written as in RFC 850 is the same date");
}

// What is to be waited for a number, by long doubles instead of digits.
void check_number(std::string_view value, std::optional<milliseconds> wait)
{
    auto const point = value.find('.');
    bool const is_whole = point == std::string_view::npos && are_digits(value);
    bool const is_decimal =
        point != std::string_view::npos && are_digits(value.substr(0, point)) && are_digits(value.substr(point + 1));
    if (!is_whole && !is_decimal)
        return;
    auto const seconds_wanted = std::strtold(std::string(value).c_str(), nullptr);
    if (!wait)
    {
        expect(seconds_wanted * 1000 > static_cast<long double>(longest_wait.count()), "a number of seconds is read");
        return;
    }
    auto const waited = static_cast<long double>(wait->count()) / 1000;
    auto const rounding = seconds_wanted * 1e-18L;
    expect(waited >= seconds_wanted - rounding, "no wait ends early");
    expect(waited - 0.001L <= seconds_wanted + rounding, "a wait is rounded up to its millisecond and no further");
    bool const has_fraction = value.find_first_of("123456789", std::min(point, value.size())) != std::string_view::npos;
    expect(has_fraction || wait->count() % 1000 == 0, "whole seconds stay whole");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::fuzzed_input input(data, size);
    bool const has_wild_clock = input.choice(2) == 1;
    auto const value = input.next_text();
    auto const date = input.next_text();
    auto const answered = wire::parse_http_date(date);
    auto const now =
        has_wild_clock ? system_clock::time_point::max() : system_clock::time_point{seconds{1'790'000'000}};
    auto const wait = wire::parse_retry_after(value, answered, now);
    expect(!wait || (*wait >= milliseconds::zero() && *wait <= longest_wait + seconds{1}),
           "a wait is neither negative nor longer than a hundred years");
    check_number(value, wait);
    check_date(value);
    check_date(date);
    if (auto const until = wire::parse_http_date(value); until && answered)
    {
        auto const apart = duration_cast<milliseconds>(*until - *answered);
        bool const counts = apart > apart.zero() && apart <= longest_wait;
        expect(wait == (counts ? std::optional(apart) : std::nullopt), "a date is measured against the answer's own");
    }
    return 0;
}
