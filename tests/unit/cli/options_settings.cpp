#include "cli/options/argument_parser.hpp"
#include "cli/options/run_options.hpp"
#include "cli/options/settings.hpp"
#include "cli/options/usage_error.hpp"
#include "temp_files.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::cli;
using namespace std::chrono_literals;

namespace
{

/** A command line of `run` with variables of its own. */
struct settings_fixture
{
    explicit settings_fixture(std::vector<std::string> arguments, std::map<std::string, std::string> set = {})
        : variables(std::move(set))
        , command(run_command(options))
    {
        other.add_value("--only-there", "TEXT", "", [](auto const&) {});
        for (auto const& [name, value] : variables)
            ::setenv(name.c_str(), value.c_str(), 1);
        arguments.insert(arguments.begin(), "run");
        read_arguments({.name = "program", .commands = known}, std::move(arguments));
    }

    settings_fixture(settings_fixture const&) = delete;
    settings_fixture& operator=(settings_fixture const&) = delete;

    ~settings_fixture()
    {
        for (auto const& [name, value] : variables)
            ::unsetenv(name.c_str());
    }

    /** Take all that is set, as the program does. */
    void apply(std::filesystem::path const& file = {})
    {
        apply_variables(command);
        if (!file.empty())
            apply_file(command, file, known);
        drop_what_has_no_meaning(command);
        settle_rivals(command);
        command.read_values();
    }

    std::map<std::string, std::string> variables;
    run_options options;
    cli::command command;
    cli::command other{"simulate", ""};
    std::vector<cli::command*> known{&command, &other};
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
        fix.apply(file);
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
        fix.apply(file);
        CHECK(fix.options.yes);
        CHECK_FALSE(fix.options.json);
        CHECK(fix.options.resolve.size() == 2);
        CHECK(fix.options.concurrency == 5);
    }

    TEST_CASE("settings: flags are taken from variables, empty variables count as not set")
    {
        settings_fixture fix{{}, {{"BATCH_CANCEL_YES", "1"}, {"BATCH_CANCEL_JSON", "0"}, {"BATCH_CANCEL_TIMEOUT", ""}}};
        fix.apply();
        CHECK(fix.options.yes);
        CHECK_FALSE(fix.options.json);
        CHECK(fix.options.timeout == 75s);
    }

    TEST_CASE("settings: what may be given several times is a list in a file, and has commas in a variable")
    {
        temp_files const files;
        settings_fixture fix{{}};
        fix.apply(files.write("c.toml", "halt = [\"fail=7\", \"fail=3%\"]\nno-adapt = true\nrate = 20\n"));
        CHECK(fix.options.halt == halt_limits{.failed = 7, .share = 0.03});
        CHECK(fix.options.no_adapt);
        CHECK(fix.options.rate == 20);
        settings_fixture other{{}, {{"BATCH_CANCEL_HALT", "fail=7,fail=3%"}, {"BATCH_CANCEL_LIMIT", "5"}}};
        other.apply();
        CHECK(other.options.halt == halt_limits{.failed = 7, .share = 0.03});
        CHECK(other.options.limit == 5);
    }

    TEST_CASE("settings: a mistake is told with its place")
    {
        temp_files const files;
        CHECK_THROWS_WITH_AS((settings_fixture{{}, {{"BATCH_CANCEL_SHARD", "9/2"}}}.apply()),
                             doctest::Contains("BATCH_CANCEL_SHARD: 9/2"), usage_error);
        CHECK_THROWS_WITH_AS((settings_fixture{{}, {{"BATCH_CANCEL_YES", "maybe"}}}.apply()),
                             doctest::Contains("BATCH_CANCEL_YES: maybe"), usage_error);
        auto const fails_at = [&files](std::string_view text, char const* place)
        {
            CAPTURE(text);
            settings_fixture fix{{}};
            CHECK_THROWS_WITH_AS(fix.apply(files.write("c.toml", text)), doctest::Contains(place), usage_error);
        };
        fails_at("\nnonsense = 1\n", "c.toml:2");
        fails_at("max-pairs = 0\n", "c.toml:1");
        fails_at("timeout = 1.5\n", "c.toml:1");
        fails_at("timeout = [\"1s\", \"2s\"]\n", "c.toml:1");
        fails_at("config = \"other.toml\"\n", "c.toml:1");
        fails_at("a = [\n", "c.toml:");
        fails_at("journal = \"a\\u0000b\"\n", "c.toml:1: journal: no option can have a NUL");
        settings_fixture fix{{}};
        CHECK_THROWS_AS(fix.apply(files / "none.toml"), usage_error);
    }

    TEST_CASE("settings: what toml++ holds for impossible in a file is a mistake like any other")
    {
        temp_files const files;
        for (std::string_view const text : {"[\n", "[[[a]]]\n", "[[=\n", "\xc3\xa9 = 1\n", "\n\xd2\x8a", "= 1\n"})
        {
            CAPTURE(text);
            settings_fixture fix{{}};
            CHECK_THROWS_WITH_AS(fix.apply(files.write("c.toml", text)), doctest::Contains("c.toml:"), usage_error);
        }
        settings_fixture fix{{}};
        fix.apply(files.write("c.toml", "endpoint = \"\"\"\\\n\xc2\xa7\"\"\"\n"));
        CHECK(fix.options.endpoint == "\xc2\xa7");
    }

    TEST_CASE("settings: a flag that is false beats a true one of a worse origin")
    {
        temp_files const files;
        auto const file = files.write("c.toml", "yes = true\njson = true\n");
        settings_fixture fix{{"--json=false"}, {{"BATCH_CANCEL_YES", "false"}, {"BATCH_CANCEL_JSON", "true"}}};
        fix.apply(file);
        CHECK_FALSE(fix.options.yes);
        CHECK_FALSE(fix.options.json);
    }

    TEST_CASE("settings: of options that say the opposite the one by the better origin holds")
    {
        temp_files const files;
        using variables = std::map<std::string, std::string>;
        auto const verbosity_of =
            [](std::vector<std::string> arguments, variables set, std::filesystem::path const& file)
        {
            settings_fixture fix{std::move(arguments), std::move(set)};
            fix.apply(file);
            return fix.options.output.verbosity;
        };
        CHECK(verbosity_of({"-q"}, {{"BATCH_CANCEL_VERBOSE", "1"}}, {}) == verbosity::quiet);
        CHECK(verbosity_of({}, {{"BATCH_CANCEL_VERBOSE", "1"}}, files.write("c.toml", "quiet = true\n")) ==
              verbosity::verbose);
        CHECK(verbosity_of({}, {{"BATCH_CANCEL_VERBOSE", "0"}, {"BATCH_CANCEL_QUIET", "1"}}, {}) == verbosity::quiet);
        CHECK_THROWS_AS(verbosity_of({}, {{"BATCH_CANCEL_VERBOSE", "1"}, {"BATCH_CANCEL_QUIET", "1"}}, {}),
                        usage_error);
        settings_fixture endpoint{{"--endpoint", "https://x"}, {{"BATCH_CANCEL_CLOUD", "dod"}}};
        endpoint.apply();
        CHECK(endpoint.options.endpoint == "https://x");
        CHECK(endpoint.options.cloud == "global");
    }

    TEST_CASE("settings: what has no meaning in a simulation is refused on the command line, and else left out")
    {
        temp_files const files;
        auto const file = files.write("c.toml", "cert = \"c\"\nkey = \"k\"\n");
        std::map<std::string, std::string> const service{
            {"BATCH_CANCEL_TOKEN_FILE", "t"}, {"BATCH_CANCEL_ENDPOINT", "https://x"}, {"BATCH_CANCEL_CACERT", "ca"}};
        settings_fixture fix{{"--simulate"}, service};
        fix.apply(file);
        CHECK(fix.options.simulate);
        CHECK(fix.options.token_file.empty());
        CHECK(fix.options.endpoint.empty());
        CHECK(fix.options.cloud == "global");
        CHECK(fix.options.ca_file.empty());
        CHECK(fix.options.certificate_file.empty());
        CHECK(given_options(fix.command).size() == 1);
    }

    TEST_CASE("settings: a service that was named on the command line is not given up for a variable")
    {
        settings_fixture named{{"--endpoint", "https://x"}, {{"BATCH_CANCEL_SIMULATE", "1"}}};
        CHECK_THROWS_AS(named.apply(), usage_error);
    }

    TEST_CASE("settings: the simulator's options wait in variables and files until there is a simulation")
    {
        temp_files const files;
        auto const file = files.write("c.toml", "jobs = 3\n");
        settings_fixture without{{}, {{"BATCH_CANCEL_LATENCY", "5ms"}}};
        without.apply(file);
        CHECK(given_options(without.command).empty());
        settings_fixture with{{"--simulate"}, {{"BATCH_CANCEL_LATENCY", "5ms"}}};
        with.apply(file);
        CHECK(with.options.simulated.jobs == 3);
        CHECK(with.options.simulated.latency.max == 5ms);
    }

    TEST_CASE("settings: what was given, wherever, is listed for the journal, its paths absolute")
    {
        settings_fixture fix{{"-c", "3", "in.csv", "-o", "r.csv", "-o", "/tmp/r.json"},
                             {{"BATCH_CANCEL_YES", "true"}, {"BATCH_CANCEL_CACERT", "ca.pem"}}};
        fix.apply();
        std::vector<std::string> given;
        for (auto const& option : given_options(fix.command))
            given.push_back(option.name + "=" + option.value);
        auto const here = std::filesystem::current_path().string();
        CHECK(given == std::vector<std::string>{"cacert=" + here + "/ca.pem", "concurrency=3", "yes=true",
                                                "output=" + here + "/r.csv", "output=/tmp/r.json"});
        settings_fixture none{{"-y", "--journal", "none"}};
        none.apply();
        CHECK(given_options(none.command).back().value == "none");
    }
}
