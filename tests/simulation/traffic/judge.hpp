#pragma once

#include "scenario.hpp"
#include "world.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace batch_cancel::simulation
{

/** How long after a rise 80 % of the new limit must be in use. */
inline constexpr double rise_allowed_s = 75;

/** How good a course was. Shares are of 1. */
struct judgement
{
    // Of a pure limiter, after the first 60 s:
    std::optional<double> used{};    // of what limit and lanes allow
    std::optional<double> rise_s{};  // until 80 % of a risen limit is used
    bool bears_two = true;           // the limiter takes two requests at once
    double refused = 0;              // of the responses; of all if it is no pure limiter

    // Of any other service:
    std::optional<double> time{};     // over the bound's
    double attempts = 1;              // over the bound's
    double late_refused = 0;          // 429, or 503 for want of a place, after the first 30 s
    double failed = 0;                // of the pairs
    std::optional<double> goodput{};  // 30 s after an outage, of the bound's before it
    std::uint64_t probes = 0;
    std::size_t most_waiting = 0;
    bool has_finished = true;

    std::uint64_t early_starts = 0;
    bool too_many_in_flight = false;
};

/** @param bound  Not used for a pure limiter. */
judgement judge(scenario const& of, course const& came, course const& bound);

}  // namespace batch_cancel::simulation
