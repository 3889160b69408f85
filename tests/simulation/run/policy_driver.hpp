#pragma once

#include "simulation/run/planted.hpp"
#include "simulation/run/run_book.hpp"

#include <optional>

namespace batch_cancel::simulation
{

/** A run, and the one that resumes it. */
struct driven_run
{
    simulated_run first{};
    /** Its log is that of both. */
    std::optional<simulated_run> resumed{};
    /** The planted fault has been at work. */
    bool was_sabotaged = false;
};

/** Whether a run that leaves pairs over is resumed. */
enum class then
{
    ends,
    resumes,
};

/** Play a scenario with the policy alone: `core::dispatch` driven by a list of events, without coroutines or connections.

    The simplest driver that keeps the rules of `core::dispatch`, and so the quickest way through many seeds.
    @param what  Makes the engine wrong. */
driven_run drive_policy(scenario const& of, planted what, then goes_on);

}  // namespace batch_cancel::simulation
