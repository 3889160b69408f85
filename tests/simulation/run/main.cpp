#include "simulation/run/engine_driver.hpp"
#include "simulation/run/planted.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

using namespace batch_cancel;
using namespace batch_cancel::simulation;

namespace
{

constexpr char const* usage =
    R"(usage: simulate_run [--rig policy|engine] [--seeds N] [--first SEED] [--seed SEED] [--replays N]
                    [--plant FAULT]

Plays simulated runs against a service that fails in many ways, in virtual time, and judges each by what the service
knows. One seed is one run, always the same.

  --rig policy   the decisions alone (the default)
  --rig engine   the engine's coroutines over streams in memory
  --seeds N      so many seeds, 1000
  --first SEED   from this one on, 1
  --seed SEED    this one only, and tell what happens in it
  --replays N    play the first N of them twice and compare, 100
  --plant FAULT  put a fault into each run that must be found: dropped-pair, wrong-pair, early-request,
                 hidden-ambiguity

Exit: 0 if no run has a fault (or every planted one is found), 1 if one has, 2 for wrong usage.
)";

struct wishes
{
    bool engine = false;
    std::uint64_t first = 1;
    std::uint64_t seeds = 1000;
    std::uint64_t replays = 100;
    bool tell = false;
    planted plants = planted::none;
};

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t found = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), found);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return found;
}

bool take(wishes& into, std::string_view name, std::string_view value)
{
    if (name == "--rig")
    {
        into.engine = value == "engine";
        return into.engine || value == "policy";
    }
    if (name == "--plant")
    {
        auto const found = std::find(planted_names.begin(), planted_names.end(), value);
        into.plants = static_cast<planted>(found - planted_names.begin());
        return found != planted_names.end();
    }
    auto const count = number(value);
    if (!count)
        return false;
    if (name == "--seeds")
        into.seeds = *count;
    else if (name == "--first")
        into.first = *count;
    else if (name == "--replays")
        into.replays = *count;
    else if (name == "--seed")
    {
        into.first = *count;
        into.seeds = 1;
        into.replays = 1;
        into.tell = true;
    }
    else
        return false;
    return true;
}

simulated_run play(wishes const& how, scenario const& of)
{
    return how.engine ? drive_engine(of) : drive_policy(of);
}

// FNV-1a over all that happened.
class trace_hash
{
public:
    void add(std::uint64_t value) noexcept
    {
        for (int shift = 0; shift != 64; shift += 8)
        {
            hash_ ^= (value >> shift) & 0xff;
            hash_ *= 1099511628211u;
        }
    }

    std::uint64_t value() const noexcept
    {
        return hash_;
    }

private:
    std::uint64_t hash_{14695981039346656037u};
};

std::uint64_t hash_of(simulated_run const& run)
{
    trace_hash hash;
    for (auto const& each : run.log)
    {
        hash.add(each.task);
        hash.add(each.token);
        hash.add(each.status);
        hash.add(static_cast<std::uint64_t>(each.seen));
        hash.add(static_cast<std::uint64_t>(each.started.time_since_epoch().count()));
        hash.add(static_cast<std::uint64_t>(each.answered.time_since_epoch().count()));
    }
    for (auto const& each : run.book.results)
    {
        hash.add(static_cast<std::uint64_t>(each.outcome));
        hash.add(static_cast<std::uint64_t>(each.reason));
        hash.add(each.attempts);
        hash.add(each.ambiguous ? 1 : 0);
    }
    hash.add(run.book.left.size());
    return hash.value();
}

void tell(simulated_run const& run)
{
    auto const begin = run.log.empty() ? time_point{} : run.log.front().started;
    auto const ms = [](duration span) { return std::chrono::duration<double, std::milli>(span).count(); };
    for (auto const& each : run.log)
    {
        bool const is_answered = each.seen != visible::silence;
        std::printf("%12.3f ms  %-10s #%zu token %llu  status %u seen %d%s  after %.3f ms%s\n",
                    ms(each.started - begin), task_id(each.task).c_str(), each.number,
                    static_cast<unsigned long long>(each.token), each.status, static_cast<int>(each.seen),
                    each.applied ? " applied" : "", is_answered ? ms(each.answered - each.started) : 0.0,
                    each.retry_after ? (", Retry-After " + std::to_string(each.retry_after->count()) + " ms").c_str()
                                     : "");
    }
    std::printf("%zu results, %zu left, %s, ended after %.3f ms\n", run.book.results.size(), run.book.left.size(),
                run.book.error ? run.book.error.message().c_str() : "complete", ms(run.book.ended - begin));
}

struct tally
{
    std::uint64_t faulty = 0;
    std::uint64_t planted = 0;
    std::uint64_t found = 0;
    std::uint64_t requests = 0;
};

void judge(wishes const& how, std::uint64_t seed, tally& into)
{
    auto const of = make_scenario(seed);
    auto run = play(how, of);
    into.requests += run.log.size();
    if (how.tell)
        tell(run);
    bool const has_planted = plant(run, how.plants);
    auto faults = find_faults(of, run.log, run.book);
    if (how.plants != planted::none)
    {
        into.planted += has_planted ? 1 : 0;
        into.found += has_planted && !faults.empty() ? 1 : 0;
        if (has_planted && faults.empty())
            std::printf("%s\n  the planted fault is not found\n", describe(of).c_str());
        return;
    }
    if (seed - how.first < how.replays && hash_of(play(how, of)) != hash_of(run))
        faults.push_back("RC-22: played twice, it is not the same");
    if (faults.empty())
        return;
    ++into.faulty;
    std::printf("%s\n", describe(of).c_str());
    for (std::size_t i = 0; i != std::min<std::size_t>(faults.size(), 5); ++i)
        std::printf("  %s\n", faults[i].c_str());
}

}  // namespace

int main(int count, char** values)
{
    wishes how;
    for (int i = 1; i < count; i += 2)
    {
        if (i + 1 == count || !take(how, values[i], values[i + 1]))
        {
            std::fputs(usage, stderr);
            return 2;
        }
    }
    tally made;
    auto const start = std::chrono::steady_clock::now();
    for (std::uint64_t seed = how.first; seed != how.first + how.seeds; ++seed)
        judge(how, seed, made);
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    std::printf("%s: %llu seeds from %llu, %llu requests, %.1f s\n", how.engine ? "engine" : "policy",
                static_cast<unsigned long long>(how.seeds), static_cast<unsigned long long>(how.first),
                static_cast<unsigned long long>(made.requests), took.count());
    if (how.plants != planted::none)
    {
        std::printf("%llu faults planted, %llu found\n", static_cast<unsigned long long>(made.planted),
                    static_cast<unsigned long long>(made.found));
        return made.planted != 0 && made.planted == made.found ? 0 : 1;
    }
    std::printf("%llu seeds with faults\n", static_cast<unsigned long long>(made.faulty));
    return made.faulty == 0 ? 0 : 1;
}
