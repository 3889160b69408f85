#pragma once

#include "cli/render/journal_report.hpp"

#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Append a cell by RFC 4180. A text that a spreadsheet would run as a formula, or that begins with an apostrophe, gets an
    apostrophe before it, which reading one of our reports takes off again. A NUL byte becomes U+FFFD, since a line that holds
    one is no input. */
void append_csv_cell(std::string& out, std::string_view text);

/** Tell whether a column is one that every CSV report has, whatever the case of its name. */
bool is_report_column(std::string_view name) noexcept;

/** Append the header line of a CSV report. */
void append_csv_header(std::string& out, report_facts const& facts);

/** Append the line of a pair. */
void append_csv_row(std::string& out, report_row const& row);

}  // namespace batch_cancel::cli
