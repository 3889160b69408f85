#pragma once

#include "simulation/run/policy_driver.hpp"

#include <array>
#include <string_view>

namespace batch_cancel::simulation
{

/** Faults that the oracle must find, put into a run that has none. */
enum class planted : std::uint8_t
{
    none,
    /** A pair is in no record. */
    dropped_pair,
    /** Two records have changed their pairs. */
    wrong_pair,
    /** A request goes out before Retry-After has passed. */
    early_request,
    /** An ambiguous pair does not say so. */
    hidden_ambiguity,
};

inline constexpr std::array<std::string_view, 5> planted_names{"none", "dropped-pair", "wrong-pair", "early-request",
                                                               "hidden-ambiguity"};

/** Put a fault into a run.
    @return  False if the run offers no occasion. */
bool plant(simulated_run& into, planted what);

}  // namespace batch_cancel::simulation
