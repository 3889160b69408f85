#pragma once

#include "cli/commands/exit_code.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace batch_cancel::cli
{

/** What a stopped run has left behind. */
struct leftover_facts
{
    exit_code code = exit_code::all_well;
    /** Empty if none was kept. */
    std::filesystem::path journal{};
    /** The journal could not be written to its end. */
    bool journal_failed = false;
    /** The input was read to its end, so that the journal names all of its pairs. */
    bool input_complete = true;
    /** Pairs without outcome. */
    std::uint64_t unprocessed = 0;
};

/** Say how to go on after a run that stopped before its end, with commands to copy; empty if it did not stop. */
std::string way_on_text(leftover_facts const& facts);

}  // namespace batch_cancel::cli
