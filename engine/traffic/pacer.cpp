#include "traffic/pacer.hpp"

#include <algorithm>
#include <cmath>

namespace batch_cancel::traffic
{

namespace
{

// Found by trying them on thousands of random services (tests/simulation); none of them is sharp.
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

constexpr unsigned often_forgotten = 3;
constexpr double few_sent = 12;
constexpr double not_many_sent = 64;
constexpr double busy = 4;

constexpr double close_enough = 1.1;
constexpr double search_step_s = 3;
constexpr double search_step_requests = 20;
constexpr double longest_search_step_s = 10;
constexpr double hold_s = 20;
constexpr double late_hold_s = 10;
constexpr double longest_hold_s = 24;
constexpr double growth_step_requests = 60;
constexpr double growth_step_s = 3;
constexpr double longest_growth_step_s = 4;
constexpr double first_growth = 0.015;
constexpr double most_growth = 0.4;
constexpr double pace_is_the_bound = 0.8;

constexpr double has_risen_s = 4;
constexpr double risen_growth = 0.5;
constexpr double risen_step_s = 2;
constexpr double risen_step_requests = 20;

// Several processes on one limit.
constexpr double shared_hold_s = 2.5;
constexpr double longest_shared_hold_s = 8;
constexpr double shared_step_s = 1;
constexpr double shared_step_requests = 5;
constexpr double shared_growth = 0.03;

// Of what is refused at any pace, for chance.
constexpr double uncured_allowance = 1.3;

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
    ++starts_in_step_;
    if (!is_on())
        return;
    if (now >= step_ends_)
        end_step(now);
    starts_.on_start(now);
}

void pacer::on_throttled(time_point started, time_point now, time_point pause_ends, double sent_meanwhile) noexcept
{
    ++refusals_;
    ++refused_in_cycle_;
    if (!paused_)
    {
        if (started <= pause_began_)
            return;
        paused_ = true;
        pause_began_ = now;
        pause_ends_ = pause_ends;
        sent_meanwhile_ = sent_meanwhile;
        refused_first_ = is_on() && seconds_between(cycle_began_, started) * per_second() < first_requests;
    }
    pause_ends_ = std::max(pause_ends_, pause_ends);
}

void pacer::skip_pause(time_point now, time_point pause_ends) noexcept
{
    // Within a pause of the pace's own, that one's end may come later.
    if (paused_)
        return;
    auto const length = pause_ends - std::max(now, skipped_to_);
    if (length <= duration::zero() || cycle_began_ == time_point{})
        return;
    skipped_to_ = pause_ends;
    for (auto* each : {&cycle_began_, &measured_from_, &step_began_, &step_ends_})
        *each += length;
}

// Pauses

void pacer::end_pause() noexcept
{
    paused_ = false;
    bool const first = !has_throttled_;
    has_throttled_ = true;
    if (first)
    {
        remembered_at_ = pause_ends_;
        refusals_ = 0;  // nobody could have foreseen those
    }
    remember(pause_ends_);
    bool const pause_too_short = is_on() && seconds_between(pause_began_, pause_ends_) > real_pause_s &&
                                 (refused_first_ || admitted_ < too_few_admitted);
    auto const seen = close_cycle(first, pause_too_short);
    if (first && is_forgotten())
    {
        has_throttled_ = false;
        ++forgotten_;
    }
    else
    {
        double const pace = is_on() ? per_second() : admitted_ / seconds_between(cycle_began_, pause_began_);
        bool const was_trial = cause_.is_trial();
        auto const advice = cause_.on_cycle(cycle_of(seen, pace));
        if (cause_.is_trial() && !was_trial)
            admitted_of_late_ = refused_of_late_ = 0;
        if (advice.searches)
            starts_.set(std::max({lowest_pace, advice.pace, pace_after(seen, pace, pause_too_short)}));
        else
            starts_.set(advice.pace);
    }
    most_carried_ = std::max(most_carried_, seen.admitted / seen.time);
    last_ = seen;
    begin_cycle();
}

// One refusal among a handful of answers would set a pace of a few a second, and refusals alone one of none.
bool pacer::is_forgotten() const noexcept
{
    double const requests = admitted_ + refused_in_cycle_;
    if (admitted_ < too_few_admitted)
        return forgotten_ < often_forgotten;
    return refused_in_cycle_ == 1 && (requests < few_sent || (sent_meanwhile_ >= busy && requests < not_many_sent));
}

pacer::spell pacer::close_cycle(bool first, bool pause_too_short) const noexcept
{
    spell seen{admitted_ - not_measured_, seconds_between(measured_from_, pause_ends_),
               seconds_between(pause_began_, pause_ends_)};
    if (pause_too_short)
    {
        seen.pause = seen.time;
        seen.add(last_, std::min(1.0, longest_outage_s / std::max(1e-6, last_.time)));
    }
    else if (!first && seen.time < short_cycle_s)
    {
        seen.add(last_, std::min(1.0, joined_s / std::max(1e-6, last_.time)));
    }
    return seen;
}

throttle_cause::cycle pacer::cycle_of(spell const& seen, double pace) const noexcept
{
    return {.pace = pace,
            .has_pace = is_on(),
            .admitted = admitted_,
            .refused = refused_in_cycle_,
            .time = seconds_between(cycle_began_, pause_ends_),
            .active = seconds_between(cycle_began_, pause_began_),
            .carried = seen.admitted / seen.time,
            .sent_meanwhile = sent_meanwhile_,
            .ended = pause_ends_};
}

void pacer::begin_cycle() noexcept
{
    held_pace_ = growth_ = beyond_held_ = 0;
    cycle_began_ = measured_from_ = pause_ends_;
    admitted_ = not_measured_ = admitted_remembered_ = refused_in_cycle_ = 0;
    begin_step(pause_ends_);
}

double pacer::pace_after(spell const& seen, double pace, bool pause_too_short) noexcept
{
    bool const first = !is_on();
    if (!pause_too_short)
        learn_refused_pace(seen, pace);
    // A pace that was refused only now, after it had been held, is known no longer.
    double const held = held_pace_ < 0.99 * pace ? held_pace_ : 0;
    double const kept = std::max({lowest_pace, seen.admitted / seen.time, held});
    refused_pace_ = std::max(refused_pace_, kept);
    double const boldness = 0.5 * std::max(0.0, 1 - refused_share() / bold_below_share);
    double const next = below_kept * kept * std::pow(refused_pace_ / kept, boldness);
    bool const again_at_once = !first && seconds_between(cycle_began_, pause_began_) < short_cycle_s;
    return again_at_once && !pause_too_short ? std::min(next, kept_when_short * pace) : next;
}

void pacer::learn_refused_pace(spell const& seen, double pace) noexcept
{
    double const active = seen.admitted / std::max(1e-6, seen.time - seen.pause);
    double const in_step = admitted_ - admitted_at_step_;
    if (!is_on())
        refused_pace_ = std::min(active, most_of_burst * seen.admitted / seen.time);
    else if (in_step < enough_in_step)
        refused_pace_ = std::min(pace, active);
    else  // the steps before were slower
        refused_pace_ = std::min(pace, std::max(active, in_step / seconds_between(step_began_, pause_began_)));
}

// Steps

double pacer::step_length(time_point now) const noexcept
{
    double const pace = std::max(lowest_pace, per_second());
    if (is_shared_)
        return growth_ > 0 ? std::max(shared_step_s, shared_step_requests / pace) : shared_hold_s;
    if (growth_ == 0 && refused_pace_ > close_enough * pace)
        return std::clamp(search_step_requests / pace, search_step_s, longest_search_step_s);
    if (growth_ == 0)
        return seconds_between(cycle_began_, now) < hold_s ? hold_s : late_hold_s;
    if (has_risen())
        return std::clamp(risen_step_requests / pace, risen_step_s, longest_growth_step_s);
    return std::clamp(growth_step_requests / pace, growth_step_s, longest_growth_step_s);
}

void pacer::begin_step(time_point now) noexcept
{
    step_began_ = now;
    step_ends_ = now + seconds(step_length(now));
    starts_in_step_ = 0;
    admitted_at_step_ = admitted_;
}

bool pacer::is_bound(time_point now) const noexcept
{
    return starts_in_step_ >= pace_is_the_bound * per_second() * seconds_between(step_began_, now);
}

void pacer::end_step(time_point now) noexcept
{
    remember(now);
    if (cause_.is_trial())
    {
        cause_.on_quiet_trial(admitted_, seconds_between(cycle_began_, now));
        if (cause_.is_trial() && is_bound(now))
            starts_.set(2 * per_second());
        return begin_step(now);
    }
    auto const may_wait_until = cycle_began_ + seconds(is_shared_ ? longest_shared_hold_s : longest_hold_s);
    bool const may_probe = refused_share() < probe_below_share || now >= may_wait_until;
    if (may_probe && is_bound(now))
        climb(now);
    begin_step(now);
    if (!may_probe)
        step_ends_ = std::min(step_ends_, may_wait_until);
}

void pacer::climb(time_point now) noexcept
{
    double const pace = per_second();
    cause_.on_quiet(admitted_);
    measured_from_ = step_began_;
    not_measured_ = admitted_at_step_;
    if (growth_ == 0 && refused_pace_ > close_enough * pace)
    {
        starts_.set(std::sqrt(pace * refused_pace_));
        return;
    }
    if (growth_ == 0)
    {
        held_pace_ = pace;
        beyond_held_ = 0;
    }
    beyond_held_ += (pace / held_pace_ - 1) * seconds_between(step_began_, now);
    grow(pace);
}

void pacer::grow(double pace) noexcept
{
    double const most = is_shared_ || has_risen() ? risen_growth : most_growth;
    double const growth_at_first = is_shared_ ? shared_growth : first_growth;
    growth_ = growth_ == 0 ? growth_at_first : std::min(most, 2 * growth_);
    // Whoever has come off worst catches up quickest.
    double const unit = is_shared_ ? std::max(pace, most_carried_) : pace;
    starts_.set(pace + growth_ * unit);
}

// More than any burst was carried beyond the pace that was held.
bool pacer::has_risen() const noexcept
{
    return beyond_held_ > has_risen_s;
}

void pacer::remember(time_point now) noexcept
{
    double const left = std::exp(-seconds_between(remembered_at_, now) / memory_s);
    remembered_at_ = now;
    double const admitted = admitted_ - admitted_remembered_;
    double const not_explained =
        std::max(0.0, refusals_ - uncured_allowance * cause_.uncured() * (refusals_ + admitted));
    admitted_of_late_ = admitted_of_late_ * left + admitted;
    refused_of_late_ = refused_of_late_ * left + not_explained;
    admitted_remembered_ = admitted_;
    refusals_ = 0;
}

double pacer::refused_share() const noexcept
{
    return refused_of_late_ / (refused_of_late_ + admitted_of_late_ + 1);
}

}  // namespace batch_cancel::traffic
