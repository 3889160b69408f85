#pragma once

#include <algorithm>
#include <chrono>

namespace batch_cancel::traffic
{

/** Starts spaced evenly, so many a second: a bucket of one token (the virtual scheduling form of the generic cell rate
    algorithm, ITU-T I.371). Time in which nothing was started is lost, never caught up in a burst. */
class even_rate
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** A timer that fires late by less than this costs no rate: the next start keeps to the time that was planned. So in any
        time t at most rate * (t + slack) + 1 requests are started. */
    static constexpr duration slack = std::chrono::milliseconds(5);

    even_rate() = default;

    /** @param per_second  Starts a second; 0 sets no bound. */
    explicit even_rate(double per_second) noexcept
    {
        set(per_second);
    }

    /** Take another rate from the next start on; the start that is due already stays. */
    void set(double per_second) noexcept
    {
        per_second_ = per_second;
        spacing_ = per_second > 0 ? std::chrono::duration_cast<duration>(std::chrono::duration<double>(1 / per_second))
                                  : duration{};
    }

    /** 0: unbounded. */
    double per_second() const noexcept
    {
        return per_second_;
    }

    /** Earliest time for the next start. */
    time_point next_start() const noexcept
    {
        return next_;
    }

    /** A request is started: the next is due one spacing after this one was. */
    void on_start(time_point now) noexcept
    {
        auto const late = now - next_;
        next_ = (late < slack ? next_ : now) + spacing_;
    }

private:
    double per_second_{0};
    duration spacing_{};
    time_point next_{};
};

}  // namespace batch_cancel::traffic
