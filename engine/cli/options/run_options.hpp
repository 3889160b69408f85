#pragma once

#include "cli/input/input_request.hpp"
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

namespace batch_cancel::cli
{

/** What the commands `run` and `resume` were asked for. */
struct run_options
{
    using duration = std::chrono::steady_clock::duration;

    /** `files` may be empty: stdin then. */
    input_request input{};

    std::string cloud = "global";
    /** Empty: that of the cloud. */
    std::string endpoint{};
    /** `cloud` or `endpoint` was given, or taken from the journal of the run. */
    bool names_service = false;
    std::string api_version = "v1.0";
    bool simulate = false;
    simulator::options simulated{};
    std::filesystem::path ca_file{};
    std::filesystem::path certificate_file{};
    std::filesystem::path key_file{};
    std::filesystem::path key_password_file{};
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
    /** Zero does not wait for another token. */
    duration token_wait = std::chrono::minutes{2};
    halt_limits halt{.failed = 0, .share = 0.5};
    /** Pairs of a pilot; 0 sends all. */
    std::uint64_t limit = 0;

    bool dry_run = false;
    bool yes = false;

    /** Empty: a name is made; "none": no journal. */
    std::string journal{};
    std::vector<std::filesystem::path> outputs{};
    csv_style report_style = csv_style::plain;
    bool json = false;
    /** The summary as text is followed by each pair that is not accepted. */
    bool list = false;
    output_options output{};
    bool conflict_ok = false;

    /** The options that were given, wherever, for the journal. */
    std::vector<run_option> given{};
    /** Files that options name, but for reports: none of them may be replaced. */
    std::vector<run_option> files_used{};
    /** What the next process must be given again to continue the run; see words_to_repeat. */
    std::vector<std::string> to_repeat{};
};

class command;

/** The command and its options. @param options  Must live as long as what is returned. */
command run_command(run_options& options);

/** The command that goes on with a run, likewise: its options are those of `run`. Positionals: "JOURNAL", "PAIRS". */
command resume_command(run_options& options);

/** Leave out what variables and files say that has no meaning together with the rest: for a service when the run is
    against a simulator, or the other way round.
    @par Errors  Throws usage_error if it was asked for on the command line. */
void drop_what_has_no_meaning(command& run);

/** Check what options say together.
    @par Errors  Throws usage_error. */
void check_together(run_options const& options);

}  // namespace batch_cancel::cli
