#pragma once

#include "simulation/run/policy_driver.hpp"

namespace batch_cancel::simulation
{

/** Play a scenario with the whole engine: its real coroutines over streams in memory and a virtual clock. */
driven_run drive_engine(scenario const& of, planted what, then goes_on);

}  // namespace batch_cancel::simulation
