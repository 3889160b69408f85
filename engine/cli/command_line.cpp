#include "cli/command_line.hpp"

#include "cli/commands/exit_code.hpp"
#include "cli/commands/report.hpp"
#include "cli/commands/run.hpp"
#include "cli/commands/simulate.hpp"
#include "cli/input/input_error.hpp"
#include "cli/options/help_formatter.hpp"
#include "cli/options/run_options.hpp"
#include "cli/options/settings.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/options/version_text.hpp"
#include "cli/service/bearer_token.hpp"

#include <CLI/CLI.hpp>

#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>

namespace batch_cancel::cli
{

namespace
{

constexpr char const* description = R"(Examples:
  batch-cancel run pairs.csv --token-file token.txt           cancel the pairs of a file
  batch-cancel run pairs.csv --simulate                       try it against the built-in simulator
  batch-cancel report batch-cancel-*.jsonl --as csv           results of earlier runs

Cancels Microsoft 365 cross-tenant migrations in bulk.)";

/** The commands, what they were asked for, and the line that says so. */
struct command_line
{
    command_line()
    {
        app.formatter(std::make_shared<help_formatter>());
        app.set_version_flag("--version", version_text());
        app.require_subcommand(0, 1);
        run_command = &add_run_command(app, run);
        report_command = &add_report_command(app, report);
        simulate_command = &add_simulate_command(app, simulated);
        for (auto* const command : {run_command, report_command, simulate_command})
            command->add_option("--config", config, "TOML file of options; the command line and variables go first")
                ->type_name("FILE");
    }

    CLI::App app{description, "batch-cancel"};
    run_options run;
    report_options report;
    simulate_options simulated;
    std::string config;
    CLI::App* run_command = nullptr;
    CLI::App* report_command = nullptr;
    CLI::App* simulate_command = nullptr;
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

void apply_settings(CLI::App& command, std::string config)
{
    if (auto const* const variable = std::getenv("BATCH_CANCEL_CONFIG"); config.empty() && variable != nullptr)
        config = variable;
    apply_variables(command);
    if (!config.empty())
        apply_file(command, config);
}

exit_code run(command_line& line, std::string token, terminal_facts const& terminal)
{
    auto& options = line.run;
    check_together(*line.run_command, options);
    options.given = given_options(*line.run_command);
    if (options.input.files.empty())
    {
        if (terminal.stdin_is_terminal)
        {
            std::cerr << line.run_command->help();
            return exit_code::not_usable;
        }
        options.input.files.emplace_back("-");
    }
    console out{options.output, terminal};
    return run_pairs(options, std::move(token), terminal, out);
}

exit_code run_chosen(command_line& line, std::string token)
{
    auto const terminal = look_at_terminal();
    auto const commands = line.app.get_subcommands();
    if (commands.empty())
        throw usage_error{"a command is wanted; batch-cancel --help lists them"};
    auto* const command = commands.front();
    apply_settings(*command, line.config);
    if (command == line.run_command)
        return run(line, std::move(token), terminal);
    if (command == line.simulate_command)
    {
        console out{line.simulated.output, terminal};
        return simulate(line.simulated, out);
    }
    line.report.colors = wants_color(when::automatic, terminal.stdout_is_terminal, terminal) ? color::on : color::off;
    return static_cast<exit_code>(run_report(line.report, std::cout, std::cerr));
}

exit_code parse_and_run(int count, char** arguments, console& out)
{
    auto token = take_token_variable();
    command_line line;
    if (count < 2)
    {
        std::cerr << line.app.help();
        return exit_code::not_usable;
    }
    try
    {
        line.app.parse(count, arguments);
    }
    catch (CLI::Success const& asked_for)
    {
        line.app.exit(asked_for);
        return std::cout.flush() ? exit_code::all_well : exit_code::not_written;
    }
    catch (CLI::ParseError const& error)
    {
        out.error(error.what());
        out.info("batch-cancel --help and batch-cancel COMMAND --help tell more");
        return exit_code::not_usable;
    }
    return run_chosen(line, std::move(token));
}

}  // namespace

int run_command_line(int count, char** arguments)
{
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
        out.error(error.what());
        code = dynamic_cast<std::invalid_argument const*>(&error) != nullptr ? exit_code::not_usable
                                                                             : exit_code::internal_error;
    }
    catch (std::exception const& error)
    {
        out.error(error.what());
    }
    return static_cast<int>(code);
}

}  // namespace batch_cancel::cli
