#pragma once

#include "scenario.hpp"
#include "world.hpp"

namespace batch_cancel::simulation
{

/** The best that clients can do who know the service, among plans that suit it: the run that takes the least time.
    @param latest_s  No plan is worth more than that. */
course best_informed(scenario const& of, double latest_s);

}  // namespace batch_cancel::simulation
