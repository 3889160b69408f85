#pragma once

#include "cli/render/journal_report.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>

namespace batch_cancel::cli
{

/** The summary of a run as `--json` shows it, its members in the promised order. */
boost::json::object summary_json(report_facts const& facts);

/** One pair of a report. Its memory comes from where `storage` takes it. */
boost::json::object row_json(report_row const& row, report_facts const& facts, boost::json::storage_ptr storage = {});

/** One rejected line of a report. */
boost::json::object rejected_json(rejected_line const& line);

/** Append a value as JSON text, numbers written plainly: 41.7, where Boost.JSON writes 4.17E1. Texts as
    wire::append_json_string writes them, so that it can be shown on a terminal and is valid whatever bytes a path has. */
void append_json(std::string& out, boost::json::value const& value);

}  // namespace batch_cancel::cli
