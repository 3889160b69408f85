#pragma once

#include "cli/commands/exit_code.hpp"
#include "cli/input/input_stop.hpp"

#include <batch_cancel/summary.hpp>

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <string_view>

namespace batch_cancel::cli
{

/** How a run went, as far as its exit code depends on it. */
struct run_facts
{
    /** What the engine ended with. */
    boost::system::error_code error{};
    /** The first signal that came; 0 if none did. */
    int signal = 0;
    /** What ended the reading of the input before its end. */
    input_stop stopped_input = input_stop::none;
    /** The input was read to its end. */
    bool input_complete = false;
    /** The journal could not be written, at whatever moment. */
    bool journal_failed = false;
    bool conflict_ok = false;
    /** Of the whole run. */
    pair_totals pairs{};
    /** Cancels of this process that were answered 202 or 409. */
    std::uint64_t answered = 0;
    request_totals requests{};
    std::uint64_t rejected = 0;
    /** Lines that are for other shards, so that having no pair is no mistake. */
    std::uint64_t other_shards = 0;
};

/** How a run is said to have ended. */
struct run_ending
{
    exit_code code = exit_code::all_well;
    /** By the report's names; empty if it came to its end by itself. */
    std::string_view stopped_by{};

    bool operator==(run_ending const&) const = default;
};

/** Decide on a run's exit code and what is said to have stopped it. Of several causes: journal, credentials, signal, limit. */
run_ending judge_ending(run_facts const& facts) noexcept;

}  // namespace batch_cancel::cli
