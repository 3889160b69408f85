#pragma once

#include "simulation/run/service_model.hpp"

#include <batch_cancel/result.hpp>
#include <batch_cancel/summary.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace batch_cancel::simulation
{

/** An outcome that the run has noted in its journal. */
struct noted_outcome
{
    std::size_t task = 0;
    batch_cancel::outcome outcome = batch_cancel::outcome::failed;
    time_point at{};
};

/** A time in which the run said that it only probes. */
struct probing_time
{
    time_point from{};
    time_point to = time_point::max();
};

/** What a run made of its scenario. */
struct run_book
{
    std::vector<result> results{};
    /** The outcomes in the order in which they were decided. */
    std::vector<noted_outcome> noted{};
    /** Pairs that were pulled and have no result. */
    std::vector<pair> left{};
    /** So many pairs were pulled from the source, the first ones of the scenario. */
    std::size_t pulled = 0;
    boost::system::error_code error{};
    pair_totals pairs{};
    request_totals requests{};
    /** Outages, whose probes use up no attempts. */
    std::vector<probing_time> probing{};
    /** Tasks whose request was sent before the journal said that it may be, or that were begun out of turn. */
    std::vector<std::size_t> not_admitted{};
    /** When connections were refused before their first answer. */
    std::vector<time_point> refusals{};
    /** Most connections open at once. */
    std::size_t connections = 0;
    /** Most requests for another token under way at once. */
    std::size_t refreshes = 0;
    time_point began{};
    /** When the run was told to stop from outside, and to abort. */
    time_point stopped = time_point::max();
    std::size_t sent_before_stop = 0;
    time_point aborted = time_point::max();
    time_point ended{};
    bool has_ended = false;
};

/** A run and what the service saw of it, for the oracle. */
struct simulated_run
{
    std::vector<attempt_log> log{};
    run_book book{};
};

/** Names a task of a simulated run. */
std::string task_id(std::size_t task);

/** The task so named. */
std::size_t task_of(std::string const& id);

}  // namespace batch_cancel::simulation
