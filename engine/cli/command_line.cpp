#include "cli/command_line.hpp"

#include "cli/commands/exit_code.hpp"
#include "cli/commands/report.hpp"
#include "cli/commands/resumption.hpp"
#include "cli/commands/run.hpp"
#include "cli/commands/simulate.hpp"
#include "cli/commands/way_on.hpp"
#include "cli/console/error_text.hpp"
#include "cli/console/private_process.hpp"
#include "cli/input/input_error.hpp"
#include "cli/options/argument_parser.hpp"
#include "cli/options/journal_options.hpp"
#include "cli/options/run_options.hpp"
#include "cli/options/settings.hpp"
#include "cli/options/token_look.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/options/version_text.hpp"
#include "cli/service/bearer_token.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace batch_cancel::cli
{

namespace
{

constexpr char const* description = R"(Examples:
  batch-cancel run pairs.csv --token-file token.txt           cancel the pairs of a file
  batch-cancel run pairs.csv --simulate                       try it against the built-in simulator
  batch-cancel resume run.jsonl                               finish a run that stopped or was killed
  batch-cancel report batch-cancel-*.jsonl --as csv           results of earlier runs

Cancels Microsoft 365 cross-tenant migrations in bulk.)";

/** The commands, and what they were asked for. */
struct command_line
{
    command_line()
    {
        for (auto* const each : asked.commands)
        {
            each->begin_group({});
            auto& config =
                each->add_value("--config", "FILE", "TOML file of options; the command line and variables go first",
                                [](auto const&) {});  // looked at before any option is read
            config.journal = from_journal::left_out;
            config.is_path = true;
        }
    }

    command_line(command_line const&) = delete;
    command_line& operator=(command_line const&) = delete;

    run_options run{};
    report_options report{};
    simulate_options simulated{};
    command run_command = cli::run_command(run);
    command resume_command = cli::resume_command(run);
    command report_command = cli::report_command(report);
    command simulate_command = cli::simulate_command(simulated);
    program asked{.name = "batch-cancel",
                  .description = description,
                  .version = version_text(),
                  .commands = {&run_command, &resume_command, &report_command, &simulate_command}};
};

// A file that was opened in the place of a closed stdout would be written to as if it were one.
void occupy_standard_descriptors() noexcept
{
    for (int descriptor = 0; descriptor != 3; ++descriptor)
    {
        // Read-only, so that writing to what was closed fails as it should.
        if (::fcntl(descriptor, F_GETFD) == -1)
            ::open("/dev/null", O_RDONLY);
    }
}

// Config file and variables, before any option is read.
void apply_settings(command& to, program const& asked)
{
    auto* const config = to.find("config");
    auto const* const variable = std::getenv("BATCH_CANCEL_CONFIG");
    if (!config->is_given() && variable != nullptr && *variable != '\0')
        config->give(origin::variable, {variable}, "BATCH_CANCEL_CONFIG");
    apply_variables(to);
    if (config->is_given())
        apply_file(to, config->texts.back(), asked.commands);
}

void read_run_options(run_options& options, command& asked)
{
    drop_what_has_no_meaning(asked);
    settle_rivals(asked);
    asked.read_values();
    check_together(options);
    options.names_service = asked.find("endpoint")->is_given() || asked.find("cloud")->is_given();
    options.given = given_options(asked);
    options.files_used = files_used(asked);
    options.to_repeat = words_to_repeat(asked);
}

exit_code resume(command_line& line, secret_text token, terminal_facts const& terminal)
{
    auto& asked = line.resume_command;
    std::filesystem::path const path = asked.positional("JOURNAL").texts.front();
    resumption resumed{path};
    apply_settings(asked, line.asked);
    auto const& known = resumed.known();
    auto const remark = take_from_journal(asked, {.last = known.last_run(),
                                                  .begun_by = line.run_command,
                                                  .journal = path.string(),
                                                  .contact = known.is_finished() ? contact::none : contact::service,
                                                  .has_token = !token.empty()});
    read_run_options(line.run, asked);
    bool const gives_input = !line.run.input.files.empty();
    find_input(line.run, known, terminal);
    console out{line.run.output, terminal};
    if (!remark.empty())
        out.info(remark);
    if (resumed.others_may_write())
        out.warning(
            "others own the journal " + path.string() +
            " or may write to it: resume it only if you trust them, since it decides which pairs are cancelled");
    if (gives_input && known.is_finished())
        out.warning("the run is finished, so the input that is given now is not read; pairs that the run did not have "
                    "want a run of their own");
    return run_pairs(line.run, std::move(token), terminal, out, &resumed);
}

exit_code begin_run(run_options const& options, secret_text token, terminal_facts const& terminal, console& out)
{
    try
    {
        return run_pairs(options, std::move(token), terminal, out, nullptr);
    }
    catch (boost::system::system_error const& error)
    {
        if (error.code() != errc::journal_exists || options.journal.empty())
            throw;
        throw usage_error{error_text(error) + "; if it is the journal of this run, go on with it: " +
                          resume_command_text({.journal = options.journal, .to_repeat = options.to_repeat})};
    }
}

exit_code run(command_line& line, secret_text token, terminal_facts const& terminal)
{
    auto& options = line.run;
    read_run_options(options, line.run_command);
    if (options.input.files.empty())
    {
        if (terminal.stdin_is_terminal)
        {
            std::cerr << help_text(line.asked, &line.run_command);
            return exit_code::not_usable;
        }
        options.input.files.emplace_back("-");
    }
    console out{options.output, terminal};
    return begin_run(options, std::move(token), terminal, out);
}

exit_code run_chosen(command_line& line, command& chosen, secret_text token)
{
    auto const terminal = look_at_terminal();
    if (&chosen == &line.resume_command)
        return resume(line, std::move(token), terminal);
    apply_settings(chosen, line.asked);
    if (&chosen == &line.run_command)
        return run(line, std::move(token), terminal);
    settle_rivals(chosen);
    chosen.read_values();
    if (&chosen == &line.simulate_command)
    {
        console out{line.simulated.output, terminal};
        return simulate(line.simulated, out);
    }
    auto& look = line.report.look;
    look.colors = wants_color(when::automatic, terminal.stdout_is_terminal, terminal) ? color::on : color::off;
    look.target = terminal.stdout_is_terminal ? csv_target::terminal : csv_target::data;
    return run_report(line.report, std::cout, std::cerr);
}

exit_code parse_and_run(int count, char** arguments, console& out)
{
    auto token = take_token_variable();
    command_line line;
    if (count < 2)
    {
        std::cerr << help_text(line.asked, nullptr);
        return exit_code::not_usable;
    }
    reading read;
    try
    {
        read = read_arguments(line.asked, {arguments + 1, arguments + count});
    }
    catch (usage_error const& wrong)
    {
        out.error(without_tokens(wrong.what()));
        out.info("batch-cancel --help and batch-cancel COMMAND --help tell more");
        return exit_code::not_usable;
    }
    if (read.answer)
        return write_stdout(*read.answer) ? exit_code::all_well : exit_code::not_written;
    if (read.chosen == nullptr)
        throw usage_error{"a command is wanted; batch-cancel --help lists them"};
    return run_chosen(line, *read.chosen, std::move(token));
}

}  // namespace

int run_command_line(int count, char** arguments)
{
    make_process_private();
    occupy_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    console out{{}, look_at_terminal()};
    auto code = exit_code::not_usable;
    try
    {
        code = parse_and_run(count, arguments, out);
    }
    catch (std::bad_alloc const&)
    {
        out.error("out of memory");
        code = exit_code::internal_error;
    }
    catch (std::logic_error const& error)
    {
        // Options out of bounds are invalid_argument; any other is a mistake of ours.
        out.error(without_tokens(error.what()));
        code = dynamic_cast<std::invalid_argument const*>(&error) != nullptr ? exit_code::not_usable
                                                                             : exit_code::internal_error;
    }
    catch (std::exception const& error)
    {
        out.error(without_tokens(error_text(error)));
    }
    return static_cast<int>(code);
}

}  // namespace batch_cancel::cli
