#pragma once

#include "journal_facts.hpp"
#include "service_host.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace batch_cancel::crash
{

/** What one process of a run left behind. */
struct process_trace
{
    /** Pairs that had a result when it started. */
    std::set<std::string> settled_before{};
    /** It was killed, its power was cut, or it could not write the journal any more. */
    bool was_killed = false;
};

/** A run from its first process to the last, which has finished. */
struct run_trace
{
    std::set<std::string> pairs{};
    std::vector<process_trace> processes{};
    std::vector<cancel_event> events{};
    journal_facts journal{};
    std::uint64_t concurrency = 0;
    /** Ambiguous pairs are never sent again. */
    bool stops_after_ambiguous = false;
    /** More than `concurrency` pairs may be in doubt after a power cut. */
    bool had_power_cut = false;
    /** Pairs that another service has settled. */
    std::set<std::string> settled_elsewhere{};
    /** Pairs that may have been sent to another service. */
    std::set<std::string> in_doubt{};
};

/** Check the promises that hold for every run, whatever ended its processes, against what the service saw.
    @return  What was broken, for people; nothing if all held. */
std::vector<std::string> broken_promises(run_trace const& run);

/** Pairs that are in doubt although every attempt for them got a clear answer, as far as the service can tell. */
std::uint64_t doubts_by_crash(run_trace const& run);

}  // namespace batch_cancel::crash
