#pragma once

#include <batch_cancel/simulator/simulator.hpp>

#include <vector>

namespace CLI
{
class App;
class Option;
}  // namespace CLI

namespace batch_cancel::cli
{

/** Make a command line know the simulator's options.
    @param options  Must live as long as `app`.
    @return  The options made. */
std::vector<CLI::Option*> add_simulator_options(CLI::App& app, simulator::options& options);

}  // namespace batch_cancel::cli
