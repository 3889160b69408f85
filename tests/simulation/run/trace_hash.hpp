#pragma once

#include "simulation/run/run_book.hpp"

#include <cstdint>

namespace batch_cancel::simulation
{

/** Hash all that happened in a run, civil time apart: equal for equal runs. */
std::uint64_t hash_of(simulated_run const& run);

}  // namespace batch_cancel::simulation
