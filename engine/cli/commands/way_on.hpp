#pragma once

#include "cli/commands/exit_code.hpp"

#include <filesystem>
#include <string>

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
    /** Its input was a stream, which a resume cannot read again. */
    bool needs_input = false;
};

/** Say how to go on after a run that stopped before its end, or where to look if it only could not be shown, with commands to
    copy; empty if there is nothing to say. */
std::string way_on_text(leftover_facts const& facts);

/** Write a path as a shell takes it for one word. */
std::string shell_word(std::string const& path);

}  // namespace batch_cancel::cli
