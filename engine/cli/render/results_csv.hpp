#pragma once

#include "cli/render/journal_report.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** The form of CSV. Each of them is valid input again. */
enum class csv_style : std::uint8_t
{
    /** Commas and LF. */
    plain,
    /** For Excel where the list separator is a comma: with a byte order mark and CRLF. */
    excel,
    /** For Excel where it is a semicolon, as in most of Europe. */
    excel_semicolon,
};

/** Where CSV goes. */
enum class csv_target : std::uint8_t
{
    /** A file or a pipe: cells hold what is there, unchanged. */
    data,
    /** A terminal: what it would obey is made visible. */
    terminal,
};

/** Append a cell by RFC 4180. A text that a spreadsheet would run as a formula, or that begins with an apostrophe, gets an
    apostrophe before it, which reading one of our reports takes off again. A NUL byte becomes U+FFFD, since a line that holds
    one is no input. */
void append_csv_cell(std::string& out, std::string_view text);

/** Tell whether a column is one that every CSV report has, whatever the case of its name. */
bool is_report_column(std::string_view name) noexcept;

/** Writes the lines of a CSV report. */
class results_csv
{
public:
    /** @param facts  Must outlive this object. */
    results_csv(report_facts const& facts, csv_style style, csv_target target);

    void append_header(std::string& out) const;

    /** Append the line of a pair. */
    void append_row(std::string& out, report_row const& row) const;

    /** Append the line of what is not a pair. */
    void append_rejected(std::string& out, rejected_line const& line) const;

private:
    void append_first(std::string& out, std::string_view text) const;
    void append_next(std::string& out, std::string_view text) const;

    report_facts const& facts_;
    csv_style style_;
    csv_target target_;
    char delimiter_;
    std::string_view line_end_;
    std::string_view simulated_;
};

}  // namespace batch_cancel::cli
