#include "journal/timestamp.hpp"

#include <algorithm>
#include <cstring>

namespace batch_cancel::journal_format
{

namespace
{

void put_digits(char* at, unsigned value, int count) noexcept
{
    for (int i = count; i-- > 0; value /= 10)
        at[i] = static_cast<char>('0' + value % 10);
}

std::optional<unsigned> get_digits(std::string_view text, std::size_t at, std::size_t count) noexcept
{
    unsigned value = 0;
    for (char const c : text.substr(at, count))
    {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

}  // namespace

char* timestamp_writer::put(char* to, std::chrono::system_clock::time_point time) noexcept
{
    using namespace std::chrono;
    // What parse_timestamp takes: no clock of a real run shows other times, but a pause may be asked for that never ends.
    constexpr sys_seconds first = sys_days{year{1678} / 1 / 1};
    constexpr sys_seconds last = sys_days{year{2261} / 12 / 31} + 86399s;
    auto const second = std::clamp(floor<seconds>(time), first, last);
    auto const millis = std::clamp<std::int64_t>(floor<milliseconds>(time - second).count(), 0, 999);
    if (second.time_since_epoch().count() != second_)
    {
        auto const day = floor<days>(second);
        year_month_day const date{day};
        hh_mm_ss const clock{second - day};
        put_digits(prefix_, static_cast<unsigned>(static_cast<int>(date.year())), 4);
        prefix_[4] = '-';
        put_digits(prefix_ + 5, static_cast<unsigned>(date.month()), 2);
        prefix_[7] = '-';
        put_digits(prefix_ + 8, static_cast<unsigned>(date.day()), 2);
        prefix_[10] = 'T';
        put_digits(prefix_ + 11, static_cast<unsigned>(clock.hours().count()), 2);
        prefix_[13] = ':';
        put_digits(prefix_ + 14, static_cast<unsigned>(clock.minutes().count()), 2);
        prefix_[16] = ':';
        put_digits(prefix_ + 17, static_cast<unsigned>(clock.seconds().count()), 2);
        prefix_[19] = '.';
        second_ = second.time_since_epoch().count();
    }
    std::memcpy(to, prefix_, sizeof prefix_);
    put_digits(to + sizeof prefix_, static_cast<unsigned>(millis), 3);
    to[length - 1] = 'Z';
    return to + length;
}

std::optional<std::chrono::system_clock::time_point> parse_timestamp(std::string_view text) noexcept
{
    using namespace std::chrono;
    if (text.size() != 24 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || text[19] != '.' || text[23] != 'Z')
        return std::nullopt;
    auto const y = get_digits(text, 0, 4);
    auto const mo = get_digits(text, 5, 2);
    auto const d = get_digits(text, 8, 2);
    auto const h = get_digits(text, 11, 2);
    auto const mi = get_digits(text, 14, 2);
    auto const s = get_digits(text, 17, 2);
    auto const ms = get_digits(text, 20, 3);
    if (!y || !mo || !d || !h || !mi || !s || !ms || *h > 23 || *mi > 59 || *s > 59)
        return std::nullopt;
    year_month_day const date{year{static_cast<int>(*y)}, month{*mo}, day{*d}};
    // The clock's nanoseconds reach from 1677 to 2262.
    if (!date.ok() || *y < 1678 || *y > 2261)
        return std::nullopt;
    return sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s} + milliseconds{*ms};
}

}  // namespace batch_cancel::journal_format
