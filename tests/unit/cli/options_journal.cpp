#include "cli/options/argument_parser.hpp"
#include "cli/options/command.hpp"
#include "cli/options/journal_options.hpp"
#include "cli/options/run_options.hpp"
#include "cli/options/usage_error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::cli;

namespace
{

/** A resume as the command line gives it. */
struct resuming
{
    explicit resuming(std::vector<std::string> arguments = {})
    {
        arguments.insert(arguments.begin(), {"resume", "j.jsonl"});
        read_arguments({.name = "program", .commands = {&command}}, std::move(arguments));
    }

    std::string take(run_record const& last, contact what_for = contact::service, bool has_token = true)
    {
        return take_from_journal(
            command,
            {.last = last, .begun_by = begun_by, .journal = "j.jsonl", .contact = what_for, .has_token = has_token});
    }

    option const& at(std::string_view name)
    {
        auto const* const found = command.find(name);
        REQUIRE(found != nullptr);
        return *found;
    }

    run_options ignored;
    run_options options;
    cli::command begun_by = run_command(ignored);
    cli::command command = resume_command(options);
};

run_record recorded(std::vector<run_option> options, std::string endpoint = "https://graph.microsoft.com")
{
    return {.endpoint = std::move(endpoint), .api_version = "v1.0", .options = std::move(options)};
}

}  // namespace

TEST_SUITE("options_journal")
{
    TEST_CASE("journal options: every option says what a journal may decide, and the same in each command")
    {
        resuming fix;
        for (auto* const each : {&fix.command, &fix.begun_by})
        {
            for (auto const& option : each->options())
            {
                CAPTURE(option.names);
                CHECK((!option.is_setting() || option.journal != from_journal::undecided));
                auto const* const other = fix.command.find(option.long_name());
                CHECK((!option.is_setting() || other == nullptr || other->journal == option.journal));
            }
        }
    }

    TEST_CASE("journal options: nothing that the contract keeps out of a journal's reach is taken")
    {
        resuming fix;
        for (std::string const name :
             {"endpoint", "cloud", "resolve", "cacert", "cert", "key", "token-file", "output", "yes", "quiet"})
        {
            CAPTURE(name);
            CHECK(fix.at(name).journal != from_journal::taken);
        }
    }

    TEST_CASE("journal options: an option that nobody has decided on is not taken")
    {
        resuming fix;
        for (auto* const each : {&fix.command, &fix.begun_by})
            each->add_value("--new-one", "X", "", [](auto const&) {});
        fix.take(recorded({{"new-one", "x"}, {"concurrency", "7"}}));
        CHECK_FALSE(fix.at("new-one").is_given());
        CHECK(fix.at("concurrency").texts.front() == "7");
    }

    TEST_CASE("journal options: the journal goes before variables and files, and after the command line")
    {
        resuming fix({"--halt", "none"});
        fix.command.find("concurrency")->give(origin::variable, {"3"}, "BATCH_CANCEL_CONCURRENCY");
        fix.take(recorded({{"concurrency", "7"}, {"halt", "fail=1"}}));
        CHECK(fix.at("concurrency").texts.front() == "7");
        CHECK(fix.at("concurrency").origin == origin::journal);
        CHECK(fix.at("halt").texts.front() == "none");
    }

    TEST_CASE("journal options: what must be given again is named, unless nobody is contacted or a simulator")
    {
        std::vector<run_option> const used{{"resolve", "a:1:::1"}, {"resolve", "b:1:::1"}, {"token-file", "t"}};
        auto const expected = "--endpoint (the journal has \"https://x\"), --resolve (the journal has \"a:1:::1\", "
                              "\"b:1:::1\"), --token-file (the journal has \"t\")";
        CHECK_THROWS_WITH_AS(resuming{}.take(recorded(used, "https://x"), contact::service, false),
                             doctest::Contains(expected), usage_error);
        CHECK_NOTHROW(resuming{}.take(recorded(used, "https://x"), contact::none, false));
        auto simulated = used;
        simulated.push_back({"simulate", "true"});
        CHECK_NOTHROW(resuming{}.take(recorded(simulated, "https://x"), contact::service, false));
        CHECK_NOTHROW(resuming{{"--endpoint", "https://y", "--resolve", "c:1:::1", "--token-file", "u"}}.take(
            recorded(used, "https://x"), contact::service, false));
    }

    TEST_CASE("journal options: of endpoints only those of known clouds are taken")
    {
        resuming fix;
        fix.take(recorded({{"endpoint", "https://x"}, {"cloud", "china"}}, "https://dod-graph.microsoft.us"));
        CHECK(fix.at("cloud").texts.front() == "dod");
        CHECK_FALSE(fix.at("endpoint").is_given());
        resuming given({"--endpoint", "https://x"});
        given.take(recorded({}));
        CHECK_FALSE(given.at("cloud").is_given());
    }

    TEST_CASE("journal options: what is left out is told, unless it is given again or was not on")
    {
        auto const run = recorded({{"output", "a\"b.csv"}, {"output", "c.csv"}, {"yes", "true"}, {"quiet", "false"}});
        CHECK(resuming{}.take(run) ==
              R"(not taken from the journal: --output "a\"b.csv", "c.csv", --yes; give it again if you want it)");
        CHECK(resuming{{"-o", "d.csv", "--yes"}}.take(run).empty());
        CHECK(resuming{}.take(run, contact::none) ==
              R"(not taken from the journal: --output "a\"b.csv", "c.csv"; give it again if you want it)");
    }

    TEST_CASE("journal options: an option of another version is refused, if it matters")
    {
        auto const run = recorded({{"via", "x"}});
        CHECK_THROWS_WITH_AS(resuming{}.take(run), doctest::Contains("--via, which this version does not know"),
                             usage_error);
        CHECK_NOTHROW(resuming{}.take(run, contact::none));
    }

    TEST_CASE(
        "journal options: what a printed command repeats was given on this command line, and is not in the journal")
    {
        resuming fix(
            {"--cacert=-c", "--resolve", "a:1:::1", "--resolve", "b:1:::1", "-c", "3", "-o", "r.csv", "--yes"});
        fix.command.find("token-file")->give(origin::variable, {"t"}, "BATCH_CANCEL_TOKEN_FILE");
        fix.take(recorded({{"quiet", "true"}, {"rate", "1/s"}}));
        CHECK(words_to_repeat(fix.command) == std::vector<std::string>{"--cacert=-c", "--resolve", "a:1:::1",
                                                                       "--resolve", "b:1:::1", "--yes", "--output",
                                                                       "r.csv"});
    }

    TEST_CASE("journal options: many options in a journal cost no square of their number")
    {
        std::vector<run_option> many;
        for (int i = 0; i != 200'000; ++i)
            many.push_back({.name = "option" + std::to_string(i), .value = "x"});
        resuming fix;
        CHECK_THROWS_WITH_AS(fix.take(recorded(many)), doctest::Contains("option0"), usage_error);
    }
}
