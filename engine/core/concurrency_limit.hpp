#pragma once

#include "batch_cancel/pace_cause.hpp"

#include <chrono>

namespace batch_cancel::core
{

/** How many requests may be in flight at once: as many as the service bears, learnt from its answers. */
class concurrency_limit
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    enum class mode : bool
    {
        held,      // at the most, whatever comes back
        adapting,
    };

    explicit concurrency_limit(unsigned most, mode how = mode::adapting) noexcept;

    unsigned allowed() const noexcept
    {
        return static_cast<unsigned>(limit_);
    }

    pace_cause cause() const noexcept
    {
        return cause_;
    }

    void on_answer(time_point started, time_point now, unsigned in_flight) noexcept;
    void on_throttled(time_point started, time_point now) noexcept;
    void on_failure(time_point started, time_point now) noexcept;

private:
    void close_window(time_point now) noexcept;
    void cut(time_point started, time_point now, pace_cause why) noexcept;

    double most_;
    double limit_;
    double threshold_;         // up to here one more with each answer, above it one more a round trip
    pace_cause cause_;
    bool adapting_;
    bool grows_{true};         // the last window's latency was no higher than usual
    time_point cut_at_{};      // answers to requests started before say nothing new
    time_point window_ends_{};
    unsigned samples_{0};
    unsigned busy_samples_{0};
    duration latency_sum_{};
    double usual_{0};          // seconds
    double cut_from_{0};       // limit and latency when the latency began to count as risen; 0: it has not
    double latency_before_{0};
};

}  // namespace batch_cancel::core
