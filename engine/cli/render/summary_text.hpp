#pragma once

#include "cli/render/journal_report.hpp"
#include "cli/render/report_output.hpp"

#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Says that a run was a rehearsal. A line with its end. */
inline constexpr std::string_view rehearsal_text =
    "SIMULATED: a rehearsal against the built-in simulator; no service was asked\n";

/** Write the summary of a run for people: outcomes first, then input, requests and time, and last what is not accepted, by
    its cause, and what to do about it.
    @return  Lines, each with its end. */
std::string summary_text(report_facts const& facts, color colors);

}  // namespace batch_cancel::cli
