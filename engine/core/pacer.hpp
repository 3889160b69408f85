#pragma once

#include "core/even_rate.hpp"

namespace batch_cancel::core
{

class pacer
{
public:
    using time_point = even_rate::time_point;
    using duration = even_rate::duration;

    bool is_on() const noexcept
    {
        return starts_.per_second() > 0;
    }

    double per_second() const noexcept
    {
        return starts_.per_second();
    }

    time_point next_start() const noexcept
    {
        return starts_.next_start();
    }

    void on_start(time_point now) noexcept;

    void on_admitted() noexcept
    {
        ++admitted_;
    }

    void on_throttled(time_point started, time_point now, time_point pause_ends) noexcept;

private:
    void end_pause() noexcept;
    void end_step(time_point now) noexcept;
    void begin_step(time_point now) noexcept;
    void set_pace(double to) noexcept;

    even_rate starts_{};
    bool paused_{false};
    time_point pause_began_{};
    time_point pause_ends_{};
    time_point cycle_began_{};   // where the last pause ended, or the first start
    double admitted_{0};         // since then
    double refusals_{0};
    time_point mark_began_{};
    double mark_admitted_{0};
    time_point step_began_{};
    time_point step_ends_{};
    double step_admitted_{0};    // admitted_ when step began
    double step_starts_{0};
    double refused_{0};
    double survived_{0};
    double last_kept_{0};
    double growth_{0};
    unsigned cycles_{0};
};

}  // namespace batch_cancel::core
