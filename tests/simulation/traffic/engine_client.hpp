#pragma once

#include "client.hpp"
#include "scenario.hpp"

#include <memory>

namespace batch_cancel::simulation
{

/** The product: `core::dispatch` decides, with the command's defaults. */
std::unique_ptr<client> make_engine_client(scenario const& of, pair_range pairs, std::uint64_t seed, time_point starts);

}  // namespace batch_cancel::simulation
