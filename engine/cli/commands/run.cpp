#include "cli/commands/run.hpp"

#include "cli/commands/confirmation.hpp"
#include "cli/commands/dry_run.hpp"
#include "cli/commands/input_check.hpp"
#include "cli/commands/rejection_log.hpp"
#include "cli/commands/run_ending.hpp"
#include "cli/commands/run_record.hpp"
#include "cli/commands/run_session.hpp"
#include "cli/commands/way_on.hpp"
#include "cli/console/error_text.hpp"
#include "cli/input/input_error.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/render/kept_files.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/report_output.hpp"
#include "cli/render/summary_json.hpp"
#include "cli/render/summary_text.hpp"
#include "cli/service/exposed_file.hpp"
#include "cli/service/token_check.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

namespace batch_cancel::cli
{

namespace
{

// A journal of the usual name is made anew, so nothing leads to it.
std::vector<kept_file> kept_files(run_options const& options)
{
    std::vector<kept_file> kept;
    if (!options.journal.empty())
        kept.push_back({options.journal, "the journal"});
    for (auto const& input : options.input.files)
        if (input != "-")
            kept.push_back({input, "the input"});
    for (auto const& used : options.files_used)
        kept.push_back({used.value, "the file of --" + used.name});
    return kept;
}

// So that a mistake in a path is known before the run rather than after it.
void check_outputs(run_options const& options)
{
    check_reports_replace_nothing(options.outputs, kept_files(options));
    for (auto const& file : options.outputs)
    {
        if (auto const obstacle = report_obstacle(file); !obstacle.empty())
            throw usage_error{"--output " + obstacle};
        try
        {
            check_report_file(file);
        }
        catch (boost::system::system_error const& error)
        {
            throw usage_error{"--output " + file.string() + ": " + error.code().message()};
        }
    }
}

void warn(run_options const& options, console& out)
{
    if (options.cloud != "global")
        out.warning("the service is documented for the global cloud only, not for " + options.cloud);
    if (options.journal == "none")
        out.warning("without a journal nobody can tell afterwards what has been sent");
    for (auto const& secret : {options.key_file, options.key_password_file})
    {
        if (auto const text = exposure_text(secret); !text.empty())
            out.warning(text);
    }
}

bool write_summary(run_options const& options, terminal_facts const& terminal, report_facts const& facts)
{
    std::string text;
    if (options.json)
    {
        append_json(text, summary_json(facts));
        text += '\n';
    }
    else
    {
        bool const colored = wants_color(options.output.color, terminal.stdout_is_terminal, terminal);
        text = summary_text(facts, colored ? color::on : color::off);
    }
    return write_stdout(text);
}

// Right after it: the system's cause is still known.
void tell_unshown(console& out)
{
    out.error(std::string{"the summary could not be written to stdout: "} + std::strerror(errno));
}

// True if all that was asked for has been written.
bool write_reports(std::vector<std::filesystem::path> const& outputs, csv_style style, journal_reader reader,
                   console& out)
{
    try
    {
        std::vector<journal_reader> readers;
        readers.push_back(std::move(reader));
        journal_report report{std::move(readers)};
        for (auto const& file : outputs)
            write_report_file(file, report, selection::all, style);
        return true;
    }
    catch (std::exception const& error)
    {
        out.error("the report could not be written: " + error_text(error));
        return false;
    }
}

bool write_reports(run_options const& options, run_session const& session, console& out)
{
    if (options.outputs.empty() || session.journal() == nullptr)
        return true;
    return write_reports(options.outputs, options.report_style, journal_reader{*session.journal()}, out);
}

bool wants_list(run_options const& options) noexcept
{
    return options.list && !options.json;
}

// Each pair that is not accepted, behind the summary. True if it has been written.
bool write_listing(journal_reader reader, console& out)
{
    try
    {
        std::vector<journal_reader> readers;
        readers.push_back(std::move(reader));
        journal_report report{std::move(readers)};
        write_list(std::cout, report, selection::not_accepted);
        std::cout.flush();
        if (!std::cout)
            out.error("the list could not be written to stdout");
        return std::cout.good();
    }
    catch (std::exception const& error)
    {
        out.error("the list could not be written: " + error_text(error));
        return false;
    }
}

void tell_end(run_session const& session, run_ending const& ending, console& out)
{
    auto const facts = session.facts();
    auto const& end = facts.journals.front().end;
    if (!ending.stopped_by.empty())
        out.error("stopped by " + end.stopped_by + (end.detail.empty() ? "" : ": " + end.detail));
    auto const& counts = facts.sums.input;
    if ((counts.complete && counts.pairs != facts.sums.pairs.pairs) ||
        facts.sums.pairs.settled() + facts.sums.pairs.unprocessed != facts.sums.pairs.pairs)
        out.error("the totals do not add up; this is a fault of the program, the journal has the truth");
}

// What a resume must be given again: a stream cannot be read twice, and the journal may not know yet what was given to this process.
std::vector<std::string> inputs_to_repeat(run_options const& options, resumption const* resumed)
{
    auto const is_stream = [](std::string const& file)
    {
        std::error_code ignored;
        return !std::filesystem::is_regular_file(file, ignored);
    };
    auto const& files = options.input.files;
    if (std::any_of(files.begin(), files.end(), is_stream))
        return {"-"};
    return resumed != nullptr && !options.input.only_regular_files ? files : std::vector<std::string>{};
}

enum class has_sent : bool
{
    nothing,
    something,
};

void tell_way_on(run_options const& options, std::filesystem::path const& journal, run_ending const& ending,
                 resumption const* resumed, has_sent sent, console& out)
{
    bool const is_new_run_needed =
        ending.stopped_by == "version" && (resumed == nullptr || resumed->before().pairs.settled() == 0);
    auto const inputs = inputs_to_repeat(options, resumed);
    auto const text = way_on_text({.code = ending.code,
                                   .journal = journal,
                                   .was_stopped = !ending.stopped_by.empty(),
                                   .is_resumed = resumed != nullptr,
                                   .has_sent_nothing = sent == has_sent::nothing,
                                   .unknown_version = is_new_run_needed ? options.api_version : std::string_view{},
                                   .needs_input = inputs == std::vector<std::string>{"-"},
                                   .inputs = inputs,
                                   .to_repeat = options.to_repeat});
    if (!text.empty())
        out.info(text);
}

void tell_simulator(service_access& service, console& out)
{
    if (!service.simulator)
        return;
    auto const seen = service.simulator->stop();
    out.detail("the simulator saw " + std::to_string(seen.requests) + " requests, " + std::to_string(seen.accepted) +
               " accepted, at most " + std::to_string(seen.most_cancels_of_a_task) + " for one task, " +
               std::to_string(seen.early) + " before Retry-After had passed");
}

// What the run had come to before this process.
report_facts facts_of(resumption const& resumed)
{
    return {.journals = {resumed.known().overview()},
            .sums = resumed.before(),
            .carried = resumed.known().last_run().carried};
}

rejection_counts rejections_of(resumption const& resumed)
{
    if (resumed.before().input.rejected == 0)
        return {};
    std::vector<journal_reader> readers;
    readers.push_back(resumed.read_again());
    return journal_report{std::move(readers)}.facts().rejections;
}

// Nothing is left to be done: say so, and what the run came to.
exit_code tell_finished(run_options const& options, resumption const& resumed, terminal_facts const& terminal,
                        console& out)
{
    check_outputs(options);
    out.info("the run is finished, and nothing was sent");
    auto facts = facts_of(resumed);
    facts.rejections = rejections_of(resumed);
    bool const reported =
        options.outputs.empty() || write_reports(options.outputs, options.report_style, resumed.read_again(), out);
    bool const shown = write_summary(options, terminal, facts);
    if (!shown)
        tell_unshown(out);
    bool const listed = !shown || !wants_list(options) || write_listing(resumed.read_again(), out);
    if (!shown || !reported || !listed)
    {
        tell_way_on(options, facts.journals.front().path, {exit_code::not_written, {}}, &resumed, has_sent::something,
                    out);
        return exit_code::not_written;
    }
    auto const& sums = facts.sums;
    return judge_ending({.input_complete = true,
                         .conflict_ok = options.conflict_ok,
                         .pairs = sums.pairs,
                         .rejected = sums.input.rejected,
                         .other_shards = sums.input.other_shards})
        .code;
}

void tell_resumption(resumption const& resumed, input_counts const& found, console& out)
{
    auto const settled = resumed.before().pairs.settled();
    auto const ambiguous = resumed.before().unprocessed_ambiguous;
    auto text = "going on with " + resumed.known().overview().path.string() + ": " + grouped_text(settled) + " of " +
                grouped_text(found.pairs) + " pairs have an outcome";
    if (ambiguous != 0)
        text += ", and " + grouped_text(ambiguous) + " of the others may have been carried out";
    out.info(text);
}

// Read the input through, and see whether it can be sent. What is to be sent is counted.
input_counts look_at_input(run_options const& options, pair_input& input, rejection_log& rejections,
                           resumption* resumed, reading_notes& told, console& out)
{
    auto found = input.check(stream_check::until_first_pair, rejections.sink());
    if (resumed != nullptr)
        resumed->check_input(found);
    rejections.tell_count(found.rejected);
    tell_notes(input, told, out);
    check_counts(options, input, found);
    if (resumed != nullptr)
        tell_resumption(*resumed, found, out);
    return found;
}

// What the token says about itself that speaks against sending now.
void tell_token(run_options const& options, service_access const& service, input_counts const& read,
                resumption const* resumed, console& out)
{
    auto const settled = resumed != nullptr ? resumed->before().pairs.settled() : 0;
    auto const found = check_token(service.token,
                                   {.service = service.connecting.service,
                                    .pairs = read.complete ? read.pairs - settled : 0,
                                    .rate = options.rate},
                                   std::chrono::system_clock::now());
    if (!found.refusal.empty())
        out.warning(found.refusal);
    if (!found.warning.empty())
        out.warning(found.warning);
}

bool is_confirmed(run_options const& options, service_access const& service, input_counts to_send,
                  resumption const* resumed, terminal_facts const& terminal)
{
    if (options.yes || options.simulate)
        return true;
    if (resumed != nullptr)
        to_send.pairs -= resumed->before().pairs.settled();
    bool const is_of_others = resumed != nullptr && resumed->others_may_write();
    return confirm(options, service, to_send, terminal, is_of_others ? pairs_from::others : pairs_from::user);
}

// Null if the journal of a run that was begun cannot be written, which is said.
std::unique_ptr<run_session> begin_session(boost::asio::io_context& context, run_options const& options,
                                           service_access& service, pair_input& input, input_counts const& found,
                                           rejection_log& rejections, console& out, resumption* resumed)
{
    try
    {
        return std::make_unique<run_session>(context, options, service, input, found, rejections, out, resumed);
    }
    catch (boost::system::system_error const& error)
    {
        if (resumed == nullptr || error.code() != errc::journal_not_writable)
            throw;
        out.error(error_text(error));
        return nullptr;
    }
}

// The journal takes nothing more: what the run came to stays as it was.
void tell_unwritable(run_options const& options, resumption const& resumed, terminal_facts const& terminal,
                     console& out)
{
    auto facts = facts_of(resumed);
    facts.journals.front().end.stopped_by = "journal";
    facts.journals.front().has_end = true;
    if (!write_summary(options, terminal, facts))
        tell_unshown(out);
    tell_way_on(options, facts.journals.front().path, {exit_code::not_written, "journal"}, &resumed,
                has_sent::something, out);
}

}  // namespace

exit_code run_pairs(run_options const& options, secret_text token, terminal_facts const& terminal, console& out,
                    resumption* resumed)
{
    if (resumed != nullptr)
        check_same_run(options, resumed->known());
    if (resumed != nullptr && resumed->known().is_finished())
        return tell_finished(options, *resumed, terminal, out);
    check_outputs(options);
    // Streams of the input live on the context.
    boost::asio::io_context context{1};
    rejection_log rejections{out};
    warn(options, out);
    pair_input input{options.input, resumed != nullptr ? &resumed->known() : nullptr};
    auto service = prepare_service(options, std::move(token), options.dry_run ? purpose::check : purpose::send);
    if (!service.token.warning.empty())
        out.warning(service.token.warning);
    if (resumed != nullptr)
        check_same_tenant(service, resumed->known().last_run());
    if (options.dry_run && resumed == nullptr && options.journal != "none")
        try_journal(options.journal, describe_run(options, service, {}, resumed));
    if (options.dry_run)
        return dry_run(options, service, input, rejections, resumed, out);
    reading_notes told;
    auto const found = look_at_input(options, input, rejections, resumed, told, out);
    tell_token(options, service, found, resumed, out);
    if (!is_confirmed(options, service, found, resumed, terminal))
    {
        out.error("not confirmed; nothing was sent");
        return exit_code::not_usable;
    }
    auto const begun = begin_session(context, options, service, input, found, rejections, out, resumed);
    if (!begun)
    {
        tell_unwritable(options, *resumed, terminal, out);
        return exit_code::not_written;
    }
    auto& session = *begun;
    auto ending = session.run();
    rejections.tell_count(input.counts().rejected);
    tell_notes(input, told, out);
    tell_end(session, ending, out);
    tell_simulator(service, out);
    bool const reported = write_reports(options, session, out);
    bool const shown = write_summary(options, terminal, session.facts());
    if (!shown)
        tell_unshown(out);
    bool const listed = !shown || !wants_list(options) || session.journal() == nullptr ||
                        write_listing(journal_reader{*session.journal()}, out);
    if (!reported || !shown || !listed)
        ending.code = exit_code::not_written;
    bool const is_discarded =
        session.journal() != nullptr && !session.journal()->path().empty() && !session.keeps_journal();
    tell_way_on(options, session.keeps_journal() ? session.journal()->path() : std::filesystem::path{}, ending, resumed,
                is_discarded ? has_sent::nothing : has_sent::something, out);
    return ending.code;
}

}  // namespace batch_cancel::cli
