#pragma once

#include "cli/commands/exit_code.hpp"
#include "cli/render/journal_report.hpp"
#include "cli/render/report_output.hpp"

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <vector>

namespace batch_cancel::cli
{

/** What the command `report` was asked for. */
struct report_options
{
    /** At least one. */
    std::vector<std::filesystem::path> journals{};
    /** Form of what goes to the output stream; text if it is not set. */
    std::optional<report_format> as{};
    /** Files to write besides; if there is one, nothing goes to the output stream unless `as` or `json` is set. */
    std::vector<std::filesystem::path> outputs{};
    selection wanted = selection::all;
    /** The summary as one JSON object instead of text. */
    bool json = false;
    report_look look{};
};

class command;

/** The command and its options.
    @param options  Must live as long as what is returned. Its colours and target are left alone. */
command report_command(report_options& options);

/** Show or convert the results in journals.

    @param out  Results.
    @param err  What people should know besides.
    @return     Never internal_error: does not throw for what has a code of its own. */
exit_code run_report(report_options const& options, std::ostream& out, std::ostream& err);

}  // namespace batch_cancel::cli
