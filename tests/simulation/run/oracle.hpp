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

/** What a run made of it. */
struct run_book
{
    std::vector<result> results{};
    /** Pairs that were pulled and have no result. */
    std::vector<pair> left{};
    boost::system::error_code error{};
    pair_totals pairs{};
    request_totals requests{};
    /** There was an outage, whose probes use up no attempts. */
    bool has_probed = false;
    /** When the run was told to stop, if it was; the stop of a source that is not to be sent any more. */
    time_point stopped = time_point::max();
    time_point ended{};
    bool has_ended = false;
};

/** Names a task of a simulated run. */
std::string task_id(std::size_t task);

/** Judge a run by what the service knows.
    @return  What is wrong with it, a line each; empty if all is well. */
std::vector<std::string> find_faults(scenario const& of, std::vector<attempt_log> const& log, run_book const& book);

}  // namespace batch_cancel::simulation
