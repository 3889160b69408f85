#include "wire/retry_after.hpp"

#include "wire/http_date.hpp"

#include <cstdint>

namespace batch_cancel::wire
{

namespace
{

constexpr std::chrono::milliseconds longest_wait = std::chrono::hours(24 * 365 * 100);

constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

// digits [ "." digits ]
std::optional<std::chrono::milliseconds> parse_seconds(std::string_view value) noexcept
{
    std::int64_t ms = 0;
    std::size_t at = 0;
    for (; at < value.size() && is_digit(value[at]); ++at)
    {
        ms = ms * 10 + (value[at] - '0') * 1000;
        if (ms > longest_wait.count())
            return std::nullopt;
    }
    if (at == 0)
        return std::nullopt;
    if (at == value.size())
        return std::chrono::milliseconds(ms);
    if (value[at] != '.' || ++at == value.size())
        return std::nullopt;
    bool rest = false;  // something below a millisecond, which rounds up: never early
    for (std::int64_t unit = 100; at < value.size(); ++at, unit /= 10)
    {
        if (!is_digit(value[at]))
            return std::nullopt;
        ms += (value[at] - '0') * unit;
        rest = rest || (unit == 0 && value[at] != '0');
    }
    return std::chrono::milliseconds(ms + (rest ? 1 : 0));
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                           std::optional<std::chrono::sys_seconds> answer,
                                                           std::chrono::system_clock::time_point now) noexcept
{
    if (auto const seconds = parse_seconds(value))
        return seconds;
    auto const date = parse_http_date(value);
    if (!date)
        return std::nullopt;
    // In milliseconds, since a far date does not fit into the nanoseconds of the system's clock.
    using in_milliseconds = std::chrono::sys_time<std::chrono::milliseconds>;
    auto const reference = answer ? in_milliseconds(*answer) : std::chrono::floor<std::chrono::milliseconds>(now);
    auto const wait = in_milliseconds(*date) - reference;
    if (wait <= wait.zero() || wait > longest_wait)
        return std::nullopt;
    return wait;
}

}  // namespace batch_cancel::wire
