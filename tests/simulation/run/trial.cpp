#include "simulation/run/trial.hpp"

#include "simulation/run/engine_driver.hpp"
#include "simulation/run/oracle.hpp"
#include "simulation/run/trace_hash.hpp"

#include <random>
#include <utility>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

driven_run play(trial const& what, scenario const& of, planted plants, then goes_on = then::ends)
{
    return what.rig == rig::engine ? drive_engine(of, plants, goes_on) : drive_policy(of, plants, goes_on);
}

// Any time of a run, or just before, at or after something happens in it.
duration any_instant(simulated_run const& of, std::mt19937_64& bits)
{
    auto const pick = [&](duration::rep most) { return std::uniform_int_distribution<duration::rep>(0, most)(bits); };
    if (of.log.empty() || pick(1) == 0)
        return duration(pick((of.book.ended - of.book.began).count()));
    auto const& event = of.log[static_cast<std::size_t>(pick(static_cast<duration::rep>(of.log.size() - 1)))];
    auto const when = pick(1) == 0 ? event.started : std::min(event.answered, of.book.ended);
    return std::max<duration>(when - of.book.began + (pick(2) - 1) * 1us, 0ns);
}

scenario interrupted(trial const& what, scenario of)
{
    std::mt19937_64 bits(of.seed * 5 + 11);
    of.stop.reset();
    auto const whole = play(what, of, planted::none);
    of.stop = interruption{.at = any_instant(whole.first, bits), .is_bounded = true};
    // A second signal counts from 200 ms on.
    if (std::uniform_int_distribution<>(0, 2)(bits) != 0)
        of.stop->then_aborts_after =
            200ms + std::chrono::microseconds(std::uniform_int_distribution<>(0, 2'000'000)(bits));
    return of;
}

scenario scenario_of(trial const& what, std::uint64_t seed)
{
    switch (what.set)
    {
    case trial_set::outages:
        return make_outage(seed);
    case trial_set::instants:
        return interrupted(what, make_scenario(seed));
    default:
        return make_scenario(seed);
    }
}

void append(std::vector<std::string>& to, std::vector<std::string> const& more)
{
    to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

trial_result try_out(trial const& what, std::uint64_t seed)
{
    trial_result made;
    made.of = scenario_of(what, seed);
    auto const& of = made.of;
    auto const goes_on = what.set == trial_set::instants ? then::resumes : then::ends;
    auto played = play(what, of, what.plants, goes_on);
    made.faults = find_faults(of, played.first.log, played.first.book);
    if (what.set == trial_set::outages)
        append(made.faults, find_faults_of_outage(of, played.first.log, made.goodput));
    if (played.resumed)
        append(made.faults, find_faults_of_resume(played.first.book, played.resumed->book, played.resumed->log));
    auto const hash = hash_of(played.first);
    made.trace = hash;
    if (what.plants != planted::none)
        made.was_sabotaged = played.was_sabotaged || hash != hash_of(play(what, of, planted::none).first);
    else
    {
        if (what.replays && hash != hash_of(play(what, of, planted::none).first))
            made.faults.emplace_back("RC-22: played twice, it is not the same");
        if (what.rig == rig::engine && of.clock_jump)
        {
            auto steady = of;
            steady.clock_jump.reset();
            if (hash != hash_of(play(what, steady, planted::none).first))
                made.faults.emplace_back("RC-28: without the jump of the civil time, it is not the same");
        }
    }
    made.run = std::move(played.first);
    return made;
}

}  // namespace batch_cancel::simulation
