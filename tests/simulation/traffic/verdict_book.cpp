#include "verdict_book.hpp"

#include <array>
#include <cstdio>

namespace batch_cancel::simulation
{

namespace
{

unsigned long long wide(std::uint64_t value)
{
    return value;
}

// Promises.
constexpr double refused_p95 = 0.025;
constexpr double refused_worst = 0.04;
constexpr double used_p5 = 0.8;
constexpr double time_median = 1.2;
// Not all of what is aimed at is reached: what is must not be lost.
struct goal
{
    double aim;
    double limit;
};
constexpr goal time_p95{.aim = 2, .limit = 3.5};
constexpr goal time_worst{.aim = 5, .limit = 30};
// Refusals that have nothing to do with the rate: 60 % of what the bound reaches, for 95 % of services.
constexpr goal unrelated_p95{.aim = 1 / 0.6, .limit = 5};
constexpr std::array unrelated{"random 429", "429 for single pairs", "others' load"};
constexpr double attempts_worst = 1.1;  // if requests fail at random

void print_limiters(std::string const& kind, tally const& of)
{
    std::printf(
        "%-25s %5llu | %5.2f %5.2f %5.2f %6.2f (%6llu) | %5.1f %5.1f %5.1f (%6llu) | %3.0f %3.0f %3.0f | %llu\n",
        kind.c_str(), wide(of.runs), 100 * of.refused.percentile(0.5), 100 * of.refused.percentile(0.95),
        100 * of.refused.percentile(0.99), 100 * of.refused.percentile(1), wide(of.refused.seed_of_most()),
        100 * of.used.percentile(0.5), 100 * of.used.percentile(0.05), 100 * of.used.percentile(0),
        wide(of.used.seed_of_least()), of.rise_s.percentile(0.5), of.rise_s.percentile(0.95), of.rise_s.percentile(1),
        wide(of.early_starts));
}

void print_services(std::string const& kind, tally const& of)
{
    std::printf(
        "%-25s %5llu | %6.2f %6.2f %6.2f (%6llu) %4llu | %5.2f %5.2f | %5.1f %5.1f | %5.1f %5.1f | %5.2f %5.2f | "
        "%4.0f %4.0f | %5.0f | %llu\n",
        kind.c_str(), wide(of.runs), of.time.percentile(0.5), of.time.percentile(0.95), of.time.percentile(1),
        wide(of.time.seed_of_most()), wide(of.unfinished), of.attempts.percentile(0.95), of.attempts.percentile(1),
        100 * of.refused.percentile(0.5), 100 * of.refused.percentile(0.95), 100 * of.late_refused.percentile(0.5),
        100 * of.late_refused.percentile(0.95), 100 * of.failed.percentile(0.95), 100 * of.failed.percentile(1),
        of.probes.percentile(0.95), of.probes.percentile(1), of.waiting.percentile(1), wide(of.early_starts));
}

bool holds(bool promise, char const* what)
{
    if (!promise)
        std::printf("not kept: %s\n", what);
    return promise;
}

bool holds(double value, goal is, char const* what)
{
    if (value > is.aim)
        std::printf("missed: %s (%.2f)\n", what, value);
    return value <= is.limit;
}

}  // namespace

void verdict_book::add(scenario const& of, judgement const& how)
{
    auto& kinds = of.is_pure_limiter() ? limiters_ : services_;
    kinds[of.kind].add(how, of.seed);
    (of.is_pure_limiter() ? all_limiters_ : all_services_).add(how, of.seed);
}

void verdict_book::print() const
{
    if (all_limiters_.runs != 0)
    {
        std::printf("%-25s %5s | %-34s | %-26s | %-11s | early\n", "pure limiters, after 60 s", "runs",
                    "refused %: p50 p95 p99 worst (seed)", "used %: p50 p5 worst (seed)", "rise s");
        for (auto const& [kind, of] : limiters_)
            print_limiters(kind, of);
        print_limiters("all", all_limiters_);
    }
    if (all_services_.runs == 0)
        return;
    std::printf("%-25s %5s | %-34s | %-11s | %-11s | %-11s | %-11s | %-9s | %5s | early\n", "services", "runs",
                "time/bound: p50 p95 worst (seed) unf", "attempts/b.", "refused %", "after 30 s", "failed %", "probes",
                "wait");
    std::printf("%-25s %5s | %-36s | %-11s | %-11s | %-11s | %-11s | %-9s | %5s |\n", "", "", "", "p95   worst",
                "p50     p95", "p50     p95", "p95   worst", "p95 worst", "most");
    for (auto const& [kind, of] : services_)
        print_services(kind, of);
    print_services("all", all_services_);
    if (auto const outages = services_.find("outage"); outages != services_.end())
    {
        auto const& of = outages->second.goodput;
        std::printf("goodput 30 s after an outage: p50 %.3f, p5 %.3f, worst %.3f (seed %llu) of that before\n",
                    of.percentile(0.5), of.percentile(0.05), of.percentile(0), wide(of.seed_of_least()));
    }
}

bool verdict_book::keeps_on_under_refusals() const
{
    figures time;
    for (auto const* kind : unrelated)
    {
        if (auto const found = services_.find(kind); found != services_.end())
            time.add(found->second.time);
    }
    return holds(time.percentile(0.95), unrelated_p95,
                 "60 % of what the bound reaches for 95 % of services that refuse whatever the pace");
}

bool verdict_book::keeps_promises() const
{
    auto const& limiters = all_limiters_;
    auto const& services = all_services_;
    bool kept = holds(limiters.early_starts + services.early_starts == 0, "no request before a Retry-After has passed");
    kept &= holds(limiters.too_many_in_flight + services.too_many_in_flight == 0, "at most 64 in flight");
    if (limiters.runs != 0)
    {
        kept &= holds(limiters.refused.percentile(0.95) <= refused_p95, "2.5 % refused for 95 % of limiters");
        // With room for one, what comes a little too early is refused at any pace; a few in ten thousand others are as bad.
        kept &=
            holds(limiters.refused.percentile(0.995) <= refused_worst, "4 % refused for all but five in a thousand");
        kept &= holds(limiters.used.percentile(0.05) >= used_p5, "80 % of the limit used for 95 % of limiters");
        kept &= holds(limiters.late_rises == 0, "80 % of a risen limit used within 75 s");
    }
    if (services.runs != 0)
    {
        kept &= holds(services.time.percentile(0.5) <= time_median, "1.2 times the bound for half of the services");
        kept &= holds(services.time.percentile(0.95), time_p95, "twice the bound for 95 % of services");
        kept &= holds(services.time.percentile(1), time_worst, "five times the bound for any service");
        kept &= keeps_on_under_refusals();
        if (auto const failing = services_.find("random failures"); failing != services_.end())
            kept &= holds(failing->second.attempts.percentile(1) <= attempts_worst,
                          "1.1 times the attempts that random failures need");
    }
    return kept;
}

}  // namespace batch_cancel::simulation
