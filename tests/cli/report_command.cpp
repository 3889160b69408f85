#include "child.hpp"
#include "simulated_service.hpp"
#include "summary_facts.hpp"

#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

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
        auto const merged = run(here, {"report", "sim.jsonl", "sim2.jsonl"});  // the same pairs, at two ports
        CHECK(merged.code == 0);
        CHECK(merged.out.starts_with("SIMULATED: "));
        CHECK(says(merged, "the journals overlap: 40 results have a later one"));
        CHECK(rehearsal.json().at("run").at("simulated") == true);
        CHECK(run(here, {"report", "real.jsonl", "--json"}).json().at("run").at("simulated") == false);
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
        CHECK(run(here, {"report", "a.jsonl", "--select", "unprocessed", "-o", "b.csv"}).code == 1);
        CHECK(run(here, {"run", "b.csv", "--simulate", "--json", "--journal", "b.jsonl"}).code == 0);
        auto const merged = run(here, {"report", "a.jsonl", "b.jsonl"});
        CHECK(merged.code == 0);
        CHECK(merged.err == "");
    }

    TEST_CASE("report: a killed run is not finished, and each line that is not accepted can be listed")
    {
        work_directory const here;
        here.write("a.csv", "job_id,task_id,upn\nj,1,ada\nj,,bob\nj,2,eve\n");
        auto const done = run(here, {"run", "a.csv", "--simulate", "--carry", "upn", "--missing", "100%", "--journal",
                                     "a.jsonl", "--list", "-o", "r.csv", "-o", "r.json", "--csv-style", "excel"});
        CHECK(done.code == 1);
        CHECK(done.out.find("\nj 1 failed not_found 404 upn=ada: ") != std::string::npos);
        CHECK(done.out.find("\na.csv:3 rejected: ") != std::string::npos);
        auto const csv = here.read("r.csv");
        CHECK(csv.starts_with("\xef\xbb\xbfjob_id,"));
        CHECK(csv.find("\r\n,,rejected,") != std::string::npos);
        CHECK(here.read("r.json").find("\"rejected\":[\n{\"source\":\"a.csv:3\"") != std::string::npos);
        CHECK(run(here, {"report", "a.jsonl"}).code == 0);
        auto const journal = here.read("a.jsonl");
        here.write("killed.jsonl", journal.substr(0, journal.find("{\"type\":\"summary\"")));
        CHECK(run(here, {"report", "killed.jsonl"}).code == 1);
        CHECK(run(here, {"report", "a.jsonl", "--select", "failed", "-o", "retry.csv"}).code == 0);
        CHECK(run(here, {"run", "retry.csv", "--simulate", "--json", "--journal", "retry.jsonl"}).code == 0);
        auto const merged = run(here, {"report", "a.jsonl", "retry.jsonl", "--as", "csv"});
        CHECK(merged.code == 0);
        CHECK(merged.out.find("j,1,accepted,") != std::string::npos);
        CHECK(merged.out.find(",true,ada\n") != std::string::npos);
        CHECK(merged.out.find(",true,eve\n") != std::string::npos);
    }

    TEST_CASE("report: what holds the file of a report is no pipe and no folder")
    {
        work_directory const here;
        here.write_pairs("a.csv", 1);
        std::filesystem::create_directory(here.path() / "d.csv");
        REQUIRE(::mkfifo((here.path() / "f.csv").c_str(), 0600) == 0);
        for (auto const* const name : {"d.csv", "f.csv"})
        {
            CAPTURE(name);
            auto const refused = run(here, {"run", "a.csv", "--simulate", "--journal", "none", "-o", name});
            CHECK(refused.code == 2);
            CHECK(says(refused, "give the name of a file"));
        }
    }

    TEST_CASE("report: a file name of any bytes is valid JSON in every form")
    {
        work_directory const here;
        here.write_pairs("a\xff\x1b.csv", 3);
        auto const done = run(here, {"run", "a\xff\x1b.csv", "--simulate", "--json", "--journal", "j\xfe.jsonl", "-o",
                                     "r.json", "--log-format", "json", "-v"});
        CHECK(done.code == 0);
        CHECK(done.json().at("journal") == "j\xef\xbf\xbd.jsonl");
        for (auto const& text : {done.err, here.read("j\xfe.jsonl"), here.read("r.json")})
        {
            CHECK(text.find_first_of("\xff\xfe\x1b") == std::string::npos);
            CHECK_FALSE(text.empty());
        }
        auto const report = boost::json::parse(here.read("r.json"));
        CHECK(report.at("results").at(0).at("source") == "a\xef\xbf\xbd\x1b.csv:2");
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
