#include "simulation/run/trial.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

using namespace batch_cancel;
using namespace batch_cancel::simulation;

namespace
{

constexpr char const* usage =
    R"(usage: simulate_run [--rig policy|engine] [--seeds N | --outages N | --instants N] [--first SEED] [--seed SEED]
                    [--replays N] [--plant FAULT]

Plays simulated runs in virtual time, and judges each by what the service knows. One seed is one run, always the same.

  --rig policy   the decisions alone (the default)
  --rig engine   the engine's coroutines over streams in memory
  --seeds N      so many runs against a service that fails in many ways, 1000
  --outages N    instead, so many long runs with an outage in their middle
  --instants N   instead, so many runs that are told to stop at any instant, most of them twice, and then resumed
  --first SEED   from this seed on, 1
  --seed SEED    this seed only, and tell what happens in it (after --outages or --instants, if it is one of theirs)
  --replays N    play the first N of them twice and compare, 500
  --plant FAULT  make the engine wrong in one way, which must be found; "list" names them

Exit: 0 if no run has a fault (or what is planted is found), 1 if one has, 2 for wrong usage.
)";

struct wishes
{
    trial what{};
    std::uint64_t first = 1;
    std::uint64_t seeds = 1000;
    std::uint64_t replays = 500;
    bool tells = false;
    planted_fault plants{};
};

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t found = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), found);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return found;
}

bool take_number(wishes& into, std::string_view name, std::uint64_t count)
{
    if (name == "--seeds" || name == "--outages" || name == "--instants")
    {
        into.seeds = count;
        into.what.set = name == "--outages"    ? trial_set::outages
                        : name == "--instants" ? trial_set::instants
                                               : trial_set::random;
    }
    else if (name == "--first")
        into.first = count;
    else if (name == "--replays")
        into.replays = count;
    else if (name == "--seed")
    {
        into.first = count;
        into.seeds = 1;
        into.tells = true;
    }
    else
        return false;
    return true;
}

bool take(wishes& into, std::string_view name, std::string_view value)
{
    if (name == "--rig")
    {
        into.what.rig = value == "engine" ? rig::engine : rig::policy;
        return value == "engine" || value == "policy";
    }
    if (name == "--plant")
    {
        auto const found = std::find_if(planted_faults.begin(), planted_faults.end(),
                                        [&](planted_fault const& each) { return each.name == value; });
        if (found == planted_faults.end())
            return false;
        into.plants = *found;
        into.what.plants = found->what;
        return true;
    }
    auto const count = number(value);
    return count && take_number(into, name, *count);
}

void tell(simulated_run const& run)
{
    auto const ms = [](duration span) { return std::chrono::duration<double, std::milli>(span).count(); };
    for (auto const& each : run.log)
    {
        bool const is_answered = each.seen != visible::silence;
        std::printf("%12.3f ms  %-10s #%zu token %llu  status %u seen %d%s  after %.3f ms%s\n",
                    ms(each.started - run.book.began), task_id(each.task).c_str(), each.number,
                    static_cast<unsigned long long>(each.token), each.status, static_cast<int>(each.seen),
                    each.applied ? " applied" : "", is_answered ? ms(each.answered - each.started) : 0.0,
                    each.retry_after ? (", Retry-After " + std::to_string(each.retry_after->count()) + " ms").c_str()
                                     : "");
    }
    for (auto const& each : run.book.probing)
        std::printf("outage from %.3f ms to %.3f ms\n", ms(each.from - run.book.began),
                    each.to == time_point::max() ? 0.0 : ms(each.to - run.book.began));
    std::printf("%zu results, %zu left, %s, ended after %.3f ms\n", run.book.results.size(), run.book.left.size(),
                run.book.error ? run.book.error.message().c_str() : "complete", ms(run.book.ended - run.book.began));
}

void say(trial_result const& of)
{
    std::printf("%s\n", describe(of.of).c_str());
    for (std::size_t i = 0; i != std::min<std::size_t>(of.faults.size(), 5); ++i)
        std::printf("  %s\n", of.faults[i].c_str());
}

struct tally
{
    std::uint64_t faulty = 0;
    std::uint64_t sabotaged = 0;
    std::uint64_t found = 0;
    std::uint64_t missed = 0;
    std::uint64_t first_found = 0;
    std::uint64_t requests = 0;
    std::uint64_t traces = 0;  // equal for equal runs: a refactoring must not change it
    double least_goodput = 1;
};

bool breaks(trial_result const& made, std::string_view promise)
{
    return std::any_of(made.faults.begin(), made.faults.end(),
                       [&](std::string const& each) { return each.starts_with(promise); });
}

void count(wishes const& how, std::uint64_t seed, trial_result const& made, tally& into)
{
    into.requests += made.run.log.size();
    into.traces = into.traces * 1'099'511'628'211 + made.trace;  // the prime of FNV-1a
    into.least_goodput = std::min(into.least_goodput, made.goodput);
    if (how.plants.what == planted::none)
    {
        into.faulty += made.faults.empty() ? 0 : 1;
        if (!made.faults.empty())
            say(made);
        return;
    }
    bool const is_found = breaks(made, how.plants.breaks);
    into.sabotaged += made.was_sabotaged ? 1 : 0;
    into.found += is_found ? 1 : 0;
    if (is_found && into.first_found == 0)
    {
        into.first_found = seed;
        say(made);
    }
    if (made.was_sabotaged && !is_found && how.plants.is_always_wrong)
    {
        ++into.missed;
        std::printf("%s\n  what is planted is not found\n", describe(made.of).c_str());
    }
}

bool has_passed(wishes const& how, tally const& made)
{
    auto const wide = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    if (how.what.set == trial_set::outages)
        std::printf("least goodput after an outage: %.3f of that before\n", made.least_goodput);
    if (how.plants.what == planted::none)
    {
        std::printf("%llu seeds with faults\n", wide(made.faulty));
        return made.faulty == 0;
    }
    std::printf("%s changed %llu runs and broke %s in %llu of them, first in seed %llu\n",
                std::string(how.plants.name).c_str(), wide(made.sabotaged), std::string(how.plants.breaks).c_str(),
                wide(made.found), wide(made.first_found));
    return made.found != 0 && made.missed == 0;
}

}  // namespace

int main(int count_of_values, char** values)
{
    wishes how;
    if (count_of_values == 3 && std::string_view(values[1]) == "--plant" && std::string_view(values[2]) == "list")
    {
        for (auto const& each : planted_faults)
            std::printf("%s\n", std::string(each.name).c_str());
        return 0;
    }
    for (int i = 1; i < count_of_values; i += 2)
    {
        if (i + 1 == count_of_values || !take(how, values[i], values[i + 1]))
        {
            std::fputs(usage, stderr);
            return 2;
        }
    }
    tally made;
    auto const start = std::chrono::steady_clock::now();
    for (std::uint64_t seed = how.first; seed != how.first + how.seeds; ++seed)
    {
        how.what.replays = seed - how.first < how.replays;
        auto const tried = try_out(how.what, seed);
        if (how.tells)
            tell(tried.run);
        count(how, seed, tried, made);
    }
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    std::printf("%s: %llu seeds from %llu, %llu requests, traces %016llx, %.1f s\n",
                how.what.rig == rig::engine ? "engine" : "policy", static_cast<unsigned long long>(how.seeds),
                static_cast<unsigned long long>(how.first), static_cast<unsigned long long>(made.requests),
                static_cast<unsigned long long>(made.traces), took.count());
    return has_passed(how, made) ? 0 : 1;
}
