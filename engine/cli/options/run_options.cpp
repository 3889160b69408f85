#include "cli/options/run_options.hpp"

#include "cli/input/columns.hpp"
#include "cli/input/name_index.hpp"
#include "cli/options/command.hpp"
#include "cli/options/simulator_options.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/options/values.hpp"
#include "cli/render/report_output.hpp"
#include "cli/render/results_csv.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

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

constexpr char const* resume_description = R"(Examples:
  batch-cancel resume run.jsonl                               go on where the run stopped or was killed
  batch-cancel resume run.jsonl pairs.csv                     its input is there now
  export-pairs | batch-cancel resume run.jsonl -              it was read from stdin, and is given again

Finishes an interrupted run: the pairs with no outcome yet, and only those. How the run behaves comes from its
journal. What decides where a token goes, which file is written or that nothing is asked must be given again.)";

// The names must be told apart from each other and from the report's own, or a report could not be read again.
std::vector<std::string> parse_carried(std::string const& text)
{
    if (text == "none")
        return {};
    auto names = parse_names(text);
    name_index const index(names);
    for (auto const& name : names)
    {
        if (is_report_column(name))
            throw std::invalid_argument{name + ": every report has a column of that name; rename the input's"};
        if (index.find(name)->count > 1)
            throw std::invalid_argument{name + ": it is named twice"};
    }
    return names;
}

void add_input_options(command& to, run_options& options)
{
    using named_format = std::pair<std::string_view, input_format>;
    constexpr std::array<named_format, 4> formats{{{"auto", input_format::automatic},
                                                   {"csv", input_format::csv},
                                                   {"tsv", input_format::tsv},
                                                   {"jsonl", input_format::jsonl}}};
    using named_encoding = std::pair<std::string_view, input_encoding>;
    constexpr std::array<named_encoding, 4> encodings{{{"auto", input_encoding::automatic},
                                                       {"utf-8", input_encoding::utf_8},
                                                       {"utf-16", input_encoding::utf_16},
                                                       {"windows-1252", input_encoding::windows_1252}}};
    auto& input = options.input;
    to.begin_group("Input");
    to.add_choice("--format", "Form of the input; auto: by its content", input.rules.format, formats).journal =
        from_journal::taken;
    to.add_choice("--encoding", "Encoding of files without a byte order mark; auto: UTF-8", input.rules.encoding,
                  encodings)
        .journal = from_journal::taken;
    to.add_value("--columns", "job=NAME,task=NAME", "Columns of the ids, if the header has other names",
                 [&input](auto const& text)
                 {
                     auto const columns = parse_id_columns(text);
                     input.rules.job_column = columns.job;
                     input.rules.task_column = columns.task;
                 })
        .journal = from_journal::taken;
    to.add_value("--max-rejected", "N|P%|none", "Refuse an input with more rejected lines; a stream stops there [10%]",
                 [&input](auto const& text) { input.max_rejected = parse_rejection_limit(text); })
        .journal = from_journal::taken;
    to.add_value("--carry", "COLUMN,...|none",
                 "Columns to copy into every record of a pair; UPN, Mail, DisplayName ... are copied anyway",
                 [&input](auto const& text)
                 {
                     input.rules.carry = parse_carried(text);
                     input.carry_known = text != "none";
                 })
        .journal = from_journal::taken;
    to.add_value("--shard", "K/N", "Only the pairs of shard K of N: N machines share one input",
                 [&input](auto const& text) { input.shard = parse_shard(text); })
        .journal = from_journal::taken;
    to.add_value("--max-pairs", "N", "Refuse an input of more pairs; a stream stops after N",
                 [&input](auto const& text) { input.max_pairs = parse_count(text); })
        .journal = from_journal::of_one_process;
    to.add_value("--limit", "N", "Send N pairs as a pilot, then stop; a resume goes on with all the rest",
                 [&options](auto const& text) { options.limit = parse_count(text); })
        .journal = from_journal::of_one_process;
}

option& add_file(command& to, std::string name, std::string help, std::filesystem::path& into)
{
    auto& added = to.add_value(std::move(name), "FILE", std::move(help), [&into](auto const& text) { into = text; });
    added.is_path = true;
    return added;
}

void add_service_options(command& to, run_options& options)
{
    using named_version = std::pair<std::string_view, std::string>;
    std::array<named_version, 2> const versions{{{"v1.0", "v1.0"}, {"beta", "beta"}}};
    to.begin_group("Service");
    to.add_value("--cloud", "global|usgov|dod|china", "Whose Graph; the service is documented for global only",
                 [&options](auto const& text)
                 {
                     cloud_root(text);
                     options.cloud = text;
                 })
        .journal = from_journal::given_again;
    auto& endpoint = to.add_value("--endpoint", "URL", "Another Graph root; https, or http for loopback addresses",
                                  [&options](auto const& text) { options.endpoint = text; });
    endpoint.rival = "cloud";
    endpoint.journal = from_journal::given_again;
    to.add_choice("--api-version", "Version of the Graph API, v1.0", options.api_version, versions).journal =
        from_journal::taken;
    to.add_flag("--simulate", "Run against a simulator inside the process that knows every pair", options.simulate)
        .journal = from_journal::taken;
    add_file(to, "--cacert", "PEM file of roots to trust besides the system's", options.ca_file).journal =
        from_journal::given_again;
    add_file(to, "--cert", "PEM file of a client certificate", options.certificate_file).journal =
        from_journal::given_again;
    add_file(to, "--key", "PEM file of its key", options.key_file).journal = from_journal::given_again;
    add_file(to, "--key-password-file", "File whose first line is the password of an encrypted key",
             options.key_password_file)
        .journal = from_journal::given_again;
    to.add_list("--resolve", "HOST:PORT:ADDRESS", "Connect there instead of asking the resolver; repeatable",
                [&options](auto const& texts) { options.resolve = texts; })
        .journal = from_journal::given_again;
    to.begin_group("Sign-in");
    add_file(to, "--token-file", "Bearer token, read again when the file changes; else the variable BATCH_CANCEL_TOKEN",
             options.token_file)
        .journal = from_journal::sign_in;
    to.add_value("--token-wait", "D", "When the token is refused, wait for another one for up to D [2m]; or none",
                 [&options](auto const& text) { options.token_wait = parse_optional_limit(text); })
        .journal = from_journal::of_one_process;
}

constexpr std::uint64_t most_at_once = 4096;
constexpr std::uint64_t most_attempts = 1'000'000;

// A whole number of 1 to `most`.
std::uint64_t parse_count_to(std::string const& text, std::uint64_t most)
{
    auto const count = parse_count(text);
    if (count > most)
        throw std::invalid_argument{text + ": at most " + std::to_string(most) + " is possible"};
    return count;
}

void add_pace_options(command& to, run_options& options)
{
    to.begin_group("Pace");
    to.add_value("-c,--concurrency", "N", "Most requests in flight, 64",
                 [&options](auto const& text) { options.concurrency = parse_count_to(text, most_at_once); })
        .journal = from_journal::taken;
    to.add_flag("--no-adapt", "Hold the concurrency at N instead of finding the best up to N", options.no_adapt)
        .journal = from_journal::taken;
    to.add_value("--rate", "N/s", "Most cancels a second (or N/min), evenly spaced; no bound by default",
                 [&options](auto const& text) { options.rate = text == "none" ? 0 : parse_pace(text); })
        .journal = from_journal::taken;
    to.add_value("--max-attempts", "N", "Attempts a pair, the first included, 6; those that are throttled are free",
                 [&options](auto const& text)
                 { options.max_attempts = static_cast<unsigned>(parse_count_to(text, most_attempts)); })
        .journal = from_journal::taken;
    to.add_value("--timeout", "D", "Longest time for one attempt, 75s",
                 [&options](auto const& text) { options.timeout = parse_time_limit(text); })
        .journal = from_journal::taken;
    to.add_value("--connect-timeout", "D", "Longest time to connect, and again to agree on TLS, 10s",
                 [&options](auto const& text) { options.connect_timeout = parse_time_limit(text); })
        .journal = from_journal::taken;
    to.add_value("--on-ambiguous", "retry|stop",
                 "After an attempt that may have been carried out unseen: send again (default), or never again",
                 [&options](auto const& text) { options.on_ambiguous = parse_after_ambiguous(text); })
        .journal = from_journal::taken;
    to.add_value("--patience", "D", "Stop when no pair got an outcome for so long, 15m; none: wait for ever",
                 [&options](auto const& text) { options.patience = parse_optional_limit(text); })
        .journal = from_journal::taken;
    to.add_value("--max-duration", "D", "Stop the run after so long; no bound by default",
                 [&options](auto const& text) { options.max_duration = parse_optional_limit(text); })
        .journal = from_journal::taken;
}

void add_result_options(command& to, run_options& options)
{
    to.begin_group("Safety");
    to.add_flag("-n,--dry-run", "Read and check everything, print what would be sent", options.dry_run).journal =
        from_journal::of_one_process;
    to.add_flag("-y,--yes", "Ask no question", options.yes).journal = from_journal::left_out;
    to.add_list("--halt", "fail=N|fail=P%|none",
                "Stop when so many pairs have failed, or such a share of the outcomes, 50%; repeatable",
                [&options](auto const& texts) { options.halt = parse_halt(texts); })
        .journal = from_journal::taken;
    to.begin_group("Output");
    auto& output = to.add_list("-o,--output", "FILE", "Report when the run ends, .json or .csv; repeatable",
                               [&options](auto const& texts) { options.outputs = report_files(texts); });
    output.is_path = true;
    output.journal = from_journal::left_out;
    add_csv_style(to, options.report_style).journal = from_journal::taken;
    to.add_flag("--json", "Summary on stdout as one JSON object", options.json).journal = from_journal::taken;
    to.add_flag("--list", "Summary with each pair that is not accepted", options.list).journal = from_journal::taken;
    to.add_flag("--conflict-ok", "Conflicts alone do not make the exit code 1", options.conflict_ok).journal =
        from_journal::taken;
}

bool is_without_meaning_in_simulation(option const& each)
{
    constexpr std::array<std::string_view, 8> names{"endpoint", "cloud", "token-file", "token-wait",
                                                    "cacert",   "cert",  "key",        "key-password-file"};
    return std::find(names.begin(), names.end(), each.long_name()) != names.end();
}

void add_all_options(command& to, run_options& options)
{
    add_input_options(to, options);
    add_service_options(to, options);
    add_pace_options(to, options);
    add_result_options(to, options);
    add_output_options(to, options.output);
    add_simulator_options(to, options.simulated, " (with --simulate)");
}

void add_pairs(command& to, std::string help, run_options& options)
{
    to.add_positional("PAIRS", std::move(help), [&options](auto const& files) { options.input.files = files; });
}

}  // namespace

command run_command(run_options& options)
{
    command made{"run", description};
    add_pairs(made, "Files of pairs, - for stdin", options);
    add_all_options(made, options);
    auto& journal = made.add_value("--journal", "FILE", "Where to keep the record of the run; none: nowhere",
                                   [&options](auto const& text) { options.journal = text; });
    journal.group = made.find("output")->group;
    journal.is_path = true;
    journal.journal = from_journal::of_one_process;
    journal.word = "none";
    return made;
}

command resume_command(run_options& options)
{
    command made{"resume", resume_description};
    auto& journal = made.add_positional("JOURNAL", "The record that the run has kept of itself",
                                        [&options](auto const& paths) { options.journal = paths.front(); });
    journal.is_required = journal.takes_one = true;
    add_pairs(made, "The run's input, if it is not to be read from where the run read it; - for stdin", options);
    add_all_options(made, options);
    return made;
}

void drop_what_has_no_meaning(command& run)
{
    bool const is_simulated = run.find("simulate")->is_on();
    for (auto& each : run.options())
    {
        bool const has_none = is_simulated ? is_without_meaning_in_simulation(each) : each.group == simulator_group;
        if (!has_none || !each.is_given())
            continue;
        if (each.origin == origin::command_line)
            throw usage_error{each.place + (is_simulated ? " has no meaning with --simulate; leave one of them away"
                                                         : " is an option of the simulator; it needs --simulate")};
        each.forget();
    }
}

void check_together(run_options const& options)
{
    if (options.certificate_file.empty() != options.key_file.empty())
        throw usage_error{"--cert and --key belong together; give both"};
    if (!options.key_password_file.empty() && options.key_file.empty())
        throw usage_error{"--key-password-file is for the key of --key; give --cert and --key too"};
}

}  // namespace batch_cancel::cli
