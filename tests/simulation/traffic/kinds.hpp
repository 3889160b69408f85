#pragma once

#include "scenario.hpp"

#include <cstdint>

namespace batch_cancel::simulation
{

/** When the limit of a pure limiter changes, if it does. */
inline constexpr double limit_changes_s = 150;

/** A service drawn at random: one for each seed. */
scenario drawn(std::uint64_t seed);

}  // namespace batch_cancel::simulation
