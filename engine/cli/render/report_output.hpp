#pragma once

#include "cli/render/journal_report.hpp"
#include "cli/render/results_csv.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

enum class report_format : std::uint8_t
{
    /** The summary, for people. Lists the pairs only when some are selected. */
    text,
    /** The summary with `results` and `rejected`. */
    json,
    /** The pairs and the rejected lines alone. */
    csv,
};

enum class color : bool
{
    off,
    on,
};

/** Tell by the ending of a file's name in which format it is written.
    @par Errors  Throws std::invalid_argument, its text saying what would be right: neither .json nor .csv. */
report_format format_of(std::filesystem::path const& file);

/** Take the names of reports. @par Errors  As format_of. */
std::vector<std::filesystem::path> report_files(std::vector<std::string> const& names);

/** How a report is shown. */
struct report_look
{
    color colors = color::off;
    csv_style style = csv_style::plain;
    csv_target target = csv_target::data;
    /** The summary as text is followed by each pair that is not accepted, and each rejected line. */
    bool is_listed = false;
};

/** Write a report to a stream, whose state tells how it went. */
void write_report(std::ostream& out, journal_report& report, report_format format, selection wanted,
                  report_look const& look = {});

/** Write the selected pairs and rejected lines for people, a line each, with what they carry. */
void write_list(std::ostream& out, journal_report& report, selection wanted);

/** Tell what keeps a report from being put in a place: no folder that can be written, a folder of that name, or a pipe or a
    device, which it would replace.
    @return  For people; empty if nothing is known to. */
std::string report_obstacle(std::filesystem::path const& file);

/** Check that write_report_file can write a file: make the other file beside it, and remove it again.
    @par Errors  Throws system_error as write_report_file. */
void check_report_file(std::filesystem::path const& file);

/** Write a report to a file: under another name beside it, which then takes the file's place.
    @par Errors  Throws system_error with the system's code, the path in its text; the file is then as it was. */
void write_report_file(std::filesystem::path const& file, journal_report& report, selection wanted,
                       csv_style style = csv_style::plain);

}  // namespace batch_cancel::cli
