#include "cli/commands/report.hpp"

#include "cli/commands/way_on.hpp"
#include "cli/console/error_text.hpp"
#include "cli/options/command.hpp"
#include "cli/options/output_options.hpp"
#include "cli/options/token_look.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/render/coverage.hpp"
#include "cli/render/kept_files.hpp"
#include "cli/render/merge_findings.hpp"
#include "cli/render/merge_obstacle.hpp"
#include "cli/render/shell_word.hpp"
#include "cli/render/summary_json.hpp"
#include "cli/render/visible_text.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/system/system_error.hpp>

#include <array>
#include <exception>
#include <ostream>
#include <string>

namespace batch_cancel::cli
{

namespace
{

constexpr char const* examples = R"(Examples:
  batch-cancel report run.jsonl                               the summary
  batch-cancel report run.jsonl --as csv > results.csv        every pair with its outcome
  batch-cancel report run.jsonl --list                        and each pair that is not accepted
  batch-cancel report run.jsonl --select failed -o retry.csv  pairs to run again
  batch-cancel report shard-*.jsonl --as json                 several machines' runs as one

Shows or converts the results in journals. The journal of a running run can be read, too.
Several journals must be of one service, API version and tenant. Exit code 1: a run is not finished, or a shard is missing or
present twice.)";

void check_outputs(report_options const& options)
{
    std::vector<kept_file> kept;
    for (auto const& journal : options.journals)
        kept.push_back({journal, "the journal " + journal.string()});
    check_reports_replace_nothing(options.outputs, kept);
}

std::vector<journal_reader> open_all(report_options const& options)
{
    std::vector<journal_reader> readers;
    for (auto const& path : options.journals)
        readers.emplace_back(path);
    return readers;
}

void write_stream(journal_report& report, report_options const& options, std::ostream& out)
{
    if (options.json)
    {
        std::string text;
        append_json(text, summary_json(report.facts()));
        out << text << '\n' << std::flush;
    }
    else if (options.outputs.empty() || options.as)
        write_report(out, report, options.as.value_or(report_format::text), options.wanted, options.look);
}

exit_code write_all(journal_report& report, report_options const& options, std::ostream& out, std::ostream& err)
{
    for (auto const& file : options.outputs)
        write_report_file(file, report, options.wanted, options.look.style);
    write_stream(report, options, out);
    if (!out)
    {
        err << "batch-cancel: error: the report could not be written to stdout\n";
        return exit_code::not_written;
    }
    return exit_code::all_well;
}

bool lists(report_options const& options)
{
    return options.as.value_or(report_format::text) != report_format::text || !options.outputs.empty() ||
           (!options.json && (options.look.is_listed || !options.wanted.is_everything()));
}

// What no record names cannot be listed, only counted, if even that.
void tell_unlisted(journal_report const& report, report_options const& options, std::ostream& err)
{
    if (!lists(options))
        return;
    auto const& sums = report.facts().sums;
    auto const rejected = report.facts().rejections.count();
    if (options.wanted.has(selection::rejected) && sums.input.rejected > rejected)
        err << "batch-cancel: " << sums.input.rejected - rejected
            << " rejected lines are not listed: the journal knows their number, and the input which they are\n";
    if (!options.wanted.has(selection::unprocessed))
        return;
    if (sums.unnamed != 0)
        err << "batch-cancel: " << sums.unnamed
            << " unprocessed pairs are not listed: the journal knows their number, and the input their ids\n";
    if (!sums.input.complete)
        err << "batch-cancel: do not take the list for all that is left to be done: resume finds the rest in the "
               "input\n";
}

// A resume asks for the same version again.
bool is_new_run_needed(journal_overview const& journal, report_facts const& facts)
{
    return journal.has_end && journal.end.stopped_by == "version" &&
           (journal.processes == 1 || facts.sums.pairs.settled() == 0);
}

void tell_unfinished(report_facts const& facts, std::ostream& err)
{
    for (auto const& journal : facts.journals)
    {
        if (is_finished(journal, facts.journals.size()) || journal.in_use ||
            (journal.has_end && journal.end.stopped_by.empty()))
            continue;
        if (is_new_run_needed(journal, facts))
            err << "batch-cancel: the service does not know the API version of " << visible_text(journal.path.string())
                << ": " << new_version_text(journal.begun.api_version) << '\n';
        else
            err << "batch-cancel: to finish this run: batch-cancel resume " << shell_path(journal.path.string())
                << '\n';
    }
}

}  // namespace

command report_command(report_options& options)
{
    using named_format = std::pair<std::string_view, report_format>;
    constexpr std::array<named_format, 3> formats{
        {{"text", report_format::text}, {"json", report_format::json}, {"csv", report_format::csv}}};
    command made{"report", examples};
    made.add_positional("JOURNAL", "Journals; several are merged",
                        [&options](auto const& paths) { options.journals.assign(paths.begin(), paths.end()); })
        .is_required = true;
    made.add_choice("--as", "Form of the report on stdout, text", options.as, formats);
    made.add_list("-o,--output", "FILE", "File for the report, .json or .csv; repeatable",
                  [&options](auto const& texts) { options.outputs = report_files(texts); })
        .is_path = true;
    made.add_value("--select", "PAIRS,...",
                   "List only accepted, conflict, failed, unprocessed, ambiguous, rejected, not-accepted",
                   [&options](std::string const& names) { options.wanted = parse_selection(names); });
    made.add_flag("--list", "Summary with each pair that is not accepted", options.look.is_listed);
    made.add_flag("--json", "Summary on stdout as one JSON object", options.json);
    add_csv_style(made, options.look.style);
    return made;
}

exit_code run_report(report_options const& options, std::ostream& out, std::ostream& err)
{
    std::optional<journal_report> report;
    try
    {
        if (options.json && options.as)
            throw usage_error{"--json cannot be combined with --as; --as json has the summary, too"};
        check_outputs(options);
        report.emplace(open_all(options));
        if (auto const obstacle = merge_obstacle(report->facts()); !obstacle.empty())
            throw usage_error{obstacle};
    }
    catch (std::exception const& error)
    {
        err << "batch-cancel: error: " << visible_text(without_tokens(error_text(error))) << '\n';
        return exit_code::not_usable;
    }
    auto const findings = check_merge(report->facts());
    for (auto const& remark : findings.remarks)
        err << "batch-cancel: " << remark << '\n';
    tell_unlisted(*report, options, err);
    try
    {
        if (auto const code = write_all(*report, options, out, err); code != exit_code::all_well)
            return code;
    }
    catch (std::exception const& error)
    {
        err << "batch-cancel: error: " << visible_text(without_tokens(error_text(error))) << '\n';
        return exit_code::not_written;
    }
    tell_unfinished(report->facts(), err);
    return findings.is_amiss ? exit_code::not_all_well : exit_code::all_well;
}

}  // namespace batch_cancel::cli
