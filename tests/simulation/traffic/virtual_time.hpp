#pragma once

#include <chrono>

namespace batch_cancel::simulation
{

using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

/** When every simulated run begins. Far from the clock's epoch, which stands for "never" in some places. */
inline constexpr time_point beginning{std::chrono::hours(1000)};

inline double seconds(time_point at)
{
    return std::chrono::duration<double>(at - beginning).count();
}

inline duration in(double seconds)
{
    return std::chrono::duration_cast<duration>(std::chrono::duration<double>(seconds));
}

}  // namespace batch_cancel::simulation
