#include "judge.hpp"

#include "kinds.hpp"

#include <algorithm>
#include <cmath>

namespace batch_cancel::simulation
{

namespace
{

constexpr double settled_s = 60;
constexpr double late_s = 30;
constexpr double rise_window_s = 5;
constexpr double enough_of_rise = 0.8;
constexpr double recovery_allowed_s = 30;
constexpr double least_goodput_window_s = 5;
constexpr double longest_goodput_window_s = 20;

double share(double part, double whole)
{
    return part / std::max(1.0, whole);
}

bool bears_two(limiter_options const& limit)
{
    bool const is_bucket = limit.kind == limit_kind::bucket || limit.kind == limit_kind::punishing_bucket;
    return !is_bucket || limit.burst >= 2;
}

// When 80 % of the new limit was first used for 5 s.
double rise_time(course const& came, double limit, double ends)
{
    for (double at = limit_changes_s; at + rise_window_s <= ends; ++at)
    {
        if (came.between(at, at + rise_window_s).accepted >= enough_of_rise * rise_window_s * limit)
            return at + rise_window_s - limit_changes_s;
    }
    return ends - limit_changes_s;
}

void judge_limiter(scenario const& of, course const& came, judgement& into)
{
    auto const& limit = of.service.limit;
    double const ends = of.length_s;
    auto const settled = came.between(settled_s, ends);
    into.refused = share(settled.throttled, settled.all());
    into.bears_two = bears_two(limit);
    double const by_lanes = lanes_rate(of.service);
    double const first = std::min(by_lanes, limit.per_second);
    if (limit.changed_rate == 0)
    {
        into.used = settled.accepted / (first * (ends - settled_s));
        return;
    }
    double const second = std::min(by_lanes, limit.changed_rate);
    bool const rises = limit.changed_rate > limit.per_second;
    double const from = limit_changes_s + (rises ? rise_allowed_s : 0);
    into.used = (came.between(settled_s, limit_changes_s).accepted + came.between(from, ends).accepted) /
                (first * (limit_changes_s - settled_s) + second * (ends - from));
    if (rises)
        into.rise_s = rise_time(came, second, ends);
}

// When nine tenths of what was accepted had been: what follows is the last pairs' retries.
double end_of_bulk(course const& came)
{
    double const bulk = 0.9 * came.between(0, came.ended_s + 1).accepted;
    double sum = 0;
    for (std::size_t second = 0; second != came.seconds.size(); ++second)
    {
        sum += came.seconds[second].accepted;
        if (sum >= bulk)
            return static_cast<double>(second);
    }
    return came.ended_s;
}

// What gets through 30 s after an outage, if enough is left to do then. Requests that hang may take up all that may be in
// flight, until their time limit.
std::optional<double> goodput_after(scenario const& of, course const& came, course const& bound)
{
    auto const& outage = of.service.outage;
    double const from = std::ceil(outage.to_s) + recovery_allowed_s + (outage.hangs ? of.time_limit_s : 0);
    double const to = std::min(end_of_bulk(came), from + longest_goodput_window_s);
    if (outage.to_s <= outage.from_s || to < from + least_goodput_window_s)
        return std::nullopt;
    double const before = bound.between(1, std::floor(outage.from_s)).accepted / (std::floor(outage.from_s) - 1);
    return came.between(from, to).accepted / (to - from) / before;
}

void judge_service(scenario const& of, course const& came, course const& bound, judgement& into)
{
    into.time = came.ended_s / bound.ended_s;
    into.attempts = static_cast<double>(came.attempts) / static_cast<double>(bound.attempts);
    auto const all = came.between(0, came.ended_s + 1);
    into.refused = share(all.throttled, all.all());
    auto const late = came.between(late_s, came.ended_s + 1);
    into.late_refused = share(late.throttled + late.unavailable, late.all());
    into.failed = share(static_cast<double>(came.clients.failed_pairs), static_cast<double>(of.pairs()));
    into.goodput = goodput_after(of, came, bound);
    into.probes = came.clients.probes;
    into.most_waiting = came.clients.most_waiting;
    into.has_finished = came.has_finished;
}

}  // namespace

judgement judge(scenario const& of, course const& came, course const& bound)
{
    judgement made;
    made.early_starts = came.early_starts;
    made.too_many_in_flight = came.most_in_flight > lanes;
    if (of.is_pure_limiter())
        judge_limiter(of, came, made);
    else
        judge_service(of, came, bound, made);
    return made;
}

}  // namespace batch_cancel::simulation
