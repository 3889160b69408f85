#pragma once

#include "client.hpp"

#include <memory>

namespace batch_cancel::simulation
{

/** A careful script: lanes that each retry their own pair with full jitter, and each sleep their own Retry-After. */
std::unique_ptr<client> make_lanes_client(pair_range pairs, std::uint64_t seed);

}  // namespace batch_cancel::simulation
