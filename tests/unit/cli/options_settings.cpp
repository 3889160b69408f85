#include "cli/options/run_options.hpp"
#include "cli/options/settings.hpp"
#include "cli/options/usage_error.hpp"
#include "temp_files.hpp"

#include <CLI/CLI.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

using namespace batch_cancel::cli;
using namespace std::chrono_literals;

namespace
{

/** A command line of `run` with variables of its own. */
struct settings_fixture
{
    explicit settings_fixture(std::vector<std::string> arguments, std::map<std::string, std::string> set = {})
        : variables(std::move(set))
        , command(add_run_command(app, options))
    {
        app.add_subcommand("simulate")->add_option("--only-there", elsewhere);
        for (auto const& [name, value] : variables)
            ::setenv(name.c_str(), value.c_str(), 1);
        arguments.insert(arguments.begin(), "run");
        std::reverse(arguments.begin(), arguments.end());
        app.parse(arguments);
    }

    settings_fixture(settings_fixture const&) = delete;
    settings_fixture& operator=(settings_fixture const&) = delete;

    ~settings_fixture()
    {
        for (auto const& [name, value] : variables)
            ::unsetenv(name.c_str());
    }

    std::map<std::string, std::string> variables;
    CLI::App app;
    run_options options;
    std::string elsewhere;
    CLI::App& command;
};

}  // namespace

TEST_SUITE("options_settings")
{
    TEST_CASE("settings: the variable of an option has its name in capitals")
    {
        CHECK(variable_of("max-pairs") == "BATCH_CANCEL_MAX_PAIRS");
        CHECK(variable_of("json") == "BATCH_CANCEL_JSON");
    }

    TEST_CASE("settings: option beats variable beats file")
    {
        temp_files const files;
        auto const file = files.write("c.toml", "concurrency = 1\ntimeout = \"1s\"\nmax_pairs = 7\n");
        settings_fixture fix{{"-c", "3"}, {{"BATCH_CANCEL_CONCURRENCY", "2"}, {"BATCH_CANCEL_TIMEOUT", "2s"}}};
        apply_variables(fix.command);
        apply_file(fix.command, file);
        CHECK(fix.options.concurrency == 3);
        CHECK(fix.options.timeout == 2s);
        CHECK(fix.options.input.max_pairs == 7);
    }

    TEST_CASE("settings: flags, lists and tables of a command are taken from a file")
    {
        temp_files const files;
        auto const file = files.write("c.toml", "yes = true\njson = false\nonly-there = \"x\"\nconcurrency = 4\n"
                                                "resolve = [\"a:1:127.0.0.1\", \"b:2:127.0.0.1\"]\n"
                                                "[run]\nconcurrency = 5\n[simulate]\nonly-there = \"y\"\n");
        settings_fixture fix{{}};
        apply_file(fix.command, file);
        CHECK(fix.options.yes);
        CHECK_FALSE(fix.options.json);
        CHECK(fix.options.resolve.size() == 2);
        CHECK(fix.options.concurrency == 5);
    }

    TEST_CASE("settings: flags are taken from variables, empty variables count as not set")
    {
        settings_fixture fix{{}, {{"BATCH_CANCEL_YES", "1"}, {"BATCH_CANCEL_JSON", "0"}, {"BATCH_CANCEL_TIMEOUT", ""}}};
        apply_variables(fix.command);
        CHECK(fix.options.yes);
        CHECK_FALSE(fix.options.json);
        CHECK(fix.options.timeout == 75s);
    }

    TEST_CASE("settings: what may be given several times is a list in a file, and has commas in a variable")
    {
        temp_files const files;
        settings_fixture fix{{}};
        apply_file(fix.command,
                   files.write("c.toml", "halt = [\"fail=7\", \"fail=3%\"]\nno-adapt = true\nrate = 20\n"));
        CHECK(fix.options.halt == halt_limits{.failed = 7, .share = 0.03});
        CHECK(fix.options.no_adapt);
        CHECK(fix.options.rate == 20);
        settings_fixture other{{}, {{"BATCH_CANCEL_HALT", "fail=7,fail=3%"}, {"BATCH_CANCEL_LIMIT", "5"}}};
        apply_variables(other.command);
        CHECK(other.options.halt == halt_limits{.failed = 7, .share = 0.03});
        CHECK(other.options.limit == 5);
    }

    TEST_CASE("settings: a mistake is told with its place")
    {
        temp_files const files;
        settings_fixture fix{{}, {{"BATCH_CANCEL_SHARD", "9/2"}}};
        CHECK_THROWS_WITH_AS(apply_variables(fix.command), doctest::Contains("BATCH_CANCEL_SHARD"), usage_error);
        auto const fails_at = [&fix, &files](std::string_view text, char const* place)
        {
            CAPTURE(text);
            CHECK_THROWS_WITH_AS(apply_file(fix.command, files.write("c.toml", text)), doctest::Contains(place),
                                 usage_error);
        };
        fails_at("\nnonsense = 1\n", "c.toml:2");
        fails_at("max-pairs = 0\n", "c.toml:1");
        fails_at("timeout = 1.5\n", "c.toml:1");
        fails_at("a = [\n", "c.toml:");
        CHECK_THROWS_AS(apply_file(fix.command, files / "none.toml"), usage_error);
    }

    TEST_CASE("settings: what was given, wherever, is listed for the journal")
    {
        settings_fixture fix{{"-c", "3", "in.csv"}, {{"BATCH_CANCEL_YES", "true"}}};
        apply_variables(fix.command);
        std::vector<std::string> names;
        for (auto const& option : given_options(fix.command))
            names.push_back(option.name + "=" + option.value);
        CHECK(names == std::vector<std::string>{"concurrency=3", "yes=true"});
    }
}
