#pragma once

#include "cli/commands/resumption.hpp"
#include "cli/options/run_options.hpp"
#include "cli/service/service_access.hpp"

#include <batch_cancel/journal_file.hpp>
#include <batch_cancel/journal_record.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

namespace batch_cancel::cli
{

/** Describe the process that begins now, for its journal.
    @param resumed  The run that it goes on with; null if it begins one. */
run_record describe_run(run_options const& options, service_access const& service,
                        std::vector<std::string> const& carried, resumption const* resumed);

/** The name of a run's journal if none is given, "batch-cancel-<UTC time>-<4 hex>.jsonl".
    @param number  0 to 28: the 4 digits are others for each, so that there is a free name. */
std::string default_journal_name(run_record const& run, std::size_t number);

/** Create the journal of a new run.
    @param given  Its path. Empty: the first default name in the working directory that no file has.
    @par Errors  As journal_file's constructor. */
journal_file create_journal(std::string const& given, run_record const& run, journal_file_options const& keeping);

/** Check that create_journal would succeed, and leave nothing behind. @par Errors  Likewise. */
void try_journal(std::string const& given, run_record const& run);

/** Processor time that this process has used so far. */
std::chrono::nanoseconds cpu_time() noexcept;

}  // namespace batch_cancel::cli
