#pragma once

#include "simulation/run/policy_driver.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace batch_cancel::simulation
{

/** Kinds of runs that are tried. */
enum class trial_set : std::uint8_t
{
    /** All kinds of trouble at once. */
    random,
    /** Long runs with an outage in the middle. */
    outages,
    /** The random ones, told to drain and then to abort at any instant, and resumed. */
    instants,
};

enum class rig : std::uint8_t
{
    policy,
    engine,
};

/** What to try with a seed. */
struct trial
{
    batch_cancel::simulation::rig rig = rig::policy;
    trial_set set = trial_set::random;
    planted plants = planted::none;
    /** Play it twice, and see that it is the same. */
    bool replays = false;
};

/** What came of one seed. */
struct trial_result
{
    scenario of{};
    simulated_run run{};
    std::vector<std::string> faults{};
    /** What was planted has made a difference. */
    bool was_sabotaged = false;
    /** After an outage, as share of that before. */
    double goodput = 1;
    /** Hash of all that happened: equal for equal runs. */
    std::uint64_t trace = 0;
};

trial_result try_out(trial const& what, std::uint64_t seed);

}  // namespace batch_cancel::simulation
