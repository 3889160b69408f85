#include "model.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

using namespace batch_cancel::simulation;

namespace
{

constexpr double settled_s = 60;
constexpr double change_s = 150;
constexpr double rise_allowed_s = 75;

/** A limiter drawn at random, one for each seed. */
scenario drawn(std::uint64_t seed)
{
    batch_cancel::traffic::random_bits random(seed * 0x2545f4914f6cdd1dU + 1);
    auto const evenly = [&](double from, double to)
    { return std::uniform_real_distribution<double>(from, to)(random); };
    auto const by_ratio = [&](double from, double to) { return std::exp(evenly(std::log(from), std::log(to))); };
    auto const one_in = [&](double share) { return evenly(0, 1) < share; };
    scenario made;
    made.seed = seed;
    auto& limit = made.limit;
    double const kind = evenly(0, 100);
    limit.kind = kind < 35   ? limit_kind::bucket
                 : kind < 65 ? limit_kind::punishing_bucket
                 : kind < 98 ? limit_kind::window
                             : limit_kind::none;
    double const hint = evenly(0, 100);
    limit.hint = hint < 40 ? hint_kind::whole_seconds : hint < 80 ? hint_kind::exact : hint_kind::none;
    limit.per_second = by_ratio(5, 400);
    if (one_in(0.3))
    {
        double const low = by_ratio(5, 100);
        bool const rises = one_in(0.5);
        limit.per_second = rises ? low : 4 * low;
        limit.changed_rate = rises ? 4 * low : low;
        limit.changes_at_s = change_s;
    }
    limit.burst = std::max(1.0, limit.per_second * evenly(0.1, 3));
    constexpr double lengths[] = {1, 2, 5, 10};
    limit.window_s = lengths[std::uniform_int_distribution<int>(0, 3)(random)];
    limit.phase_s = evenly(0, limit.window_s);
    made.latency_s = by_ratio(0.02, 1);
    made.sigma = evenly(0.1, 0.6);
    if (limit.kind == limit_kind::none)
        made.length_s = 90;
    return made;
}

/** What 64 lanes could do if nothing limited them. */
double lanes_rate(scenario const& what)
{
    return what.lanes / (what.latency_s * std::exp(what.sigma * what.sigma / 2));
}

/** Whether it bears two requests at once. One that does not refuses by chance, wherever latency varies, at any pace near its
    limit: whether 80 % of that is ever seen is chance too. */
bool bears_two(limiter_options const& limit)
{
    bool const bucket = limit.kind == limit_kind::bucket || limit.kind == limit_kind::punishing_bucket;
    return !bucket || limit.burst >= 2;
}

struct judgement
{
    double refused_share = 0;
    double used = 0;    // of what limiter and lanes allow
    double rise_s = 0;  // 0: the limit does not rise
};

judgement judge(scenario const& what, outcome const& came)
{
    judgement made;
    double const end = what.length_s;
    double const refused = came.refused_between(settled_s, end);
    double const all = came.admitted_between(settled_s, end);
    made.refused_share = refused / std::max(1.0, refused + all);
    double const by_lanes = lanes_rate(what);
    auto const& limit = what.limit;
    if (limit.kind == limit_kind::none)
    {
        made.used = all / (by_lanes * (end - settled_s));
        return made;
    }
    double const first = std::min(by_lanes, limit.per_second);
    if (limit.changed_rate == 0)
    {
        made.used = all / (first * (end - settled_s));
        return made;
    }
    double const second = std::min(by_lanes, limit.changed_rate);
    bool const rises = limit.changed_rate > limit.per_second;
    double const from = change_s + (rises ? rise_allowed_s : 0);
    made.used = (came.admitted_between(settled_s, change_s) + came.admitted_between(from, end)) /
                (first * (change_s - settled_s) + second * (end - from));
    if (rises)
    {
        made.rise_s = end - change_s;
        for (double at = change_s; at + 5 <= end; ++at)
        {
            if (came.admitted_between(at, at + 5) >= 0.8 * 5 * second)
            {
                made.rise_s = at + 5 - change_s;
                break;
            }
        }
    }
    return made;
}

double percentile(std::vector<double>& values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

int run_seeds(std::uint64_t first, std::uint64_t count, bool verbose)
{
    std::vector<double> refused;
    std::vector<double> used;
    std::vector<double> rise;
    std::uint64_t worst_refused = first;
    std::uint64_t worst_used = first;
    std::uint64_t worst_rise = first;
    judgement worst{.refused_share = -1, .used = 9, .rise_s = 0};
    unsigned broken = 0;
    unsigned not_repeated = 0;
    unsigned late = 0;
    unsigned late_by_chance = 0;
    unsigned over = 0;
    unsigned over_by_chance = 0;
    for (auto seed = first; seed < first + count; ++seed)
    {
        auto const what = drawn(seed);
        auto const came = run(what);
        auto const made = judge(what, came);
        if (came.early_starts || came.most_in_flight > what.lanes)
        {
            ++broken;
            std::printf("seed %llu: %u early starts, %u in flight\n", static_cast<unsigned long long>(seed),
                        came.early_starts, came.most_in_flight);
        }
        if (seed % 20 == 0 && run(what).trace != came.trace)
            ++not_repeated;
        refused.push_back(made.refused_share);
        used.push_back(made.used);
        if (made.rise_s > 0)
            rise.push_back(made.rise_s);
        if (made.rise_s > rise_allowed_s)
            ++(bears_two(what.limit) ? late : late_by_chance);
        // With room for one, what comes a little too early is refused at any pace: that looks like chance, and is.
        if (made.refused_share > 0.04)
            ++(bears_two(what.limit) ? over : over_by_chance);
        if (made.refused_share > worst.refused_share)
        {
            worst.refused_share = made.refused_share;
            worst_refused = seed;
        }
        if (made.used < worst.used)
        {
            worst.used = made.used;
            worst_used = seed;
        }
        if (made.rise_s > worst.rise_s)
        {
            worst.rise_s = made.rise_s;
            worst_rise = seed;
        }
        if (verbose || made.refused_share > 0.04 || made.rise_s > rise_allowed_s)
            std::printf("seed %llu: %s, latency %.0f ms (%.2f): refused %.2f %%, used %.0f %%, rise %.0f s\n",
                        static_cast<unsigned long long>(seed), to_string(what.limit).c_str(), 1000 * what.latency_s,
                        what.sigma, 100 * made.refused_share, 100 * made.used, made.rise_s);
    }
    std::printf("%llu limiters from seed %llu, after the first 60 s:\n", static_cast<unsigned long long>(count),
                static_cast<unsigned long long>(first));
    std::printf("  refused: median %.2f %%, p95 %.2f %%, p99 %.2f %%, worst %.2f %% (seed %llu)\n",
                100 * percentile(refused, 0.5), 100 * percentile(refused, 0.95), 100 * percentile(refused, 0.99),
                100 * percentile(refused, 1), static_cast<unsigned long long>(worst_refused));
    std::printf("  used:    median %.1f %%, p5 %.1f %%, p1 %.1f %%, worst %.1f %% (seed %llu)\n",
                100 * percentile(used, 0.5), 100 * percentile(used, 0.05), 100 * percentile(used, 0.01),
                100 * percentile(used, 0), static_cast<unsigned long long>(worst_used));
    std::printf("  rise:    median %.0f s, p95 %.0f s, worst %.0f s (seed %llu) of %zu\n", percentile(rise, 0.5),
                percentile(rise, 0.95), percentile(rise, 1), static_cast<unsigned long long>(worst_rise), rise.size());
    bool const kept = percentile(refused, 0.95) <= 0.025 && over == 0 && percentile(used, 0.05) >= 0.8 && late == 0;
    std::printf("  early starts or too many in flight: %u seeds; not repeated: %u seeds\n"
                "  more than 4 %% refused: %u, rises later than 75 s: %u; excepted are buckets that hold less than two "
                "requests,"
                " %u and %u\n"
                "  RC-16: %s\n",
                broken, not_repeated, over, late, over_by_chance, late_by_chance, kept ? "kept" : "NOT KEPT");
    return broken == 0 && not_repeated == 0 && kept ? 0 : 1;
}

struct row
{
    char const* name;
    scenario what;
};

void print_table()
{
    auto const make = [](limit_kind kind, double rate, double size, hint_kind hint = hint_kind::whole_seconds)
    {
        scenario made;
        made.limit.kind = kind;
        made.limit.hint = hint;
        made.limit.per_second = rate;
        made.limit.burst = size;
        made.limit.window_s = size;
        made.length_s = 300;
        return made;
    };
    auto changed = [](scenario made, double to)
    {
        made.limit.changed_rate = to;
        made.limit.changes_at_s = 60;
        return made;
    };
    auto lengthened = [](scenario made, double to)
    {
        made.length_s = to;
        return made;
    };
    using enum limit_kind;
    scenario of_6000 = make(bucket, 50, 20);
    of_6000.requests = 6000;
    scenario punished_6000 = make(punishing_bucket, 50, 20);
    punished_6000.requests = 6000;
    row const rows[] = {
        {"bucket 50/s, burst 20, 6,000 pairs", of_6000},
        {"same, refused calls cost quota", punished_6000},
        {"bucket 100/s, burst 100", make(bucket, 100, 100)},
        {"same, refused calls cost quota", make(punishing_bucket, 100, 100)},
        {"same, no Retry-After", make(punishing_bucket, 100, 100, hint_kind::none)},
        {"200 per 10 s", make(window, 20, 10)},
        {"200 per 10 s, no Retry-After", make(window, 20, 10, hint_kind::none)},
        {"1000 per 10 s", make(window, 100, 10)},
        {"sliding 50 per 1 s, all counted", make(sliding, 50, 1)},
        {"sliding 500 per 10 s, all counted", make(sliding, 50, 10)},
        {"50/s to 200/s after 60 s", changed(make(bucket, 50, 50), 200)},
        {"200/s to 50/s after 60 s", changed(make(bucket, 200, 200), 50)},
        {"no limit", lengthened(make(none, 0, 1), 60)},
    };
    std::printf("%-36s %22s %22s %22s\n", "done per second after 30 s, refused", "lanes alone", "gate alone", "paced");
    for (auto const& [name, what] : rows)
    {
        std::printf("%-36s", name);
        for (auto const client : {client_kind::lanes_alone, client_kind::gate_alone, client_kind::paced})
        {
            double rate = 0;
            double refused = 0;
            double answered = 0;
            constexpr int seeds = 5;
            for (int seed = 1; seed <= seeds; ++seed)
            {
                auto each = what;
                each.client = client;
                each.seed = static_cast<std::uint64_t>(seed);
                each.limit.phase_s = seed * 1.7;
                auto const came = run(each);
                double const end = std::floor(came.ended_s);
                rate += came.admitted_between(30, end) / (end - 30) / seeds;
                refused += came.refused_between(0, end + 1);
                answered += came.refused_between(0, end + 1) + came.admitted_between(0, end + 1);
            }
            std::printf("      %7.1f, %6.2f %%", rate, 100 * refused / answered);
        }
        std::printf("\n");
    }
}

void print_load()
{
    std::printf("one core, 64 lanes:   ms a request  ms of network   adapting, done/s   held at 64, done/s\n");
    for (double const serial : {20e-6, 200e-6, 1e-3, 5e-3})
    {
        for (double const network : {50e-6, 1e-3, 20e-3})
        {
            scenario what;
            what.serial_s = serial;
            what.latency_s = network;
            what.length_s = 30;
            auto const adapting = run(what);
            what.client = client_kind::gate_alone;
            auto const held = run(what);
            std::printf("                      %12.2f  %13.2f   %16.0f   %18.0f\n", serial * 1000, network * 1000,
                        adapting.admitted_between(2, 30) / 28, held.admitted_between(2, 30) / 28);
        }
    }
}

struct options
{
    std::uint64_t first = 1;
    std::uint64_t count = 2000;
    std::optional<std::uint64_t> seed{};  // play this one alone, and tell how it goes
    bool verbose = false;
    bool table = false;
    bool load = false;
};

/** What was asked for; nothing if it cannot be understood. */
std::optional<options> parsed(std::vector<std::string_view> const& arguments)
{
    options made;
    for (std::size_t at = 0; at < arguments.size(); ++at)
    {
        auto const option = arguments[at];
        bool understood = true;
        auto const number = [&]
        {
            auto const text = ++at < arguments.size() ? arguments[at] : std::string_view{};
            std::uint64_t value = 0;
            auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            understood = error == std::errc{} && end == text.data() + text.size();
            return value;
        };
        if (option == "--seeds")
            made.count = number();
        else if (option == "--first-seed")
            made.first = number();
        else if (option == "--seed")
            made.seed = number();
        else if (option == "--verbose")
            made.verbose = true;
        else if (option == "--table")
            made.table = true;
        else if (option == "--load")
            made.load = true;
        else
            understood = false;
        if (!understood)
            return std::nullopt;
    }
    return made;
}

void play(std::uint64_t seed)
{
    auto what = drawn(seed);
    what.verbose = true;
    auto const came = run(what);
    auto const made = judge(what, came);
    std::printf("%s, latency %.0f ms (%.2f): refused %.2f %%, used %.0f %%, rise %.0f s, trace %016llx\n",
                to_string(what.limit).c_str(), 1000 * what.latency_s, what.sigma, 100 * made.refused_share,
                100 * made.used, made.rise_s, static_cast<unsigned long long>(came.trace));
}

}  // namespace

int main(int argc, char** argv)
{
    auto const asked = parsed({argv + 1, argv + argc});
    if (!asked)
    {
        std::fprintf(stderr,
                     "usage: simulate_pace [--first-seed N] [--seeds N] [--verbose] | --seed N | --table | --load\n");
        return 2;
    }
    if (asked->table)
        print_table();
    else if (asked->load)
        print_load();
    else if (asked->seed)
        play(*asked->seed);
    else
        return run_seeds(asked->first, asked->count, asked->verbose);
    return 0;
}
