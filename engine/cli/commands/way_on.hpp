#pragma once

#include "cli/commands/exit_code.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** What a run has left behind. */
struct leftover_facts
{
    exit_code code = exit_code::all_well;
    /** Empty if none was kept. */
    std::filesystem::path journal{};
    /** Something stopped the run, though by its code it may just have sent nothing. */
    bool was_stopped = false;
    /** The run was gone on with: it can be again, though this process may have sent nothing. */
    bool is_resumed = false;
    /** No byte of a request was written, and no journal stays. */
    bool has_sent_nothing = false;
    /** Not empty if the service does not know this API version, by which no pair of the run got an outcome. */
    std::string_view unknown_version{};
    /** Its input was a stream, which a resume cannot read again. */
    bool needs_input = false;
    /** Input that was given to a resume. */
    std::vector<std::string> inputs{};
    /** Words of the command line that a resume must be given again. */
    std::vector<std::string> to_repeat{};
};

/** The command that continues a run. It repeats what was given to this process, and nothing from a journal. */
std::string resume_command_text(leftover_facts const& facts);

/** The version to ask for if the service does not know this one. */
std::string_view other_version(std::string_view api_version) noexcept;

/** Say what to do if the service does not know the run's API version. */
std::string new_version_text(std::string_view api_version);

/** Say how to go on after a run that stopped before its end, or where to look if it only could not be shown, with commands to
    copy, which come last; empty if there is nothing to say. */
std::string way_on_text(leftover_facts const& facts);

}  // namespace batch_cancel::cli
