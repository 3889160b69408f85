#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace batch_cancel::core
{

/** Add up counts that a file claims: a sum beyond the largest number is that number, instead of a small one. */
constexpr std::uint64_t saturated_sum(std::uint64_t one, std::uint64_t other) noexcept
{
    return one > std::numeric_limits<std::uint64_t>::max() - other ? std::numeric_limits<std::uint64_t>::max()
                                                                   : one + other;
}

/** As above, of durations that are not negative. */
constexpr std::chrono::nanoseconds saturated_sum(std::chrono::nanoseconds one, std::chrono::nanoseconds other) noexcept
{
    constexpr auto most = std::chrono::nanoseconds::max();
    return one > most - other ? most : one + other;
}

/** From one time to a later one; zero if it is not later. */
constexpr std::chrono::nanoseconds saturated_span(std::chrono::system_clock::time_point from,
                                                  std::chrono::system_clock::time_point to) noexcept
{
    if (to <= from)
        return {};
    if (from.time_since_epoch().count() < 0 &&
        to > std::chrono::system_clock::time_point::max() + from.time_since_epoch())
        return std::chrono::nanoseconds::max();
    return to - from;
}

}  // namespace batch_cancel::core
