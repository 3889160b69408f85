#include "traffic/pacer.hpp"

#include <algorithm>
#include <cmath>

namespace batch_cancel::traffic
{

namespace
{

// Found by trying them on 10,000 random limiters (tests/simulation/pace); none of them is sharp.
constexpr double lowest_pace = 0.2;
constexpr double below_kept = 0.985;
constexpr double bold_below_share = 0.025;
constexpr double probe_below_share = 0.015;
constexpr double memory_s = 60;

constexpr double short_cycle_s = 2.5;
constexpr double joined_s = 4;
constexpr double kept_when_short = 0.8;
constexpr double too_few_admitted = 3;
constexpr double first_requests = 3;
constexpr double real_pause_s = 0.25;
constexpr double enough_in_step = 10;
constexpr double most_of_burst = 4;
constexpr double longest_outage_s = 30;

constexpr double close_enough = 1.1;
constexpr double search_step_s = 3;
constexpr double search_step_requests = 20;
constexpr double longest_search_step_s = 10;
constexpr double hold_s = 20;
constexpr double late_hold_s = 10;
constexpr double longest_hold_s = 24;
constexpr double growth_step_s = 4;
constexpr double first_growth = 0.015;
constexpr double most_growth = 0.4;
constexpr double pace_is_the_bound = 0.8;

pacer::duration seconds(double length) noexcept
{
    return std::chrono::duration_cast<pacer::duration>(std::chrono::duration<double>(length));
}

double seconds_between(pacer::time_point from, pacer::time_point to) noexcept
{
    return std::max(1e-6, std::chrono::duration<double>(to - from).count());
}

}  // namespace

void pacer::spell::add(spell const& other, double share) noexcept
{
    admitted += share * other.admitted;
    time += share * other.time;
    pause += share * other.pause;
}

void pacer::on_start(time_point now) noexcept
{
    if (cycle_began_ == time_point{})
        cycle_began_ = measured_from_ = now;
    if (paused_)
        end_pause();
    if (!is_on())
        return;
    ++starts_in_step_;
    if (now >= step_ends_)
        end_step(now);
    starts_.on_start(now);
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
        refused_first_ = is_on() && seconds_between(cycle_began_, started) * per_second() < first_requests;
    }
    pause_ends_ = std::max(pause_ends_, pause_ends);
}

void pacer::end_pause() noexcept
{
    paused_ = false;
    bool const first = !is_on();
    if (first)
    {
        remembered_at_ = pause_ends_;
        refusals_ = 0;  // nobody could have foreseen those
    }
    remember(pause_ends_);
    spell seen{admitted_ - not_measured_, seconds_between(measured_from_, pause_ends_),
               seconds_between(pause_began_, pause_ends_)};
    bool const pause_too_short =
        !first && seen.pause > real_pause_s && (refused_first_ || admitted_ < too_few_admitted);
    if (pause_too_short)
    {
        seen.pause = seen.time;
        seen.add(last_, std::min(1.0, longest_outage_s / last_.time));
    }
    else if (!first && seen.time < short_cycle_s)
    {
        seen.add(last_, std::min(1.0, joined_s / last_.time));
    }
    starts_.set(std::max(lowest_pace, pace_after(seen, first, pause_too_short)));
    last_ = seen;
    held_pace_ = 0;
    growth_ = 0;
    cycle_began_ = measured_from_ = pause_ends_;
    admitted_ = not_measured_ = admitted_remembered_ = 0;
    begin_step(pause_ends_);
}

double pacer::pace_after(spell const& seen, bool first, bool pause_too_short) noexcept
{
    double const pace = per_second();
    if (!pause_too_short)
    {
        double const active = seen.admitted / std::max(1e-6, seen.time - seen.pause);
        double const in_step = admitted_ - admitted_at_step_;
        if (first)
            refused_pace_ = std::min(active, most_of_burst * seen.admitted / seen.time);
        else if (in_step < enough_in_step)
            refused_pace_ = std::min(pace, active);
        else  // the steps before were slower
            refused_pace_ = std::min(pace, std::max(active, in_step / seconds_between(step_began_, pause_began_)));
    }
    // A pace that was refused only now, after it had been held, is known no longer.
    double const held = held_pace_ < 0.99 * pace ? held_pace_ : 0;
    double const kept = std::max({lowest_pace, seen.admitted / seen.time, held});
    refused_pace_ = std::max(refused_pace_, kept);
    double const boldness = 0.5 * std::max(0.0, 1 - refused_share() / bold_below_share);
    double const next = below_kept * kept * std::pow(refused_pace_ / kept, boldness);
    bool const again_at_once = !first && seconds_between(cycle_began_, pause_began_) < short_cycle_s;
    return again_at_once && !pause_too_short ? std::min(next, kept_when_short * pace) : next;
}

void pacer::begin_step(time_point now) noexcept
{
    double const pace = per_second();
    double length = std::clamp(search_step_requests / pace, search_step_s, longest_search_step_s);
    if (growth_ > 0)
        length = growth_step_s;
    else if (refused_pace_ <= close_enough * pace)
        length = seconds_between(cycle_began_, now) < hold_s ? hold_s : late_hold_s;
    step_began_ = now;
    step_ends_ = now + seconds(length);
    starts_in_step_ = 0;
    admitted_at_step_ = admitted_;
}

void pacer::end_step(time_point now) noexcept
{
    double const pace = per_second();
    remember(now);
    auto const may_wait_until = cycle_began_ + seconds(longest_hold_s);
    bool const may_probe = refused_share() < probe_below_share || now >= may_wait_until;
    if (may_probe && starts_in_step_ >= pace_is_the_bound * pace * seconds_between(step_began_, now))
    {
        measured_from_ = step_began_;
        not_measured_ = admitted_at_step_;
        if (growth_ == 0 && refused_pace_ > close_enough * pace)
        {
            starts_.set(std::sqrt(pace * refused_pace_));
        }
        else
        {
            if (growth_ == 0)
                held_pace_ = pace;
            growth_ = growth_ == 0 ? first_growth : std::min(most_growth, 2 * growth_);
            starts_.set(pace * (1 + growth_));
        }
    }
    begin_step(now);
    if (!may_probe)
        step_ends_ = std::min(step_ends_, may_wait_until);
}

void pacer::remember(time_point now) noexcept
{
    double const left = std::exp(-seconds_between(remembered_at_, now) / memory_s);
    remembered_at_ = now;
    admitted_of_late_ = admitted_of_late_ * left + admitted_ - admitted_remembered_;
    refused_of_late_ = refused_of_late_ * left + refusals_;
    admitted_remembered_ = admitted_;
    refusals_ = 0;
}

double pacer::refused_share() const noexcept
{
    return refused_of_late_ / (refused_of_late_ + admitted_of_late_ + 1);
}

}  // namespace batch_cancel::traffic
