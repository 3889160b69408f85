#pragma once

#include <algorithm>
#include <chrono>

namespace batch_cancel::core
{

/** What becomes of a pair that the service throttles again and again while others get through: perhaps it alone is throttled,
    for its task's or its job's sake. Each of its refusals holds the whole run, so such pairs wait for common turns, further
    and further apart, and share their pauses. */
struct throttle_rule
{
    using time_point = std::chrono::steady_clock::time_point;

    /** Tell whether being throttled says something of the pace.
        @param before      Times that the pair was throttled in a row before.
        @param has_others  Other pairs can tell instead. */
    static bool is_of_pace(unsigned before, bool has_others) noexcept
    {
        return before < 2 || !has_others;
    }

    /** When to send the pair again.
        @param opens      When the service lets anything pass again.
        @param in_a_row   Times that it was throttled in a row; at least 1.
        @param has_others  Other pairs can be sent meanwhile.
        @param is_spaced   The run keeps to a pace. */
    static time_point due(time_point opens, unsigned in_a_row, bool has_others, bool is_spaced) noexcept
    {
        if (!has_others || (in_a_row < 2 && !is_spaced))
            return opens;
        constexpr auto behind_gate = std::chrono::milliseconds(300);
        constexpr auto longest = std::chrono::seconds(16);
        auto const turns =
            std::min<time_point::duration>(longest, std::chrono::milliseconds(500) * (1U << std::min(in_a_row, 5U)));
        auto const earliest = (opens + behind_gate).time_since_epoch();
        return time_point((earliest + turns - time_point::duration(1)) / turns * turns);
    }
};

}  // namespace batch_cancel::core
