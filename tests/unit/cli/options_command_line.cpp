#include "cli/options/argument_parser.hpp"
#include "cli/options/run_options.hpp"
#include "cli/options/settings.hpp"
#include "cli/options/usage_error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace batch_cancel::cli;
using namespace std::chrono_literals;

namespace
{

/** Read the arguments of `run`. */
run_options parse_run(std::vector<std::string> arguments)
{
    run_options options;
    auto command = run_command(options);
    arguments.insert(arguments.begin(), "run");
    auto const read = read_arguments({.name = "program", .commands = {&command}}, std::move(arguments));
    CHECK(read.chosen == &command);
    drop_what_has_no_meaning(command);
    settle_rivals(command);
    command.read_values();
    check_together(options);
    return options;
}

}  // namespace

TEST_SUITE("options_command_line")
{
    TEST_CASE("command line: without options the promised values hold")
    {
        auto const options = parse_run({});
        CHECK(options.input.files.empty());
        CHECK(options.concurrency == 64);
        CHECK(options.timeout == 75s);
        CHECK(options.connect_timeout == 10s);
        CHECK(options.api_version == "v1.0");
        CHECK(options.cloud == "global");
        CHECK_FALSE(options.yes);
        CHECK_FALSE(options.dry_run);
        CHECK_FALSE(options.conflict_ok);
        CHECK(options.journal.empty());
        CHECK_FALSE(options.no_adapt);
        CHECK(options.rate == 0);
        CHECK(options.max_attempts == 6);
        CHECK(options.patience == 15min);
        CHECK(options.max_duration == 0s);
        CHECK(options.halt == halt_limits{.failed = 0, .share = 0.5});
        CHECK(options.limit == 0);
        CHECK(options.on_ambiguous == batch_cancel::after_ambiguous::retry);
    }

    TEST_CASE("command line: every option of issue is understood, and inputs may stand anywhere")
    {
        auto const options = parse_run({"a.csv",
                                        "-c",
                                        "8",
                                        "-",
                                        "--timeout",
                                        "5s",
                                        "--connect-timeout=2s",
                                        "-n",
                                        "-y",
                                        "--resolve",
                                        "h:1:127.0.0.1",
                                        "--resolve",
                                        "h:2:127.0.0.1",
                                        "-o",
                                        "r.json",
                                        "-o",
                                        "r.csv",
                                        "b.csv",
                                        "--json",
                                        "-q",
                                        "--log-format",
                                        "json",
                                        "--carry",
                                        "upn,note",
                                        "--shard",
                                        "2/3",
                                        "--max-pairs",
                                        "9",
                                        "--format",
                                        "tsv",
                                        "--api-version",
                                        "beta",
                                        "--endpoint",
                                        "https://x",
                                        "--cacert",
                                        "ca",
                                        "--cert",
                                        "c",
                                        "--key",
                                        "k",
                                        "--token-file",
                                        "t",
                                        "--journal",
                                        "j",
                                        "--conflict-ok",
                                        "--progress",
                                        "never",
                                        "--color",
                                        "always"});
        CHECK(options.input.files == std::vector<std::string>{"a.csv", "-", "b.csv"});
        CHECK(options.concurrency == 8);
        CHECK(options.timeout == 5s);
        CHECK(options.connect_timeout == 2s);
        CHECK(options.dry_run);
        CHECK(options.yes);
        CHECK(options.resolve == std::vector<std::string>{"h:1:127.0.0.1", "h:2:127.0.0.1"});
        CHECK(options.outputs == std::vector<std::filesystem::path>{"r.json", "r.csv"});
        CHECK(options.json);
        CHECK(options.output.verbosity == verbosity::quiet);
        CHECK(options.output.log_format == log_format::json);
        CHECK(options.output.progress == when::never);
        CHECK(options.output.color == when::always);
        CHECK(options.input.rules.carry == std::vector<std::string>{"upn", "note"});
        CHECK(options.input.rules.format == input_format::tsv);
        CHECK(options.input.shard == batch_cancel::shard{2, 3});
        CHECK(options.input.max_pairs == 9);
        CHECK(options.api_version == "beta");
        CHECK(options.endpoint == "https://x");
        CHECK(options.token_file == "t");
        CHECK(options.journal == "j");
        CHECK(options.conflict_ok);
    }

    TEST_CASE("command line: pace and limits are understood")
    {
        auto const options =
            parse_run({"--rate", "90/min", "--no-adapt", "--max-attempts", "3", "--patience", "none", "--max-duration",
                       "2h", "--halt", "fail=20", "--halt", "fail=5%", "--limit", "100", "--on-ambiguous", "stop"});
        CHECK(options.rate == doctest::Approx(1.5));
        CHECK(options.no_adapt);
        CHECK(options.max_attempts == 3);
        CHECK(options.patience == 0s);
        CHECK(options.max_duration == 2h);
        CHECK(options.halt == halt_limits{.failed = 20, .share = 0.05});
        CHECK(options.limit == 100);
        CHECK(options.on_ambiguous == batch_cancel::after_ambiguous::stop);
    }

    TEST_CASE("command line: what cannot be is refused")
    {
        std::vector<std::vector<std::string>> const wrong{
            {"-c", "0"},
            {"-c", "4097"},
            {"-c", "x"},
            {"--timeout", "0s"},
            {"--format", "xml"},
            {"--shard", "3/2"},
            {"--max-pairs", "0"},
            {"--max-pairs", "-1"},
            {"-o", "r.html"},
            {"-q", "-v"},
            {"--color", "maybe"},
            {"--api-version", "2"},
            {"--cloud", "moon"},
            {"--nonsense"},
            {"--carry", ","},
            {"--limit", "0"},
            {"--token", "secret"},
            {"--insecure"},
            {"--rate", "0"},
            {"--max-attempts", "0"},
            {"--patience", "0s"},
            {"--halt", "fail"},
            {"--on-ambiguous", "verify"},
            {"--max-duration", "x"},
        };
        for (auto const& arguments : wrong)
        {
            CAPTURE(arguments.front());
            CHECK_THROWS_AS(parse_run(arguments), usage_error);
        }
    }

    TEST_CASE("command line: a carried column must not be taken for one of the report's own, or for another")
    {
        for (std::string const columns : {"outcome", "upn,Job_ID", "TIME", "ambiguous", "upn,note,UPN"})
        {
            CAPTURE(columns);
            CHECK_THROWS_AS(parse_run({"--carry", columns}), usage_error);
        }
        CHECK(parse_run({"--carry", "user,jobId"}).input.rules.carry.size() == 2);
    }

    TEST_CASE("command line: what does not go together is refused")
    {
        std::vector<std::vector<std::string>> const wrong{
            {"--cert", "c"},
            {"--key", "k"},
            {"--cloud", "dod", "--endpoint", "https://x"},
            {"--simulate", "--endpoint", "https://x"},
            {"--simulate", "--token-file", "t"},
            {"--jobs", "3"},
            {"--latency", "5ms"},
        };
        for (auto const& arguments : wrong)
        {
            CAPTURE(arguments.front());
            CHECK_THROWS_AS(parse_run(arguments), usage_error);
        }
    }

    TEST_CASE("command line: the simulator takes its options through run")
    {
        auto const options =
            parse_run({"--simulate", "--conflict", "5%", "--latency", "1ms..2ms", "--fault", "500=1%"});
        CHECK(options.simulated.conflict_share == doctest::Approx(0.05));
        CHECK(options.simulated.latency.max == 2ms);
        CHECK(options.simulated.faults.size() == 1);
    }

    TEST_CASE("command line: help and version are answers, and help begins with examples")
    {
        run_options options;
        auto command = run_command(options);
        program const asked{.name = "program",
                            .description = "Examples:\n  program run\n\nDoes it.",
                            .version = "1.2",
                            .commands = {&command}};
        CHECK(read_arguments(asked, {"--version"}).answer == "1.2\n");
        auto const all = read_arguments(asked, {"--help"}).answer;
        REQUIRE(all);
        CHECK(all->starts_with("Examples:\n"));
        CHECK(all->find("Cancels the pairs of") != std::string::npos);
        CHECK(all->find("batch-cancel run pairs.csv") == std::string::npos);
        auto const of_run = read_arguments(asked, {"run", "--help"}).answer;
        REQUIRE(of_run);
        CHECK(of_run->starts_with("Examples:\n"));
        CHECK(of_run == help_text(asked, &command));
        for (auto const* const text : {"Pace:", "Safety:", "--rate N/s", "--halt fail=N|fail=P%|none"})
        {
            CAPTURE(text);
            CHECK(of_run->find(text) != std::string::npos);
        }
    }

    TEST_CASE("command line: no command is no mistake of the reading")
    {
        run_options options;
        auto command = run_command(options);
        CHECK(read_arguments({.name = "program", .commands = {&command}}, {}).chosen == nullptr);
        CHECK_THROWS_AS(read_arguments({.name = "program", .commands = {&command}}, {"walk"}), usage_error);
    }

    TEST_CASE("command line: an option does not take another one as its value")
    {
        for (auto const& words : std::vector<std::vector<std::string>>{{"--journal", "--dry-run"},
                                                                       {"--journal", "--"},
                                                                       {"--journal", "--nonsense"},
                                                                       {"--journal", "-n"},
                                                                       {"-o", "--yes"},
                                                                       {"-yo", "--json"},
                                                                       {"--resolve", "-c8"},
                                                                       {"-c", "-y"},
                                                                       {"--token-file", ""},
                                                                       {"--endpoint="}})
        {
            CAPTURE(words.front());
            CHECK_THROWS_AS(parse_run(words), usage_error);
        }
        CHECK_THROWS_WITH(parse_run({"--journal", "--dry-run"}),
                          doctest::Contains("--journal needs a value, but --dry-run follows; if that is its value, "
                                            "write --journal=--dry-run"));
        CHECK(parse_run({"--journal=--dry-run"}).journal == "--dry-run");
        CHECK_FALSE(parse_run({"--journal=--dry-run"}).dry_run);
        CHECK(parse_run({"--journal=-n"}).journal == "-n");
        CHECK(parse_run({"-c8", "-"}).concurrency == 8);
        CHECK(parse_run({"--journal", "run", "-yn"}).dry_run);
        CHECK(parse_run({"--journal", "-journal"}).journal == "-journal");
        CHECK(parse_run({"--", "--journal"}).input.files == std::vector<std::string>{"--journal"});
    }

    TEST_CASE("command line: a mistake is told with the option's name")
    {
        CHECK_THROWS_WITH(parse_run({"--shard", "3/2"}), doctest::Contains("--shard: 3/2: "));
        CHECK_THROWS_WITH(parse_run({"-c", "0"}), doctest::Contains("--concurrency: 0: "));
        CHECK_THROWS_AS(parse_run({"-c", "1", "-c", "2"}), usage_error);
        CHECK_THROWS_AS(parse_run({"--timeout"}), usage_error);
    }

    TEST_CASE("command line: many carried columns cost no square of their number")
    {
        std::string names;
        for (int i = 0; i != 100'000; ++i)
            names += (i == 0 ? "c" : ",c") + std::to_string(i);
        CHECK(parse_run({"--carry", names}).input.rules.carry.size() == 100'000);
        CHECK_THROWS_AS(parse_run({"--carry", names + ",C7"}), usage_error);
    }

    TEST_CASE("command line: what an input is and may be is understood")
    {
        auto const options = parse_run(
            {"--encoding", "windows-1252", "--columns", "task=Object", "--max-rejected", "3", "--carry", "none"});
        CHECK(options.input.rules.encoding == input_encoding::windows_1252);
        CHECK(options.input.rules.job_column.empty());
        CHECK(options.input.rules.task_column == "Object");
        CHECK(options.input.max_rejected == rejection_limit{.lines = 3, .share = std::nullopt, .text = "3"});
        CHECK_FALSE(options.input.carry_known);
        auto const usual = parse_run({"--carry", "upn"});
        CHECK(usual.input.carry_known);
        CHECK(usual.input.max_rejected == rejection_limit{});
        CHECK_THROWS_AS(parse_run({"--encoding", "latin1"}), usage_error);
    }
}
