#include "child.hpp"
#include "summary_facts.hpp"

#include <doctest/doctest.h>

#include <csignal>

namespace
{

std::vector<std::string> slow_run(std::string const& latency)
{
    return {"run",       "a.csv", "--simulate", "--json", "--journal",  "j.jsonl",
            "--latency", latency, "-c",         "4",      "--progress", "always"};
}

}  // namespace

TEST_SUITE("run_stops")
{
    TEST_CASE("stop: a signal lets what is in flight end, and the totals tell what is left over")
    {
        for (auto const& [signal, name] : {std::pair{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}})
        {
            work_directory const here;
            here.write_pairs("a.csv", 5000);
            child started{here, slow_run("20ms")};
            REQUIRE(started.wait_for_message("accepted"));
            started.send(signal);
            auto const done = started.wait();
            CHECK(done.code == 128 + signal);
            auto const summary = done.json();
            CHECK(summary.at("run").at("stopped_by") == name);
            CHECK(adds_up(summary));
            CHECK(total(summary, "pairs") == 5000);
            CHECK(total(summary, "unprocessed") > 0);
            CHECK(total(summary, "ambiguous") == 0);
            CHECK(summary.at("totals").at("input_complete") == true);
            auto const again = run(here, {"report", "j.jsonl", "--as", "json"}).json();
            CHECK(again.at("totals") == summary.at("totals"));
        }
    }

    TEST_CASE("stop: what is said about going on is true")
    {
        work_directory const here;
        here.write_pairs("a.csv", 3000);
        child started{here, slow_run("20ms")};
        REQUIRE(started.wait_for_message("accepted"));
        started.send(SIGINT);
        auto const stopped = started.wait();
        CHECK(stopped.err.find("to go on: batch-cancel resume j.jsonl") != std::string::npos);
        auto const rest = run(here, {"resume", "j.jsonl", "--latency", "0ms"});
        CHECK(rest.code == 0);
        CHECK(total(rest.json(), "accepted") == 3000);
        CHECK(total(rest.json(), "ambiguous") == 0);
        auto const again = run(here, {"report", "j.jsonl", "--as", "json"}).json();
        CHECK(again.at("totals") == rest.json().at("totals"));
    }

    TEST_CASE("stop: a second signal stops at once, and what was in flight is ambiguous")
    {
        work_directory const here;
        here.write_pairs("a.csv", 100);
        child started{here, slow_run("25s")};
        REQUIRE(started.wait_for_message("accepted"));
        started.send(SIGINT);
        REQUIRE(started.wait_for_message("stopping: nothing new"));
        // Progress is shown each 250 ms, so that two lines more are a time in which a second signal counts.
        REQUIRE(started.wait_for_message("4 in flight, accepted"));
        started.send(SIGINT);
        while (started.wait_for_message("stopping at once") == false)
            FAIL("the second signal was not taken");
        auto const done = started.wait();
        CHECK(done.code == 130);
        auto const summary = done.json();
        CHECK(adds_up(summary));
        CHECK(total(summary, "unprocessed") == 100);
        CHECK(total(summary, "ambiguous") == 4);
    }

    TEST_CASE("stop: a stream is not waited for")
    {
        work_directory const here;
        child started{here,
                      {"run", "-", "--simulate", "--json", "--journal", "none", "--progress", "always"},
                      {.input = "job_id,task_id\nj,1\nj,2\n", .keep_input_open = true}};
        REQUIRE(started.wait_for_message("accepted 2"));
        started.send(SIGTERM);
        auto const done = started.wait();
        CHECK(done.code == 143);
        CHECK(total(done.json(), "accepted") == 2);
        CHECK(done.json().at("totals").at("input_complete") == false);
    }

    TEST_CASE("stop: a signal before anything was sent ends the program as signals do")
    {
        work_directory const here;
        child started{here, {"run", "-", "--simulate", "--journal", "j.jsonl"}, {.keep_input_open = true}};
        started.send(SIGTERM);
        CHECK(started.wait().code == 143);
        CHECK_FALSE(std::filesystem::exists(here.path() / "j.jsonl"));
    }
}
