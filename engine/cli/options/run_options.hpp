#pragma once

#include "cli/input/pair_input.hpp"
#include "cli/options/output_options.hpp"
#include "cli/options/values.hpp"

#include <batch_cancel/journal_record.hpp>
#include <batch_cancel/options.hpp>
#include <batch_cancel/simulator/simulator.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace CLI
{
class App;
class Option;
}  // namespace CLI

namespace batch_cancel::cli
{

/** What the command `run` was asked for. */
struct run_options
{
    using duration = std::chrono::steady_clock::duration;

    /** `files` may be empty: stdin then. */
    input_request input{};

    std::string cloud = "global";
    /** Empty: that of the cloud. */
    std::string endpoint{};
    std::string api_version = "v1.0";
    bool simulate = false;
    simulator::options simulated{};
    std::filesystem::path ca_file{};
    std::filesystem::path certificate_file{};
    std::filesystem::path key_file{};
    std::vector<std::string> resolve{};
    /** Empty: the variable BATCH_CANCEL_TOKEN. */
    std::filesystem::path token_file{};

    std::size_t concurrency = 64;
    duration timeout = std::chrono::seconds{75};
    duration connect_timeout = std::chrono::seconds{10};
    bool no_adapt = false;
    /** Cancels a second; 0 sets no bound. */
    double rate = 0;
    unsigned max_attempts = 6;
    batch_cancel::after_ambiguous on_ambiguous = batch_cancel::after_ambiguous::retry;
    /** Zero waits for ever. */
    duration patience = std::chrono::minutes{15};
    /** Zero sets no bound. */
    duration max_duration{};
    halt_limits halt{.failed = 0, .share = 0.5};
    /** Pairs of a pilot; 0 sends all. */
    std::uint64_t limit = 0;

    bool dry_run = false;
    bool yes = false;

    /** Empty: a name is made; "none": no journal. */
    std::string journal{};
    std::vector<std::filesystem::path> outputs{};
    bool json = false;
    output_options output{};
    bool conflict_ok = false;

    /** The options that were given, wherever, for the journal. */
    std::vector<run_option> given{};
};

/** Make a command line know the command.
    @param options  Must live as long as `app`. */
CLI::App& add_run_command(CLI::App& app, run_options& options);

/** Check what options say together.
    @par Errors  Throws usage_error. */
void check_together(CLI::App const& command, run_options const& options);

}  // namespace batch_cancel::cli
