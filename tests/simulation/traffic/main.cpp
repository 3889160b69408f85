#include "bound.hpp"
#include "engine_client.hpp"
#include "fixed.hpp"
#include "judge.hpp"
#include "kinds.hpp"
#include "lanes_client.hpp"
#include "verdict_book.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>

using namespace batch_cancel::simulation;

namespace
{

constexpr char const* usage =
    R"(usage: simulate_traffic [--seeds N] [--first SEED] [--kind NAME] [--client ours|lanes] [--verbose]
       simulate_traffic --seed SEED [--client ours|lanes] [--verbose]
       simulate_traffic --table

Plays services drawn at random, one for each seed, against a client in virtual time. Judges the time by what a client
could do that knows the service and keeps to each Retry-After.

  --seeds N      number of seeds [140]
  --first SEED   first seed [1]; seeds from 100001 on are for judging, those before for tuning
  --kind NAME    only kinds of service whose name begins with NAME
  --client WHO   ours: the product's decisions; lanes: a careful script [ours]
  --seed SEED    this seed only
  --verbose      print each seed, or with --seed, each second
  --table        services that are always the same, for both clients

Exit: 0 if every promise is kept, 1 if one is not, 2 for wrong usage.
)";

struct wishes
{
    std::uint64_t first = 1;
    std::uint64_t seeds = 140;
    std::optional<std::uint64_t> seed{};
    std::string_view kind{};
    bool plays_lanes = false;
    bool is_verbose = false;
    bool wants_table = false;
};

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t found = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), found);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return found;
}

bool take_number(wishes& into, std::string_view name, std::uint64_t value)
{
    if (name == "--seeds")
        into.seeds = value;
    else if (name == "--first")
        into.first = value;
    else if (name == "--seed")
        into.seed = value;
    else
        return false;
    return true;
}

bool take(wishes& into, std::string_view name, std::string_view value)
{
    if (name == "--kind")
    {
        into.kind = value;
        return true;
    }
    if (name == "--client")
    {
        into.plays_lanes = value == "lanes";
        return value == "lanes" || value == "ours";
    }
    auto const found = number(value);
    return found && take_number(into, name, *found);
}

std::optional<wishes> understood(int count, char** values)
{
    wishes made;
    for (int i = 1; i < count; ++i)
    {
        std::string_view const name = values[i];
        if (name == "--verbose")
            made.is_verbose = true;
        else if (name == "--table")
            made.wants_table = true;
        else if (i + 1 == count || !take(made, name, values[++i]))
            return std::nullopt;
    }
    return made;
}

struct played
{
    play_limits until{};
    course came{};
    course bound{};
    judgement how{};
};

// A run that takes so much longer than the bound is broken off.
constexpr double longest_times_bound = 20;
constexpr double longest_beyond_s = 60;
constexpr double longest_bound_s = 50'000;

client_maker maker_for(scenario const& of, bool plays_lanes)
{
    if (plays_lanes)
        return [](pair_range pairs, std::uint64_t seed, time_point) { return make_lanes_client(pairs, seed); };
    return [&of](pair_range pairs, std::uint64_t seed, time_point starts)
    { return make_engine_client(of, pairs, seed, starts); };
}

played play_and_judge(wishes const& how, scenario const& of, telling what)
{
    played made;
    auto const make = maker_for(of, how.plays_lanes);
    if (of.is_pure_limiter())
    {
        made.until.latest_s = of.length_s;
    }
    else
    {
        made.bound = best_informed(of, longest_bound_s);
        made.until.latest_s = longest_times_bound * made.bound.ended_s + longest_beyond_s;
    }
    made.came = play(of, make, made.until, what);
    made.how = judge(of, made.came, made.bound);
    return made;
}

void print_run(scenario const& of, played const& what)
{
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(of.seed), to_string(of).c_str());
    auto const& how = what.how;
    if (how.used)
        std::printf("  refused %.2f %%, used %.1f %%, rise %.0f s", 100 * how.refused, 100 * *how.used,
                    how.rise_s.value_or(0));
    else
        std::printf("  %.2f times the bound of %.1f s, attempts %.2f, refused %.1f %%, failed %.2f %%, %llu probes%s",
                    how.time.value_or(0), what.bound.ended_s, how.attempts, 100 * how.refused, 100 * how.failed,
                    static_cast<unsigned long long>(how.probes), how.has_finished ? "" : ", NOT FINISHED");
    std::printf(", trace %016llx\n", static_cast<unsigned long long>(what.came.trace));
}

int play_one(wishes const& how, std::uint64_t seed)
{
    auto const of = drawn(seed);
    print_run(of, play_and_judge(how, of, how.is_verbose ? telling::each_second : telling::nothing));
    return 0;
}

// Every so many seeds, a run is played twice: it must come out the same.
constexpr std::uint64_t replayed = 20;

int play_seeds(wishes const& how)
{
    auto const began = std::chrono::steady_clock::now();
    verdict_book book;
    std::uint64_t traces = 0;
    std::uint64_t not_repeated = 0;
    std::uint64_t requests = 0;
    for (auto seed = how.first; seed != how.first + how.seeds; ++seed)
    {
        auto const of = drawn(seed);
        if (!std::string_view(of.kind).starts_with(how.kind))
            continue;
        auto const what = play_and_judge(how, of, telling::nothing);
        if (seed % replayed == 0 && play(of, maker_for(of, how.plays_lanes), what.until).trace != what.came.trace)
            ++not_repeated;
        book.add(of, what.how);
        requests += what.came.attempts;
        traces = traces * 1'099'511'628'211u + what.came.trace;
        if (how.is_verbose)
            print_run(of, what);
    }
    book.print();
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - began;
    std::printf("%s: %llu seeds from %llu, %llu requests, %llu not repeated, traces %016llx, %.1f s\n",
                how.plays_lanes ? "lanes" : "ours", static_cast<unsigned long long>(how.seeds),
                static_cast<unsigned long long>(how.first), static_cast<unsigned long long>(requests),
                static_cast<unsigned long long>(not_repeated), static_cast<unsigned long long>(traces), took.count());
    return book.keeps_promises() && not_repeated == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** values)
{
    auto const how = understood(count, values);
    if (!how)
    {
        std::fputs(usage, stderr);
        return 2;
    }
    if (how->wants_table)
    {
        print_table();
        return 0;
    }
    return how->seed ? play_one(*how, *how->seed) : play_seeds(*how);
}
