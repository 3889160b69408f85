#include "child.hpp"

#include <doctest/doctest.h>

TEST_SUITE("command_line")
{
    TEST_CASE("command line: help on every level starts with examples, on stdout, and is no failure")
    {
        work_directory const here;
        for (std::vector<std::string> const& arguments :
             {std::vector<std::string>{"--help"}, {"run", "--help"}, {"report", "--help"}, {"simulate", "--help"}})
        {
            auto const shown = run(here, arguments);
            CHECK(shown.code == 0);
            CHECK(shown.out.starts_with("Examples:\n"));
            CHECK(shown.err.empty());
        }
    }

    TEST_CASE("command line: the version names the libraries")
    {
        work_directory const here;
        auto const shown = run(here, {"--version"});
        CHECK(shown.code == 0);
        for (auto const* const name : {"batch-cancel ", "Boost 1.", "OpenSSL 3.", "simdjson "})
            CHECK(shown.out.find(name) != std::string::npos);
    }

    TEST_CASE("command line: what is not understood is code 2, with nothing on stdout")
    {
        work_directory const here;
        for (std::vector<std::string> const& arguments : {std::vector<std::string>{},
                                                          {"cancel"},
                                                          {"run", "--nonsense"},
                                                          {"run", "--concurrency", "0"},
                                                          {"run", "a.csv", "--jobs", "2"},
                                                          {"run", "none.csv", "--simulate"}})
        {
            auto const refused = run(here, arguments);
            CHECK(refused.code == 2);
            CHECK(refused.out.empty());
            CHECK_FALSE(refused.err.empty());
        }
    }

    TEST_CASE("command line: later options are not known yet")
    {
        work_directory const here;
        auto const help = run(here, {"run", "--help"}).out;
        for (auto const* const option : {"--proxy", "--auth", "--batch", "--threads", "--verify", "--job ID"})
            CHECK(help.find(option) == std::string::npos);
    }

    TEST_CASE("command line: text from outside cannot command the terminal")
    {
        work_directory const here;
        auto const refused = run(here, {"run", "--simulate", "no\x1b[31msuch.csv"});
        CHECK(refused.code == 2);
        CHECK(refused.err.find('\x1b') == std::string::npos);
        CHECK(refused.err.find("\\x1b") != std::string::npos);
    }

    TEST_CASE("command line: the log can be JSON, and quiet leaves errors alone")
    {
        work_directory const here;
        auto const input = here.write("a.csv", "job_id,task_id\nj,t\nbad\n");
        auto const logged = run(here, {"run", input, "--simulate", "--log-format", "json", "--journal", "none"});
        CHECK(logged.err.starts_with("{\"time\":\""));
        CHECK(logged.err.find("\"level\":\"warning\"") != std::string::npos);
        auto const quiet = run(here, {"run", input, "--simulate", "-q", "--journal", "none"});
        CHECK(quiet.err.empty());
        CHECK(quiet.code == 1);
    }

    TEST_CASE("command line: a file and variables give options")
    {
        work_directory const here;
        auto const input = here.write_pairs("a.csv", 3);
        here.write("c.toml", "simulate = true\njson = true\njournal = \"none\"\nmax-pairs = 2\n");
        CHECK(run(here, {"run", input, "--config", "c.toml"}).code == 2);
        auto const done = run(here, {"run", input, "--config", "c.toml"}, {.variables = {"BATCH_CANCEL_MAX_PAIRS=3"}});
        CHECK(done.code == 0);
        CHECK(done.out.starts_with("{\"schema\":1"));
    }
}
