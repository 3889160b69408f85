#pragma once

#include "cli/commands/resumption.hpp"
#include "cli/options/run_options.hpp"
#include "cli/service/service_access.hpp"

#include <batch_cancel/journal_record.hpp>

#include <chrono>
#include <filesystem>
#include <string>

namespace batch_cancel::cli
{

/** Describe the process that begins now, for its journal.
    @param resumed  The run that it goes on with; null if it begins one. */
run_record describe_run(run_options const& options, service_access const& service,
                        std::vector<std::string> const& carried, resumption const* resumed);

/** Where a run keeps its journal.
    @param given  Empty: "batch-cancel-<UTC time>-<4 hex>.jsonl" in the working directory. */
std::filesystem::path journal_path(std::string const& given, run_record const& run);

/** Processor time that this process has used so far. */
std::chrono::nanoseconds cpu_time() noexcept;

}  // namespace batch_cancel::cli
