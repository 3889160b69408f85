#pragma once

#include "cli/render/journal_report.hpp"
#include "cli/render/report_output.hpp"

#include <string>

namespace batch_cancel::cli
{

/** Write the summary of a run for people: outcomes first, then what went wrong and what to do, then input, requests and time.
    @return  Lines, each with its end. */
std::string summary_text(report_facts const& facts, color colors);

}  // namespace batch_cancel::cli
