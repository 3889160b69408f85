#include "core/pacer.hpp"

#include <cmath>

namespace batch_cancel::core
{
namespace
{
using seconds = std::chrono::duration<double>;
double between(pacer::time_point a, pacer::time_point b)
{
    return std::max(1e-6, seconds(b - a).count());
}
pacer::duration in(double s)
{
    return std::chrono::duration_cast<pacer::duration>(seconds(s));
}
}  // namespace

void pacer::on_start(time_point now) noexcept
{
    if (cycle_began_ == time_point{})
        cycle_began_ = mark_began_ = now;
    if (paused_)
        end_pause();
    if (is_on())
    {
        ++step_starts_;
        if (now >= step_ends_)
            end_step(now);
        starts_.on_start(now);
    }
}

void pacer::on_throttled(time_point started, time_point now, time_point pause_ends) noexcept
{
    ++refusals_;
    if (!paused_)
    {
        if (started <= pause_began_)
            return;
        paused_ = true;
        pause_began_ = now;
        pause_ends_ = pause_ends;
        refusals_ = 1;
    }
    pause_ends_ = std::max(pause_ends_, pause_ends);
}

void pacer::set_pace(double to) noexcept
{
    starts_.set(std::max(0.2, to));
}

void pacer::begin_step(time_point now) noexcept
{
    double const pace = per_second();
    double length = std::max(3.0, 20 / pace);
    if (growth_ == 0 && refused_ <= 1.1 * pace)
        length = std::clamp(50 * refusals_ / pace, 15.0, 30.0);
    else if (growth_ > 0)
        length = 4;
    step_began_ = now;
    step_ends_ = now + in(length);
    step_starts_ = 0;
    step_admitted_ = admitted_;
}

void pacer::end_pause() noexcept
{
    paused_ = false;
    double const kept = (admitted_ - mark_admitted_) / between(mark_began_, pause_ends_);
    double const few = admitted_;
    bool const first = !is_on();
    double const before = refused_;
    refused_ = first ? admitted_ / between(cycle_began_, pause_began_) : per_second();
    double known = std::max(kept, survived_ * 0.97);
    bool const same = !first && last_kept_ > 0 && std::abs(kept / last_kept_ - 1) < 0.05 && refused_ < 0.9 * before;
    last_kept_ = kept;
    survived_ = 0;
    growth_ = 0;
    if (few < 3)
        set_pace((first ? refused_ : per_second()) / 2);
    else if (same)
    {
        set_pace(0.97 * kept);
        refused_ = kept * 1.03;
    }
    else if (refused_ > 1.1 * known)
        set_pace(std::sqrt(known * refused_));
    else
        set_pace(0.97 * known);
    cycle_began_ = mark_began_ = pause_ends_;
    admitted_ = mark_admitted_ = 0;
    ++cycles_;
    begin_step(pause_ends_);
}

void pacer::end_step(time_point now) noexcept
{
    double const pace = per_second();
    bool const used = step_starts_ >= 0.8 * pace * between(step_began_, now);
    if (used)
    {
        survived_ = pace;
        mark_began_ = step_began_;
        mark_admitted_ = step_admitted_;
        if (growth_ == 0 && refused_ > 1.1 * pace)
        {
            set_pace(std::sqrt(pace * refused_));
        }
        else
        {
            growth_ = growth_ == 0 ? 0.02 : std::min(0.32, growth_ * 2);
            set_pace(pace * (1 + growth_));
        }
    }
    begin_step(now);
}

}  // namespace batch_cancel::core
