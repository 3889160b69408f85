#include "cli/options/run_options.hpp"

#include "cli/input/columns.hpp"
#include "cli/options/parsed_option.hpp"
#include "cli/options/simulator_options.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/options/values.hpp"
#include "cli/render/report_output.hpp"
#include "cli/render/results_csv.hpp"

#include <algorithm>

namespace batch_cancel::cli
{

namespace
{

constexpr char const* description = R"(Examples:
  batch-cancel run pairs.csv --token-file token.txt           cancel the pairs of a file
  batch-cancel run pairs.csv --dry-run                        read and check everything, send nothing
  export-pairs | batch-cancel run - --yes --json              pairs from a pipe, summary as JSON
  batch-cancel run pairs.csv --simulate --conflict 5%         try it against the built-in simulator
  batch-cancel run pairs.csv --shard 2/4 -o results.csv       a fourth of the pairs, and a report

Cancels the pairs of CSV, TSV or JSON Lines files, or of stdin ("-").)";

// The names must be told apart from each other and from the report's own, or a report could not be read again.
std::vector<std::string> parse_carried(std::string const& text)
{
    auto names = parse_names(text);
    for (auto name = names.begin(); name != names.end(); ++name)
    {
        if (is_report_column(*name))
            throw std::invalid_argument{*name + ": every report has a column of that name; rename the input's"};
        if (std::any_of(names.begin(), name, [name](auto const& other) { return same_name(other, *name); }))
            throw std::invalid_argument{*name + ": it is named twice"};
    }
    return names;
}

void add_input_options(CLI::App& app, run_options& options)
{
    using named_format = std::pair<std::string_view, input_format>;
    constexpr std::array<named_format, 4> formats{{{"auto", input_format::automatic},
                                                   {"csv", input_format::csv},
                                                   {"tsv", input_format::tsv},
                                                   {"jsonl", input_format::jsonl}}};
    auto& input = options.input;
    app.add_option("PAIRS", input.files, "Files of pairs, - for stdin")->type_name("");
    add_choice(app, "--format", input.rules.format, "Form of the input; auto: by its content", formats)->group("Input");
    add_parsed(app, "--carry", "COLUMN,...", "Further columns to copy into every record of the pair",
               [&input](auto const& text) { input.rules.carry = parse_carried(text); })
        ->group("Input");
    add_parsed(app, "--shard", "K/N", "Only the pairs of shard K of N: N machines share one input",
               [&input](auto const& text) { input.shard = parse_shard(text); })
        ->group("Input");
    add_parsed(app, "--max-pairs", "N", "Refuse an input of more pairs; a stream stops after N",
               [&input](auto const& text) { input.max_pairs = parse_count(text); })
        ->group("Input");
    add_parsed(app, "--limit", "N", "Send N pairs as a pilot, then stop",
               [&options](auto const& text) { options.limit = parse_count(text); })
        ->group("Input");
}

void add_service_options(CLI::App& app, run_options& options)
{
    auto const file = [&app](std::string const& name, std::filesystem::path& into, std::string const& help)
    { return app.add_option(name, into, help)->type_name("FILE")->group("Service"); };
    add_parsed(app, "--cloud", "global|usgov|dod|china", "Whose Graph; the service is documented for global only",
               [&options](auto const& text)
               {
                   cloud_root(text);
                   options.cloud = text;
               })
        ->group("Service");
    app.add_option("--endpoint", options.endpoint, "Another Graph root; https, or http for loopback addresses")
        ->type_name("URL")
        ->group("Service");
    app.add_option("--api-version", options.api_version, "v1.0 (default) or beta")
        ->check(CLI::IsMember({"v1.0", "beta"}))
        ->type_name("VERSION")
        ->group("Service");
    app.add_flag("--simulate", options.simulate, "Run against a simulator inside the process that knows every pair")
        ->group("Service");
    file("--cacert", options.ca_file, "PEM file of roots to trust besides the system's");
    file("--cert", options.certificate_file, "PEM file of a client certificate");
    file("--key", options.key_file, "PEM file of its key");
    app.add_option("--resolve", options.resolve, "Connect there instead of asking the resolver; repeatable")
        ->type_name("HOST:PORT:ADDRESS")
        ->allow_extra_args(false)
        ->group("Service");
    file("--token-file", options.token_file,
         "Bearer token, read again when it is refused; else the variable BATCH_CANCEL_TOKEN")
        ->group("Sign-in");
}

unsigned parse_attempts(std::string const& text)
{
    constexpr std::uint64_t most = 1'000'000;
    auto const count = parse_count(text);
    if (count > most)
        throw std::invalid_argument{text + ": at most " + std::to_string(most) + " attempts can be made"};
    return static_cast<unsigned>(count);
}

void add_pace_options(CLI::App& app, run_options& options)
{
    app.add_option("-c,--concurrency", options.concurrency, "Most requests in flight, 64")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{4096}).description(""))
        ->group("Pace");
    app.add_flag("--no-adapt", options.no_adapt, "Hold the concurrency at N instead of finding the best up to N")
        ->group("Pace");
    add_parsed(app, "--rate", "N/s", "Most cancels a second (or N/min), evenly spaced; no bound by default",
               [&options](auto const& text) { options.rate = parse_pace(text); })
        ->group("Pace");
    add_parsed(app, "--max-attempts", "N", "Attempts a pair, the first included, 6; those that are throttled are free",
               [&options](auto const& text) { options.max_attempts = parse_attempts(text); })
        ->group("Pace");
    add_parsed(app, "--timeout", "D", "Longest time for one attempt, 75s",
               [&options](auto const& text) { options.timeout = parse_time_limit(text); })
        ->group("Pace");
    add_parsed(app, "--connect-timeout", "D", "Longest time to connect, and again to agree on TLS, 10s",
               [&options](auto const& text) { options.connect_timeout = parse_time_limit(text); })
        ->group("Pace");
    add_parsed(app, "--on-ambiguous", "retry|stop",
               "After an attempt that may have been carried out unseen: send again (default), or never again",
               [&options](auto const& text) { options.on_ambiguous = parse_after_ambiguous(text); })
        ->group("Pace");
    add_parsed(app, "--patience", "D", "Stop when no pair got an outcome for so long, 15m; none: wait for ever",
               [&options](auto const& text) { options.patience = parse_optional_limit(text); })
        ->group("Pace");
    add_parsed(app, "--max-duration", "D", "Stop the run after so long; no bound by default",
               [&options](auto const& text) { options.max_duration = parse_optional_limit(text); })
        ->group("Pace");
}

void add_halt_option(CLI::App& app, run_options& options)
{
    auto const take = [&options](std::vector<std::string> const& texts)
    {
        try
        {
            options.halt = parse_halt(texts);
        }
        catch (std::invalid_argument const& wrong)
        {
            throw CLI::ValidationError{"--halt", wrong.what()};
        }
    };
    app.add_option_function<std::vector<std::string>>(
           "--halt", take, "Stop when so many pairs have failed, or such a share of the outcomes, 50%; repeatable")
        ->type_name("fail=N|fail=P%|none")
        ->allow_extra_args(false)
        ->group("Safety");
}

void add_result_options(CLI::App& app, run_options& options)
{
    app.add_flag("-n,--dry-run", options.dry_run, "Read and check everything, print what would be sent")
        ->group("Safety");
    app.add_flag("-y,--yes", options.yes, "Ask no question")->group("Safety");
    add_halt_option(app, options);
    app.add_option("--journal", options.journal, "Where to keep the record of the run; none: nowhere")
        ->type_name("FILE")
        ->group("Output");
    app.add_option_function<std::vector<std::string>>(
           "-o,--output",
           [&options](std::vector<std::string> const& files)
           {
               options.outputs.clear();
               for (auto const& file : files)
               {
                   try
                   {
                       format_of(file);
                   }
                   catch (std::invalid_argument const& wrong)
                   {
                       throw CLI::ValidationError{"--output", wrong.what()};
                   }
                   options.outputs.emplace_back(file);
               }
           },
           "Report when the run ends, .json or .csv; repeatable")
        ->type_name("FILE")
        ->allow_extra_args(false)
        ->group("Output");
    app.add_flag("--json", options.json, "Summary on stdout as one JSON object")->group("Output");
    app.add_flag("--conflict-ok", options.conflict_ok, "Conflicts alone do not make the exit code 1")->group("Output");
}

}  // namespace

CLI::App& add_run_command(CLI::App& app, run_options& options)
{
    auto& command = *app.add_subcommand("run", description);
    add_input_options(command, options);
    add_service_options(command, options);
    add_pace_options(command, options);
    add_result_options(command, options);
    add_output_options(command, options.output);
    for (auto* const option : add_simulator_options(command, options.simulated))
        option->description(option->get_description() + " (with --simulate)");
    return command;
}

void check_together(CLI::App const& command, run_options const& options)
{
    auto const given = [&command](char const* name) { return command.get_option(name)->count() != 0; };
    auto const refuse = [](std::string const& text) { throw usage_error{text}; };
    if (given("--cloud") && given("--endpoint"))
        refuse("--cloud and --endpoint name two services; give one of them");
    if (options.certificate_file.empty() != options.key_file.empty())
        refuse("--cert and --key belong together; give both");
    for (auto const* const name : {"--endpoint", "--cloud", "--token-file", "--cacert", "--cert"})
    {
        if (options.simulate && given(name))
            refuse(std::string{name} + " has no meaning with --simulate; leave one of them away");
    }
    for (auto const* const option : command.get_options())
    {
        if (option->get_group() == "Simulator" && option->count() != 0 && !options.simulate)
            refuse(option->get_name() + " is an option of the simulator; it needs --simulate");
    }
}

}  // namespace batch_cancel::cli
