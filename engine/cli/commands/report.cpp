#include "cli/commands/report.hpp"

#include "cli/options/usage_error.hpp"
#include "cli/render/same_file.hpp"
#include "cli/render/visible_text.hpp"

#include <batch_cancel/errc.hpp>

#include <CLI/CLI.hpp>

#include <boost/system/system_error.hpp>

#include <exception>
#include <ostream>
#include <string>

namespace batch_cancel::cli
{

namespace
{

constexpr int all_well = 0;
constexpr int merge_amiss = 1;
constexpr int not_usable = 2;
constexpr int not_written = 5;

constexpr char const* examples = R"(Examples:
  batch-cancel report run.jsonl                               the summary
  batch-cancel report run.jsonl --as csv > results.csv        every pair with its outcome
  batch-cancel report run.jsonl --select failed -o retry.csv  pairs to run again
  batch-cancel report shard-*.jsonl --as json                 several machines' runs as one

Shows or converts the results in journals. The journal of a running run can be read, too.)";

report_format format_from(std::string const& name)
{
    return name == "json" ? report_format::json : name == "csv" ? report_format::csv : report_format::text;
}

void check_outputs(report_options const& options)
{
    for (auto const& file : options.outputs)
        for (auto const& journal : options.journals)
            if (is_same_file(file, journal))
                throw usage_error{"--output " + file.string() + " would replace the journal " + journal.string() +
                                  "; give it another name"};
}

std::vector<journal_reader> open_all(report_options const& options)
{
    std::vector<journal_reader> readers;
    for (auto const& path : options.journals)
        readers.emplace_back(path);
    return readers;
}

int write_all(journal_report& report, report_options const& options, std::ostream& out, std::ostream& err)
{
    for (auto const& file : options.outputs)
        write_report_file(file, report, options.wanted);
    if (options.outputs.empty() || options.as_given)
        write_report(out, report, options.as, options.wanted, options.colors);
    if (!out)
    {
        err << "batch-cancel: the report could not be written to stdout\n";
        return not_written;
    }
    return all_well;
}

// Pairs that no record names cannot be listed, only counted.
void tell_unlisted(journal_report const& report, report_options const& options, std::ostream& err)
{
    auto const unnamed = report.facts().sums.unnamed;
    bool const lists_them = options.wanted == selection::unprocessed || options.wanted == selection::all;
    bool const lists =
        options.as != report_format::text || !options.outputs.empty() || options.wanted != selection::all;
    if (unnamed != 0 && lists_them && lists)
        err << "batch-cancel: " << unnamed
            << " unprocessed pairs are not listed: the journal knows their number, and the input their ids\n";
}

}  // namespace

CLI::App& add_report_command(CLI::App& app, report_options& options)
{
    auto& command = *app.add_subcommand("report", "Show or convert results");
    command.description(examples);
    command.add_option("JOURNAL", options.journals, "Journals; several are merged")->required();
    command
        .add_option_function<std::string>(
            "--as",
            [&options](std::string const& name)
            {
                if (name != "text" && name != "json" && name != "csv")
                    throw CLI::ValidationError("--as", "text, json or csv is wanted, not " + visible_text(name));
                options.as = format_from(name);
                options.as_given = true;
            },
            "Form of the report on stdout: text (default), json, csv")
        ->type_name("FORM");
    command
        .add_option_function<std::vector<std::string>>(
            "-o,--output",
            [&options](std::vector<std::string> const& files)
            {
                for (auto const& file : files)
                {
                    try
                    {
                        format_of(file);
                    }
                    catch (std::invalid_argument const& wrong)
                    {
                        throw CLI::ValidationError("--output", visible_text(wrong.what()));
                    }
                    options.outputs.emplace_back(file);
                }
            },
            "File for the report, .json or .csv; repeatable")
        ->type_name("FILE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command
        .add_option_function<std::string>(
            "--select",
            [&options](std::string const& name)
            {
                auto const wanted = selection_from(name);
                if (!wanted)
                    throw CLI::ValidationError(
                        "--select", "accepted, conflict, failed, unprocessed or ambiguous is wanted, not " + name);
                options.wanted = *wanted;
            },
            "List these pairs alone: accepted, conflict, failed, unprocessed, ambiguous")
        ->type_name("PAIRS");
    return command;
}

int run_report(report_options const& options, std::ostream& out, std::ostream& err)
{
    std::optional<journal_report> report;
    try
    {
        check_outputs(options);
        report.emplace(open_all(options));
    }
    catch (std::exception const& error)
    {
        err << "batch-cancel: " << visible_text(error.what()) << '\n';
        return not_usable;
    }
    auto const findings = check_merge(report->facts());
    for (auto const& remark : findings.remarks)
        err << "batch-cancel: " << remark << '\n';
    tell_unlisted(*report, options, err);
    try
    {
        if (auto const code = write_all(*report, options, out, err); code != all_well)
            return code;
    }
    catch (std::exception const& error)
    {
        err << "batch-cancel: " << visible_text(error.what()) << '\n';
        return not_written;
    }
    return findings.is_amiss ? merge_amiss : all_well;
}

}  // namespace batch_cancel::cli
