#include "wire/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace batch_cancel::wire
{

namespace
{

// Takes a date apart from its front; once something does not fit, everything after it fails too.
class scanner
{
public:
    explicit scanner(std::string_view text) noexcept
        : rest_(text)
    {
    }

    bool literal(std::string_view expected) noexcept
    {
        if (!good_ || !rest_.starts_with(expected))
            return good_ = false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    // A number of exactly `digits` digits; where `padded` its first ones may be blanks.
    int number(std::size_t digits, bool padded = false) noexcept
    {
        int value = -1;
        if (!good_ || rest_.size() < digits)
            return fail();
        auto field = rest_.substr(0, digits);
        while (padded && field.starts_with(' '))
            field.remove_prefix(1);
        if (field.empty() || !std::all_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; }))
            return fail();
        std::from_chars(field.data(), field.data() + field.size(), value);
        rest_.remove_prefix(digits);
        return value;
    }

    template <std::size_t Count>
    unsigned one_of(std::array<std::string_view, Count> const& names) noexcept
    {
        for (unsigned i = 0; good_ && i < Count; ++i)
        {
            if (rest_.starts_with(names[i]))
            {
                rest_.remove_prefix(names[i].size());
                return i;
            }
        }
        fail();
        return 0;
    }

    bool at_end() const noexcept
    {
        return good_ && rest_.empty();
    }

private:
    int fail() noexcept
    {
        good_ = false;
        return -1;
    }

    std::string_view rest_;
    bool good_{true};
};

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> short_days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

struct civil_time
{
    int year = 0;
    unsigned month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

void scan_time(scanner& from, civil_time& to) noexcept
{
    to.hour = from.number(2);
    from.literal(":");
    to.minute = from.number(2);
    from.literal(":");
    to.second = from.number(2);
}

std::optional<civil_time> scan_fixdate(std::string_view text) noexcept  // Sun, 06 Nov 1994 08:49:37 GMT
{
    scanner from(text);
    civil_time to;
    from.one_of(short_days);
    from.literal(", ");
    to.day = from.number(2);
    from.literal(" ");
    to.month = from.one_of(months) + 1;
    from.literal(" ");
    to.year = from.number(4);
    from.literal(" ");
    scan_time(from, to);
    from.literal(" GMT");
    return from.at_end() ? std::optional(to) : std::nullopt;
}

std::optional<civil_time> scan_rfc850(std::string_view text) noexcept  // Sunday, 06-Nov-94 08:49:37 GMT
{
    scanner from(text);
    civil_time to;
    from.one_of(long_days);
    from.literal(", ");
    to.day = from.number(2);
    from.literal("-");
    to.month = from.one_of(months) + 1;
    from.literal("-");
    to.year = 2000 + from.number(2);
    from.literal(" ");
    scan_time(from, to);
    from.literal(" GMT");
    return from.at_end() ? std::optional(to) : std::nullopt;
}

std::optional<civil_time> scan_asctime(std::string_view text) noexcept  // Sun Nov  6 08:49:37 1994
{
    scanner from(text);
    civil_time to;
    from.one_of(short_days);
    from.literal(" ");
    to.month = from.one_of(months) + 1;
    from.literal(" ");
    to.day = from.number(2, true);
    from.literal(" ");
    scan_time(from, to);
    from.literal(" ");
    to.year = from.number(4);
    return from.at_end() ? std::optional(to) : std::nullopt;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) noexcept
{
    using namespace std::chrono;
    auto scanned = scan_fixdate(text);
    if (!scanned)
        scanned = scan_rfc850(text);
    if (!scanned)
        scanned = scan_asctime(text);
    if (!scanned)
        return std::nullopt;
    year_month_day const date{year(scanned->year), month(scanned->month), day(static_cast<unsigned>(scanned->day))};
    // 60 is a leap second.
    if (!date.ok() || scanned->hour > 23 || scanned->minute > 59 || scanned->second > 60)
        return std::nullopt;
    return sys_days(date) + hours(scanned->hour) + minutes(scanned->minute) + seconds(scanned->second);
}

}  // namespace batch_cancel::wire
