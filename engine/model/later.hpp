#pragma once

#include <chrono>

namespace batch_cancel::model
{

/** Add a duration to a time, and stop at the last time that the clock can tell: a caller may give duration::max() for "never".
    @param by  Not negative. */
template <class Clock, class Unit, class Rep, class Period>
constexpr std::chrono::time_point<Clock, Unit> later(std::chrono::time_point<Clock, Unit> start,
                                                     std::chrono::duration<Rep, Period> by) noexcept
{
    using time_point = std::chrono::time_point<Clock, Unit>;
    // What remains overflows too if the start lies before the clock's epoch.
    if (start.time_since_epoch() > Unit::zero() && by >= time_point::max() - start)
        return time_point::max();
    return start + std::chrono::duration_cast<Unit>(by);
}

}  // namespace batch_cancel::model
