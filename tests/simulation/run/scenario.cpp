#include "simulation/run/scenario.hpp"

#include <random>
#include <sstream>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

class dice
{
public:
    explicit dice(std::uint64_t seed)
        : bits_(seed)
    {
    }

    bool chance(double share)
    {
        return std::uniform_real_distribution<>(0, 1)(bits_) < share;
    }

    std::size_t between(std::size_t least, std::size_t most)
    {
        return std::uniform_int_distribution<std::size_t>(least, most)(bits_);
    }

    duration between(duration least, duration most)
    {
        return duration(std::uniform_int_distribution<duration::rep>(least.count(), most.count())(bits_));
    }

    double share_up_to(double most)
    {
        return std::uniform_real_distribution<>(0, most)(bits_);
    }

private:
    std::mt19937_64 bits_;
};

trouble make_trouble(dice& random)
{
    trouble made;
    made.begins = random.between(0s, 40s);
    made.ends = made.begins + (random.chance(0.1) ? random.between(1min, 10min) : random.between(1s, 40s));
    made.kind = static_cast<fault>(random.between(0, fault_count - 1));
    made.share = random.chance(0.4) ? 1 : random.chance(0.5) ? 0.3 : 0.05;
    return made;
}

limiter make_limiter(dice& random)
{
    limiter made;
    made.per_second = static_cast<double>(random.between(5, 100));
    made.burst = static_cast<double>(random.between(1, 50));
    made.punishes = random.chance(0.3);
    made.says = static_cast<limiter::hint>(random.between(0, 3));
    return made;
}

}  // namespace

scenario make_scenario(std::uint64_t seed)
{
    dice random(seed);
    scenario made;
    made.seed = seed;
    made.pairs = random.chance(0.1) ? random.between(1, 5) : random.between(20, 300);
    made.options.seed = seed + 1;
    made.options.max_in_flight = random.between(1, 64);
    made.options.adapt = random.chance(0.8);
    made.options.max_attempts = random.chance(0.7) ? 6 : static_cast<unsigned>(random.between(1, 4));
    if (random.chance(0.15))
        made.options.after_ambiguous = after_ambiguous::stop;
    if (random.chance(0.15))
        made.options.max_rate = static_cast<double>(random.between(2, 50));
    if (random.chance(0.1))
        made.options.max_begun = random.between(1, 100);
    if (random.chance(0.05))
        made.options.max_duration = random.between(1s, 60s);
    if (random.chance(0.1))
        made.options.patience = random.between(20s, 5min);
    made.latency = random.between(5ms, 500ms);
    made.latency_spread = random.share_up_to(0.8);
    if (random.chance(0.5))
        made.conflicts = random.share_up_to(0.2);
    if (random.chance(0.3))
        made.missing = random.share_up_to(0.2);
    if (random.chance(0.1))
        made.forbidden = random.share_up_to(0.1);
    if (random.chance(0.15))
        made.poisoned = random.share_up_to(0.05);
    for (auto left = random.between(0, 3); left != 0; --left)
        made.troubles.push_back(make_trouble(random));
    if (random.chance(0.3))
        made.limit = make_limiter(random);
    if (random.chance(0.15))
    {
        made.token_lifetime = random.between(500ms, 20s);
        made.token_is_last = random.chance(0.2);
    }
    if (random.chance(0.2))
        made.stop = interruption{.at = random.between(0s, 10s), .aborts = random.chance(0.5)};
    if (random.chance(0.2))
        made.clock_jump.emplace(random.between(0s, 10s), random.chance(0.5) ? 24h : -24h);
    if (random.chance(0.3))
        made.connect = random.between(1ms, 4s);
    if (random.chance(0.3))
        made.read_limit = random.between(1, 40);
    if (random.chance(0.1))
        made.shunned = random.share_up_to(0.03);
    if (random.chance(0.1))
        made.held = random.share_up_to(0.03);
    if (random.chance(0.1))
        made.odd = random.share_up_to(0.1);
    if (random.chance(0.3))
        made.hinting = random.share_up_to(0.5);
    if (random.chance(0.1))
        made.options.max_failed = random.between(1, 20);
    if (random.chance(0.1))
        made.options.patience = random.between(3s, 20s);
    if (random.chance(0.3))
        made.refresh = random.between(1ms, 3s);
    if (random.chance(0.15))
        made.refused = random.share_up_to(0.5);
    return made;
}

scenario make_outage(std::uint64_t seed)
{
    constexpr auto before = 40s;
    constexpr auto after = 50s;
    constexpr fault kinds[] = {fault::server_error, fault::unavailable, fault::not_now,
                               fault::reset_before, fault::reset_after, fault::silence};
    dice random(seed);
    scenario made;
    made.seed = seed;
    made.options.seed = seed + 1;
    made.options.max_failed_share = 0;
    made.options.attempt_timeout = 10s;
    made.options.max_in_flight = random.between(4, 64);
    made.options.adapt = random.chance(0.8);
    auto const per_second = random.between(20, 300);
    made.latency = std::max<duration>(duration(1s) * made.options.max_in_flight / per_second, 5ms);
    made.latency_spread = random.share_up_to(0.5);
    trouble outage;
    outage.begins = before;
    outage.ends = before + random.between(5s, 2min);
    outage.kind = kinds[random.between(0, std::size(kinds) - 1)];
    outage.share = random.chance(0.4) ? 1 : random.share_up_to(1);
    made.troubles.push_back(outage);
    made.stop = interruption{.at = outage.ends + after};
    // More than can be settled until then.
    auto const whole = std::chrono::duration<double>(made.stop->at).count();
    made.pairs = static_cast<std::size_t>(1.5 * whole * static_cast<double>(per_second));
    return made;
}

duration longest_run(scenario const& of)
{
    auto const pairs = static_cast<double>(of.pairs);
    // Retries, at half a one a second; what wears patience out; what is paced.
    double seconds = 120 + 2 * pairs * of.options.max_attempts * std::min(1.0, of.poisoned + of.hinting);
    seconds += pairs * 30 / static_cast<double>(of.options.max_in_flight);
    if (of.held > 0 || of.limit)
        seconds += 20 * pairs;
    if (of.options.max_rate > 0)
        seconds += 2 * pairs / of.options.max_rate;
    auto const most = std::chrono::duration<double>(seconds);
    return std::chrono::duration_cast<duration>(most) + 2 * of.options.patience;
}

std::string describe(scenario const& of)
{
    auto const seconds = [](duration span) { return std::chrono::duration<double>(span).count(); };
    std::ostringstream text;
    text << "seed " << of.seed << ": " << of.pairs << " pairs, " << of.options.max_in_flight << " in flight"
         << (of.options.adapt ? "" : " (held)") << ", latency " << seconds(of.latency) << " s";
    if (of.options.after_ambiguous == after_ambiguous::stop)
        text << ", stop after ambiguous";
    if (of.limit)
        text << ", limit " << of.limit->per_second << "/s burst " << of.limit->burst
             << (of.limit->punishes ? " punishing" : "");
    for (auto const& each : of.troubles)
        text << ", fault " << static_cast<int>(each.kind) << " x" << each.share << " in " << seconds(each.begins)
             << ".." << seconds(each.ends) << " s";
    if (of.token_lifetime != duration::zero())
        text << ", tokens last " << seconds(of.token_lifetime) << " s" << (of.token_is_last ? ", one only" : "");
    if (of.stop)
        text << (of.stop->aborts ? ", aborted at " : ", drained at ") << seconds(of.stop->at) << " s";
    if (of.stop && of.stop->is_bounded)
        text << ", then aborted after " << seconds(of.stop->then_aborts_after) << " s";
    if (of.refused > 0)
        text << ", connections refused late x" << of.refused;
    return text.str();
}

}  // namespace batch_cancel::simulation
