#include "fixed.hpp"

#include "bound.hpp"
#include "engine_client.hpp"
#include "lanes_client.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace batch_cancel::simulation
{

namespace
{

using namespace std::chrono_literals;

constexpr int table_seeds = 10;
constexpr double table_latest_s = 3000;

scenario one_process(char const* name, std::size_t pairs)
{
    scenario made{.kind = name};
    made.service.latency_s = 0.045;  // with its sigma, much as 20 to 80 ms
    made.service.sigma = 0.35;
    made.service.network = 0.02;
    made.processes = {{.pairs = pairs}};
    return made;
}

scenario failing(char const* name, random_failures failures)
{
    auto made = one_process(name, 3000);
    made.service.failures = std::move(failures);
    return made;
}

scenario limited(char const* name, std::size_t processes)
{
    auto made = one_process(name, 0);
    made.service.limit = {.kind = limit_kind::bucket, .per_second = 100, .burst = 100};
    made.processes.assign(processes, {.pairs = 4000 / processes});
    return made;
}

scenario refusing(char const* name, double share)
{
    auto made = one_process(name, 3000);
    made.service.refusals = {.share = share, .hint = 1s};
    return made;
}

scenario with_places(char const* name, busy_answer answer)
{
    auto made = one_process(name, 20'000);
    made.service.place = {.number = {{0, 20}}, .answer = answer, .hint = 1s};
    return made;
}

scenario chaos()
{
    auto made = failing("drops, closes, 503, 429: 3 % each", {.share = 0.09, .hanging = 1.0 / 3, .resetting = 1.0 / 3});
    made.service.latency_s = 0.001;
    made.service.refusals = {.share = 0.03, .hint = 1s};
    made.processes.front().pairs = 2000;
    made.time_limit_s = 3;
    return made;
}

scenario rising()
{
    auto made = one_process("50/s, 200/s after 60 s", 20'000);
    made.service.limit = {
        .kind = limit_kind::bucket, .per_second = 50, .burst = 50, .changed_rate = 200, .changes_at_s = 60};
    return made;
}

scenario down_for_a_minute()
{
    auto made = one_process("outage of 60 s", 20'000);
    made.service.outage = {.from_s = 5, .to_s = 65};
    return made;
}

std::vector<scenario> fixed_services()
{
    return {
        failing("500 for 5 %", {.share = 0.05}),
        failing("503 for 10 %", {.share = 0.1}),
        failing("500 for 20 %, reset for 5 %", {.share = 0.24, .resetting = 0.05 / 0.24}),
        failing("500 for 50 %", {.share = 0.5}),
        chaos(),
        limited("1 process on 100/s", 1),
        limited("4 processes on 100/s", 4),
        limited("8 processes on 100/s", 8),
        limited("16 processes on 100/s", 16),
        limited("64 processes on 100/s", 64),
        with_places("503 beyond 20", busy_answer::unavailable),
        with_places("429 beyond 20", busy_answer::throttled),
        refusing("429 for 0.5 %", 0.005),
        refusing("429 for 3 %", 0.03),
        refusing("429 for 10 %", 0.1),
        rising(),
        down_for_a_minute(),
        one_process("nothing in the way", 20'000),
    };
}

struct averages
{
    double seconds = 0;
    double attempts = 0;
    double refused = 0;
    double failed_pairs = 0;

    void add(course const& came)
    {
        seconds += came.ended_s / table_seeds;
        attempts += static_cast<double>(came.attempts) / table_seeds;
        refused += came.between(0, came.ended_s + 1).throttled / double{table_seeds};
        failed_pairs += static_cast<double>(came.clients.failed_pairs) / table_seeds;
    }

    void print() const
    {
        std::printf(" | %7.1f %8.0f %6.2f %7.1f", seconds, attempts, 100 * refused / attempts, failed_pairs);
    }
};

void print_row(scenario of)
{
    averages bound;
    averages ours;
    averages lanes_alone;
    auto const name = of.kind;
    for (int i = 1; i <= table_seeds; ++i)
    {
        of.seed = static_cast<std::uint64_t>(i);
        bound.add(best_informed(of, table_latest_s));
        ours.add(play(of,
                      [&](pair_range pairs, std::uint64_t seed, time_point starts)
                      { return make_engine_client(of, pairs, seed, starts); },
                      {.latest_s = table_latest_s}));
        lanes_alone.add(
            play(of, [](pair_range pairs, std::uint64_t seed, time_point) { return make_lanes_client(pairs, seed); },
                 {.latest_s = table_latest_s}));
    }
    std::printf("%-34s", name.c_str());
    bound.print();
    ours.print();
    lanes_alone.print();
    std::printf("\n");
    std::fflush(stdout);
}

}  // namespace

void print_table()
{
    std::printf("%-34s | %-31s | %-31s | %-31s\n", "mean of 10 seeds", "bound", "ours", "lanes");
    std::printf("%-34s", "");
    for (int i = 0; i != 3; ++i)
        std::printf(" | %7s %8s %6s %7s", "s", "attempts", "429 %", "failed");
    std::printf("\n");
    for (auto const& each : fixed_services())
        print_row(each);
}

}  // namespace batch_cancel::simulation
