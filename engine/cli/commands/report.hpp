#pragma once

#include "cli/render/journal_report.hpp"
#include "cli/render/report_output.hpp"

#include <filesystem>
#include <iosfwd>
#include <vector>

namespace CLI
{
class App;
}

namespace batch_cancel::cli
{

/** What the command `report` was asked for. */
struct report_options
{
    /** At least one. */
    std::vector<std::filesystem::path> journals{};
    /** Form of what goes to the output stream. */
    report_format as = report_format::text;
    /** Files to write besides; if there is one, and `as` was not given, nothing goes to the output stream. */
    std::vector<std::filesystem::path> outputs{};
    bool as_given = false;
    selection wanted = selection::all;
    color colors = color::off;
};

/** Make the command `report` known to a command line, and have it filled in there.
    @param options  Must live as long as `app`. Its `colors` is left alone. */
CLI::App& add_report_command(CLI::App& app, report_options& options);

/** Show or convert the results in journals.

    @param out  Results.
    @param err  What people should know besides.
    @return     The exit code of the program. Does not throw for what the contract gives a code. */
int run_report(report_options const& options, std::ostream& out, std::ostream& err);

}  // namespace batch_cancel::cli
