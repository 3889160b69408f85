#pragma once

#include "simulation/run/oracle.hpp"

namespace batch_cancel::simulation
{

/** What a simulated run was, for the oracle. */
struct simulated_run
{
    std::vector<attempt_log> log{};
    run_book book{};
};

/** Play a scenario with the policy alone: `core::dispatch` driven by a list of events, without coroutines or connections.

    The simplest driver that keeps the rules of `core::dispatch`, and so the quickest way through many seeds. */
simulated_run drive_policy(scenario const& of);

}  // namespace batch_cancel::simulation
