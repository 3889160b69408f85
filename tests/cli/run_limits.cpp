#include "child.hpp"
#include "summary_facts.hpp"

#include <doctest/doctest.h>

namespace
{

std::vector<std::string> simulated(std::vector<std::string> const& further)
{
    std::vector<std::string> all{"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl"};
    all.insert(all.end(), further.begin(), further.end());
    return all;
}

}  // namespace

TEST_SUITE("run_limits")
{
    TEST_CASE("limit: a pilot sends so many pairs, and the rest can be run")
    {
        work_directory const here;
        here.write_pairs("a.csv", 500);
        auto const pilot = run(here, simulated({"--limit", "20"}));
        CHECK(pilot.code == 3);
        auto const summary = pilot.json();
        CHECK(summary.at("run").at("stopped_by") == "limit");
        CHECK(adds_up(summary));
        CHECK(total(summary, "accepted") == 20);
        CHECK(total(summary, "unprocessed") == 480);
        CHECK(summary.at("totals").at("input_complete") == true);
        CHECK(run(here, {"report", "j.jsonl", "--select", "unprocessed", "-o", "rest.csv"}).code == 1);
        auto const rest = run(here, {"run", "rest.csv", "--simulate", "--json", "--journal", "none"});
        CHECK(rest.code == 0);
        CHECK(total(rest.json(), "accepted") == 480);
    }

    TEST_CASE("limit: an input that holds no more than the pilot is simply finished")
    {
        work_directory const here;
        here.write_pairs("a.csv", 20);
        auto const done = run(here, simulated({"--limit", "20"}));
        CHECK(done.code == 0);
        CHECK(done.json().at("run").at("stopped_by").is_null());
    }

    TEST_CASE("limit: too many failures halt a run, by number and by share")
    {
        for (auto const* const bound : {"fail=5", "fail=40%"})
        {
            work_directory const here;
            here.write_pairs("a.csv", 3000);
            auto const done = run(here, simulated({"--missing", "100%", "--latency", "5ms", "--halt", bound}));
            CHECK(done.code == 3);
            auto const summary = done.json();
            CHECK(summary.at("run").at("stopped_by") == "halt");
            CHECK(adds_up(summary));
            CHECK(total(summary, "failed") >= 5);
            CHECK(total(summary, "failed") < 300);
        }
    }

    TEST_CASE("limit: half of the pairs failing halts a run unless that is turned off")
    {
        work_directory const here;
        here.write_pairs("a.csv", 1500);
        CHECK(run(here, simulated({"--missing", "100%", "--latency", "5ms"})).code == 3);
        auto const all = run(
            here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "--missing", "100%", "--halt", "none"});
        CHECK(all.code == 1);
        CHECK(total(all.json(), "failed") == 1500);
    }

    TEST_CASE("limit: a service that knows none of the first pairs raises a doubt about the version, and but once")
    {
        work_directory const here;
        here.write_pairs("a.csv", 60);
        auto const done = run(here, simulated({"--missing", "100%", "--halt", "none"}));
        auto const said = done.err.find("--api-version beta");
        REQUIRE(said != std::string::npos);
        CHECK(done.err.find("--api-version beta", said + 1) == std::string::npos);
        auto const few = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "--missing", "20%"});
        CHECK(few.err.find("--api-version") == std::string::npos);
    }

    TEST_CASE("limit: a service that does not know the version stops the run, and fails nobody")
    {
        work_directory const here;
        here.write_pairs("a.csv", 60);
        for (auto const* const known : {"v1.0", "beta"})
        {
            std::string const asked = known == std::string_view{"beta"} ? "v1.0" : "beta";
            auto const done = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "--only-version",
                                         known, "--api-version", asked});
            CHECK(done.code == 2);
            auto const summary = done.json();
            CHECK(summary.at("run").at("stopped_by") == "version");
            CHECK(adds_up(summary));
            CHECK(total(summary, "unprocessed") == 60);
            CHECK(done.err.find("Resource not found for the segment 'migrations'") != std::string::npos);
            CHECK(done.err.find(std::string{"--api-version "} + known) != std::string::npos);
            auto const right = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "--only-version",
                                          known, "--api-version", known});
            CHECK(right.code == 0);
            CHECK(total(right.json(), "accepted") == 60);
        }
        auto const kept = run(here, simulated({"--only-version", "beta"}));
        CHECK(kept.code == 2);
        CHECK(kept.err.find("resume j.jsonl") == std::string::npos);
        auto const report = run(here, {"report", "j.jsonl", "--as", "json"});
        CHECK(report.code == 1);
        CHECK(report.out.find("\"version\"") != std::string::npos);
        CHECK(says(report, "run the input again with --api-version beta, or with another --endpoint"));
        CHECK_FALSE(says(report, "batch-cancel resume"));
        auto const resumed = run(here, {"resume", "j.jsonl", "--only-version", "beta"});
        CHECK(resumed.code == 2);
        CHECK(says(resumed, "run the input again with --api-version beta, or with another --endpoint"));
        CHECK_FALSE(says(resumed, "batch-cancel resume"));
        CHECK(run(here, simulated({"--only-version", "v2"})).code == 2);
    }

    TEST_CASE("limit: the time for a run stops it")
    {
        work_directory const here;
        here.write_pairs("a.csv", 5000);
        auto const done = run(here, simulated({"--rate", "50/s", "--max-duration", "500ms"}));
        CHECK(done.code == 3);
        auto const summary = done.json();
        CHECK(summary.at("run").at("stopped_by") == "max_duration");
        CHECK(adds_up(summary));
        // Evenly spaced from the first on, so that the time bounds the number.
        CHECK(total(summary, "accepted") <= 27);
        CHECK(total(summary, "unprocessed") >= 4973);
    }

    TEST_CASE("limit: a service that only fails tries the patience, and the pairs stay to be run")
    {
        work_directory const here;
        here.write_pairs("a.csv", 200);
        auto const done = run(here, simulated({"--fault", "500=100%", "--patience", "1s"}));
        CHECK(done.code == 3);
        auto const summary = done.json();
        CHECK(summary.at("run").at("stopped_by") == "patience");
        CHECK(adds_up(summary));
        CHECK(total(summary, "unprocessed") == 200);
    }

    TEST_CASE("limit: after an ambiguous attempt a pair is not sent again, if that is wanted")
    {
        work_directory const here;
        here.write_pairs("a.csv", 200);
        auto const done = run(here, simulated({"--fault", "500=20%", "--on-ambiguous", "stop", "--halt", "none"}));
        CHECK(done.code == 1);
        auto const summary = done.json();
        CHECK(adds_up(summary));
        CHECK(total(summary, "failed") > 0);
        CHECK(total(summary, "ambiguous") == total(summary, "failed"));
        CHECK(summary.at("requests").at("retried") == 0);
    }
}
