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
constexpr double rise_allowed_s = 75;
constexpr double rise_window_s = 5;
constexpr double enough_of_rise = 0.8;

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

void judge_service(scenario const& of, course const& came, course const& bound, judgement& into)
{
    into.time = came.ended_s / bound.ended_s;
    into.attempts = static_cast<double>(came.attempts) / static_cast<double>(bound.attempts);
    auto const all = came.between(0, came.ended_s + 1);
    into.refused = share(all.throttled, all.all());
    auto const late = came.between(late_s, came.ended_s + 1);
    into.late_refused = share(late.throttled + late.unavailable, late.all());
    into.failed = share(static_cast<double>(came.clients.failed_pairs), static_cast<double>(of.pairs()));
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

void figures::add(double value, std::uint64_t seed)
{
    values_.push_back({value, seed});
    is_sorted_ = false;
}

void figures::sort() const
{
    if (!is_sorted_)
        std::stable_sort(values_.begin(), values_.end(),
                         [](entry const& a, entry const& b) { return a.value < b.value; });
    is_sorted_ = true;
}

double figures::percentile(double of) const
{
    if (values_.empty())
        return 0;
    sort();
    return values_[std::min(values_.size() - 1, static_cast<std::size_t>(of * static_cast<double>(values_.size())))]
        .value;
}

std::uint64_t figures::seed_of_least() const
{
    sort();
    return values_.empty() ? 0 : values_.front().seed;
}

std::uint64_t figures::seed_of_most() const
{
    sort();
    return values_.empty() ? 0 : values_.back().seed;
}

void tally::add(judgement const& of, std::uint64_t seed)
{
    ++runs;
    refused.add(of.refused, seed);
    if (of.used)
        used.add(*of.used, seed);
    if (of.rise_s)
    {
        rise_s.add(*of.rise_s, seed);
        late_rises += of.bears_two && *of.rise_s > rise_allowed_s ? 1 : 0;
    }
    if (of.time)
    {
        time.add(*of.time, seed);
        attempts.add(of.attempts, seed);
        late_refused.add(of.late_refused, seed);
        failed.add(of.failed, seed);
        probes.add(static_cast<double>(of.probes), seed);
        waiting.add(static_cast<double>(of.most_waiting), seed);
    }
    unfinished += of.has_finished ? 0 : 1;
    early_starts += of.early_starts;
    too_many_in_flight += of.too_many_in_flight ? 1 : 0;
}

}  // namespace batch_cancel::simulation
