#include "child.hpp"
#include "simulated_service.hpp"
#include "summary_facts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

namespace
{

// {"tid":"aaaaaaaa-0000-0000-0000-000000000001"}, and with b
constexpr char const* token_of_a = "h.eyJ0aWQiOiJhYWFhYWFhYS0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEifQ.s";
constexpr char const* token_of_b = "h.eyJ0aWQiOiJiYmJiYmJiYi0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEifQ.s";

}  // namespace

TEST_SUITE("report_command")
{
    TEST_CASE("report: a rehearsal never passes for the run itself")
    {
        simulated_service const service;
        work_directory const here;
        here.write("a.csv", service.pairs(40));
        auto const rehearsal = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "sim.jsonl"});
        CHECK(rehearsal.code == 0);
        auto const pilot = run(here,
                               {"run", "a.csv", "--endpoint", service.endpoint, "--cacert", service.roots, "--yes",
                                "--json", "--journal", "real.jsonl", "--limit", "10"},
                               {.variables = {"BATCH_CANCEL_TOKEN=" + service.token}});
        CHECK(pilot.code == 3);
        auto const both = run(here, {"report", "sim.jsonl", "real.jsonl", "--as", "csv"});
        CHECK(both.code == 2);
        CHECK(both.out == "");
        CHECK(says(
            both, "sim.jsonl and real.jsonl cannot be merged: the first is against the simulator, the second against " +
                      service.endpoint + "; make a report of each"));
        auto const again = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "sim2.jsonl"});
        CHECK(again.code == 0);
        CHECK(run(here, {"report", "sim.jsonl", "sim2.jsonl"}).code == 1);  // the same pairs, at two ports
    }

    TEST_CASE("report: shards cover the input when each has come to its end, and not before")
    {
        work_directory const here;
        here.write_pairs("a.csv", 400);
        auto const other =
            run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "s2.jsonl", "--shard", "2/2"});
        CHECK(other.code == 0);
        child started{here,
                      {"run", "a.csv", "--simulate", "--json", "--journal", "s1.jsonl", "--shard", "1/2", "--latency",
                       "50ms", "-c", "4", "--no-adapt", "--progress", "always"}};
        REQUIRE(started.wait_for_message("accepted"));
        started.send(SIGKILL);
        CHECK(started.wait().code == 128 + SIGKILL);
        auto const gap = run(here, {"report", "s1.jsonl", "s2.jsonl"});
        CHECK(gap.code == 1);
        CHECK(says(gap, "s1.jsonl (shard 1 of 2): "));
        CHECK(says(gap, "to finish this run: batch-cancel resume s1.jsonl"));
        CHECK(run(here, {"resume", "s1.jsonl", "--latency", "0ms"}).code == 0);
        auto const whole = run(here, {"report", "s1.jsonl", "s2.jsonl"});
        CHECK(whole.code == 0);
        CHECK(whole.err == "");
    }

    TEST_CASE("report: what another journal of the merge has finished is not to be finished again")
    {
        work_directory const here;
        here.write_pairs("a.csv", 40);
        CHECK(run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "a.jsonl", "--limit", "30"}).code == 3);
        CHECK(run(here, {"report", "a.jsonl", "--select", "unprocessed", "-o", "b.csv"}).code == 0);
        CHECK(run(here, {"run", "b.csv", "--simulate", "--json", "--journal", "b.jsonl"}).code == 0);
        auto const merged = run(here, {"report", "a.jsonl", "b.jsonl"});
        CHECK(merged.code == 0);
        CHECK(merged.err == "");
    }

    TEST_CASE("report: two journals in one file are refused by whatever reads them, with the place")
    {
        work_directory const here;
        here.write_pairs("a.csv", 20);
        for (auto const* const journal : {"a.jsonl", "b.jsonl"})
            CHECK(run(here, {"run", "a.csv", "--simulate", "--json", "--journal", journal, "--limit", "10"}).code == 3);
        auto const first = here.read("a.jsonl");
        here.write("c.jsonl", first + here.read("b.jsonl"));
        auto const line = 1 + std::count(first.begin(), first.end(), '\n');
        for (auto const* const command : {"report", "resume"})
        {
            CAPTURE(command);
            auto const done = run(here, {command, "c.jsonl"});
            CHECK(done.code == 2);
            CHECK(done.out == "");
            CHECK(says(done, "c.jsonl:" + std::to_string(line) + ": a process of another run"));
        }
    }

    TEST_CASE("resume: the tenant that a token of the run told first stays its tenant")
    {
        simulated_service const service;
        work_directory const here;
        here.write("a.csv", service.pairs(30));
        auto const with = [](std::string const& token)
        { return child_setting{.variables = {"BATCH_CANCEL_TOKEN=" + token}}; };
        CHECK(run(here,
                  {"run", "a.csv", "--endpoint", service.endpoint, "--cacert", service.roots, "--yes", "--json",
                   "--journal", "j.jsonl"},
                  with(token_of_a))
                  .code == 4);
        auto const opaque = run(here, service.reach({"resume", "j.jsonl"}), with("a-token-that-tells-nothing"));
        CHECK(opaque.code == 4);
        CHECK(opaque.json().at("run").at("tenant") == "aaaaaaaa-0000-0000-0000-000000000001");
        auto const before = here.read("j.jsonl");
        auto const other = run(here, service.reach({"resume", "j.jsonl"}), with(token_of_b));
        CHECK(other.code == 2);
        CHECK(says(other, "this journal was written with tenant aaaaaaaa-0000-0000-0000-000000000001"));
        CHECK(here.read("j.jsonl") == before);
        CHECK(run(here, service.reach({"resume", "j.jsonl"}), with(token_of_a)).code == 4);
        CHECK(run(here, {"report", "j.jsonl", "--as", "json"}).json().at("run").at("tenant") ==
              "aaaaaaaa-0000-0000-0000-000000000001");
    }
}
