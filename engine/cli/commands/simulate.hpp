#pragma once

#include "cli/commands/exit_code.hpp"
#include "cli/console/console.hpp"
#include "cli/options/output_options.hpp"

#include <batch_cancel/simulator/simulator.hpp>

namespace batch_cancel::cli
{

/** What the command `simulate` was asked for. */
struct simulate_options
{
    simulator::options simulated{};
    output_options output{};
};

class command;

/** The command and its options. @param options  Must live as long as what is returned. */
command simulate_command(simulate_options& options);

/** Run a simulator until a signal comes: one JSON line on stdout when it is ready, one with what it saw at the end.
    @par Errors  Throws system_error, std::invalid_argument. */
exit_code simulate(simulate_options const& options, console& out);

}  // namespace batch_cancel::cli
