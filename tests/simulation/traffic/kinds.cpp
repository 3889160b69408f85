#include "kinds.hpp"

#include "dice.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>

namespace batch_cancel::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr double observed_s = 330;
constexpr std::array window_lengths_s{1.0, 2.0, 5.0, 10.0};

/** How much there is to do: as long as the service would take at its best, roughly, and no more pairs than are played quickly. */
constexpr double least_pairs = 400;
constexpr double most_pairs = 20'000;

/** A scenario in the making, and what the service can carry a second, as far as is known when the pairs are counted. */
struct draft
{
    scenario made{};
    double carries = 0;
    double takes_s = 100;  // about

    void carries_at_most(double rate) noexcept
    {
        carries = std::min(carries, rate);
    }
};

retry_hint in_whole_seconds(int seconds)
{
    return std::chrono::seconds(seconds);
}

// One in five refusals comes without Retry-After.
retry_hint some_hint(dice& random)
{
    if (random.one_in(0.2))
        return std::nullopt;
    return in_whole_seconds(random.whole(1, random.one_in(0.7) ? 2 : 5));
}

hint_kind some_hint_kind(dice& random)
{
    double const drawn = random.share();
    return drawn < 0.4 ? hint_kind::whole_seconds : drawn < 0.8 ? hint_kind::exact : hint_kind::none;
}

void size_limit(limiter_options& limit, dice& random)
{
    limit.burst = std::max(1.0, limit.per_second * random.evenly(0.1, 3));
    limit.window_s = window_lengths_s[static_cast<std::size_t>(random.whole(0, window_lengths_s.size() - 1))];
    limit.phase_s = random.evenly(0, limit.window_s);
}

// Pure limiters: no pair fails and there is always another one, so what is judged is how the limit is used.

void change_limit(scenario& of, dice& random)
{
    auto& limit = of.service.limit;
    limit.changes_at_s = limit_changes_s;
    if (random.one_in(0.15))
    {
        limit.per_second = random.by_ratio(50, 400);
        limit.changed_rate = limit.per_second / 10;
        of.kind = "limit falls to a tenth";
        return;
    }
    double const low = random.by_ratio(5, 100);
    bool const rises = random.one_in(0.5);
    limit.per_second = rises ? low : 4 * low;
    limit.changed_rate = rises ? 4 * low : low;
    of.kind = rises ? "limit rises fourfold" : "limit falls to a quarter";
}

scenario pure_limiter(dice& random)
{
    scenario made{.kind = "limiter", .length_s = observed_s};
    auto& limit = made.service.limit;
    double const kind = random.share();
    limit.kind = kind < 0.35   ? limit_kind::bucket
                 : kind < 0.65 ? limit_kind::punishing_bucket
                 : kind < 0.95 ? limit_kind::window
                               : limit_kind::sliding;
    if (limit.kind == limit_kind::sliding)
        made.kind = "sliding window";
    limit.hint = some_hint_kind(random);
    limit.per_second = random.by_ratio(5, 400);
    if (random.one_in(0.35) && limit.kind != limit_kind::sliding)
        change_limit(made, random);
    size_limit(limit, random);
    made.service.network = 0.5;
    double const most = std::max(limit.per_second, limit.changed_rate);
    made.processes.front().pairs = static_cast<std::size_t>(1.5 * observed_s * most) + 1000;  // never all of them
    return made;
}

// Parts of a service

void add_limit(draft& to, dice& random)
{
    auto& limit = to.made.service.limit;
    double const kind = random.share();
    limit.kind = kind < 0.5    ? limit_kind::bucket
                 : kind < 0.7  ? limit_kind::punishing_bucket
                 : kind < 0.95 ? limit_kind::window
                               : limit_kind::sliding;
    limit.hint = some_hint_kind(random);
    double const most = std::clamp(0.9 * to.carries, 8.0, 400.0);
    limit.per_second = random.by_ratio(std::clamp(0.03 * to.carries, 5.0, most / 1.5), most);
    size_limit(limit, random);
    limit.burst = std::max(2.0, limit.burst);
    to.carries_at_most(limit.per_second);
}

void add_others(draft& to, dice& random)
{
    double const rate = to.made.service.limit.per_second;
    double at = random.evenly(5, 40);
    while (at < 3000)
    {
        to.made.service.others.push_back({at, random.one_in(0.5) ? 0 : rate * random.evenly(0.2, 0.8)});
        at += random.evenly(10, 90);
    }
    to.carries_at_most(0.7 * rate);
}

void add_refusals(draft& to, dice& random)
{
    auto& refusals = to.made.service.refusals;
    refusals = {.share = random.by_ratio(0.005, 0.1), .hint = some_hint(random)};
    to.carries_at_most(100 / std::max(1.0, std::chrono::duration<double>(refusals.hint.value_or(1s)).count()));
}

void add_stubborn_pairs(draft& to, dice& random)
{
    to.made.service.stubborn = {.share = random.by_ratio(0.002, 0.1),
                                .refusals = static_cast<unsigned>(random.whole(1, 5)),
                                .hint = some_hint(random)};
    to.carries_at_most(50);
}

void add_places(draft& to, busy_answer answer, dice& random)
{
    auto& place = to.made.service.place;
    int const number = random.whole(2, 50);
    place.number = {{0, static_cast<double>(number)}};
    place.answer = answer;
    if (random.one_in(0.7))
        place.hint = in_whole_seconds(random.whole(1, 2));
    if (random.one_in(0.2))
        place.number.push_back({random.evenly(20, 100), random.one_in(0.5) ? 2.0 * number : std::ceil(number / 2.0)});
    to.made.service.network = random.evenly(0.02, 0.2);
    to.carries_at_most(number / mean_latency_s(to.made.service));
}

void add_knee(draft& to, double failing, dice& random)
{
    auto& service = to.made.service;
    service.knee = {.in_service = random.evenly(4, 60), .failing = failing};
    service.network = random.evenly(0.02, 0.25);
    to.carries_at_most(service.knee.in_service / mean_latency_s(service));
}

void draw_failing_ways(draft& to, dice& random)
{
    auto& failures = to.made.service.failures;
    if (random.one_in(0.5))
    {
        failures.hanging = random.evenly(0, 0.3);
        to.made.time_limit_s = random.one_in(0.3) ? 75 : random.evenly(2, 10);
    }
    if (random.one_in(0.3))
        failures.resetting = random.evenly(0, 0.5);
}

void add_failures(draft& to, double most, dice& random)
{
    auto& failures = to.made.service.failures;
    failures.share = random.evenly(0.01, most);
    draw_failing_ways(to, random);
    to.carries_at_most(to.carries * (1 - failures.share));
}

void add_bursts(draft& to, dice& random)
{
    auto& failures = to.made.service.failures;
    failures.share_in_bursts = random.evenly(0.2, 0.95);
    double const between = random.by_ratio(3, 60);
    double const lasting = random.by_ratio(1, 20);
    for (double at = random.gap(between); at < 6000; at += random.gap(between))
    {
        double const ends = at + random.gap(lasting);
        failures.bursts.push_back({at, ends});
        at = ends;
    }
}

void add_outage(draft& to, double longest_s, dice& random)
{
    auto& outage = to.made.service.outage;
    outage.from_s = random.evenly(3, 20);
    outage.to_s = outage.from_s + random.by_ratio(5, longest_s);
    outage.hangs = random.one_in(0.3);
    if (outage.hangs)
        to.made.time_limit_s = random.one_in(0.3) ? 75 : random.evenly(3, 30);
}

// Kinds of service

void random_429(draft& to, dice& random)
{
    add_refusals(to, random);
}

void per_task_429(draft& to, dice& random)
{
    add_stubborn_pairs(to, random);
}

void throttled_beyond_places(draft& to, dice& random)
{
    add_places(to, busy_answer::throttled, random);
}

void unavailable_beyond_places(draft& to, dice& random)
{
    add_places(to, busy_answer::unavailable, random);
}

void slow_beyond_knee(draft& to, dice& random)
{
    add_knee(to, 0, random);
}

void fails_at_random(draft& to, dice& random)
{
    add_failures(to, 0.6, random);
}

void fails_in_bursts(draft& to, dice& random)
{
    add_bursts(to, random);
    if (random.one_in(0.5))
        to.made.service.failures.share = random.evenly(0, 0.05);
    draw_failing_ways(to, random);
}

void has_outage(draft& to, dice& random)
{
    add_outage(to, 600, random);
    to.takes_s = random.evenly(60, 150);
}

void fails_under_load(draft& to, dice& random)
{
    add_knee(to, random.evenly(0.1, 0.8), random);
}

void shared_with_others(draft& to, dice& random)
{
    add_limit(to, random);
    add_others(to, random);
}

// Shards of one run share its pairs by a hash, so nearly evenly. Runs of several people do not, nor do they begin together.
void shared_with_ours(draft& to, dice& random)
{
    auto const number = static_cast<std::size_t>(std::lround(random.by_ratio(2, 64)));
    to.carries *= static_cast<double>(number);
    add_limit(to, random);
    auto& limit = to.made.service.limit;
    double const least = 2 * static_cast<double>(number);
    if (limit.per_second < least)
    {
        limit.per_second = least * random.evenly(1, 3);
        size_limit(limit, random);
        to.carries = limit.per_second;
    }
    to.made.processes.resize(number);
    bool const is_one_run = random.one_in(0.5);
    for (auto& each : to.made.processes)
    {
        each.starts_s = is_one_run ? random.evenly(0, 0.1) : random.evenly(0, 10);
        each.pairs = static_cast<std::size_t>(random.whole(is_one_run ? 920 : 300, is_one_run ? 1080 : 1000));
    }
    to.takes_s = random.by_ratio(40, 200);
}

void combined(draft& to, dice& random)
{
    if (random.one_in(0.5))
    {
        add_limit(to, random);
        auto& limit = to.made.service.limit;
        if (random.one_in(0.3))
            add_others(to, random);
        else if (random.one_in(0.3))
        {
            limit.changes_at_s = random.evenly(20, 100);
            limit.changed_rate = limit.per_second * (random.one_in(0.5) ? 4 : 0.25);
        }
    }
    if (random.one_in(0.4))
        add_refusals(to, random);
    if (random.one_in(0.15))
        add_stubborn_pairs(to, random);
    if (random.one_in(0.25))
        add_places(to, random.one_in(0.5) ? busy_answer::throttled : busy_answer::unavailable, random);
    else if (random.one_in(0.3))
        add_knee(to, random.one_in(0.3) ? random.evenly(0.1, 0.6) : 0, random);
    if (random.one_in(0.5))
        add_failures(to, 0.3, random);
    if (random.one_in(0.2))
        add_bursts(to, random);
    if (random.one_in(0.1))
        add_outage(to, 200, random);
}

struct kind
{
    char const* name;
    void (*draw)(draft&, dice&);
};

constexpr std::array kinds{
    kind{"random 429", random_429},
    kind{"429 for single pairs", per_task_429},
    kind{"429 beyond N in flight", throttled_beyond_places},
    kind{"503 beyond N in flight", unavailable_beyond_places},
    kind{"slow beyond a knee", slow_beyond_knee},
    kind{"random failures", fails_at_random},
    kind{"failures in bursts", fails_in_bursts},
    kind{"outage", has_outage},
    kind{"fails under load", fails_under_load},
    kind{"others' load", shared_with_others},
    kind{"several of ours", shared_with_ours},
    kind{"combined", combined},
};

// Two seeds of as many as there are kinds, and two, are pure limiters.
constexpr std::size_t pure_limiters = 2;

// Gives each process its part of what the service carries in the time it is to take.
void count_pairs(draft& of)
{
    double const wanted = std::clamp(of.takes_s * of.carries, least_pairs, most_pairs);
    double shares = 0;
    for (auto const& each : of.made.processes)
        shares += static_cast<double>(each.pairs);
    for (auto& each : of.made.processes)
    {
        double const share = shares > 0 ? static_cast<double>(each.pairs) / shares : 1;
        each.pairs = std::max<std::size_t>(1, static_cast<std::size_t>(wanted * share));
    }
}

}  // namespace

scenario drawn(std::uint64_t seed)
{
    dice random(seed, 0, 0);
    double const latency = random.by_ratio(0.02, 1);
    double const sigma = random.evenly(0.1, 0.6);
    auto const which = static_cast<std::size_t>(seed % (kinds.size() + pure_limiters));
    draft of;
    if (which < pure_limiters)
    {
        of.made = pure_limiter(random);
    }
    else
    {
        of.made.kind = kinds[which - pure_limiters].name;
        of.made.service.network = random.one_in(0.5) ? 0.1 : random.evenly(0.05, 0.45);
    }
    of.made.seed = seed;
    of.made.service.latency_s = latency;
    of.made.service.sigma = sigma;
    of.carries = lanes_rate(of.made.service);
    if (of.made.is_pure_limiter())
        return of.made;
    of.takes_s = random.by_ratio(20, 300);
    kinds[which - pure_limiters].draw(of, random);
    count_pairs(of);
    return of.made;
}

}  // namespace batch_cancel::simulation
