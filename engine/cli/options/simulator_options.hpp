#pragma once

#include <batch_cancel/simulator/simulator.hpp>

#include <string_view>

namespace batch_cancel::cli
{

class command;

/** Heading of the simulator's options in the help. */
constexpr std::string_view simulator_group = "Simulator";

/** Make a command know the simulator's options.
    @param options  Must live as long as `to`.
    @param remark   Follows the help of each. */
void add_simulator_options(command& to, simulator::options& options, std::string_view remark = {});

}  // namespace batch_cancel::cli
