#include "child.hpp"
#include "resource_limit.hpp"
#include "summary_facts.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

TEST_SUITE("run_results")
{
    TEST_CASE("run: every pair accepted is code 0, with a summary on stdout alone")
    {
        work_directory const here;
        here.write_pairs("a.csv", 200);
        auto const done = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl"});
        CHECK(done.code == 0);
        CHECK(done.err.empty());
        auto const summary = done.json();
        CHECK(adds_up(summary));
        CHECK(total(summary, "pairs") == 200);
        CHECK(total(summary, "accepted") == 200);
        CHECK(summary.at("totals").at("input_complete") == true);
        CHECK(summary.at("requests").at("sent") == 200);
        CHECK(summary.at("run").at("stopped_by").is_null());
        CHECK(summary.at("journal") == "j.jsonl");
        CHECK(summary.at("failed_by_reason").as_object().empty());
    }

    TEST_CASE("run: conflicts and failures are code 1, and are counted by their reasons")
    {
        work_directory const here;
        here.write_pairs("a.csv", 300);
        auto const done = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "--conflict",
                                     "20%", "--missing", "20%"});
        CHECK(done.code == 1);
        auto const summary = done.json();
        CHECK(adds_up(summary));
        CHECK(total(summary, "conflict") > 0);
        CHECK(total(summary, "failed") > 0);
        CHECK(summary.at("failed_by_reason").at("not_found") == total(summary, "failed"));
        auto const again = run(here, {"report", "j.jsonl", "--as", "json"}).json();
        CHECK(again.at("totals") == summary.at("totals"));
        auto const results = again.at("results").as_array();
        CHECK(results.size() == 300);
    }

    TEST_CASE("run: conflicts alone can be said to be well")
    {
        work_directory const here;
        here.write_pairs("a.csv", 5);
        std::vector<std::string> const arguments{"run",  "a.csv",     "--simulate", "--conflict",
                                                 "100%", "--journal", "none"};
        CHECK(run(here, arguments).code == 1);
        auto lenient = arguments;
        lenient.emplace_back("--conflict-ok");
        CHECK(run(here, lenient).code == 0);
    }

    TEST_CASE("run: faults of the service are got over, and what may have been done twice is ambiguous")
    {
        work_directory const here;
        here.write_pairs("a.csv", 200);
        auto const done = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "--fault",
                                     "reset-after=10%,close=10%"});
        auto const summary = done.json();
        CHECK(adds_up(summary));
        CHECK(total(summary, "unprocessed") == 0);
        // Carried out, answer lost, sent again: the conflict is our own success, and is marked.
        CHECK(total(summary, "conflict") > 0);
        CHECK(total(summary, "ambiguous") >= total(summary, "conflict"));
    }

    TEST_CASE("run: the journal is named by time, is the owner's alone, and is never overwritten")
    {
        work_directory const here;
        here.write_pairs("a.csv", 3);
        CHECK(run(here, {"run", "a.csv", "--simulate"}).code == 0);
        std::vector<std::filesystem::path> journals;
        for (auto const& entry : std::filesystem::directory_iterator{here.path()})
            if (entry.path().extension() == ".jsonl")
                journals.push_back(entry.path());
        REQUIRE(journals.size() == 1);
        CHECK(journals[0].filename().string().starts_with("batch-cancel-20"));
        struct stat facts
        {
        };
        REQUIRE(::stat(journals[0].c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777) == 0600);
        auto const before = here.read(journals[0].filename().string());
        auto const refused = run(here, {"run", "a.csv", "--simulate", "--journal", journals[0].string()});
        CHECK(refused.code == 2);
        CHECK(refused.out.empty());
        CHECK(here.read(journals[0].filename().string()) == before);
    }

    TEST_CASE("run: reports are written when the run ends, also without a journal to keep")
    {
        work_directory const here;
        here.write("a.csv", "job_id,task_id,upn\nj,1,=anna\nj,2,ben\n");
        auto const done = run(
            here, {"run", "a.csv", "--simulate", "--journal", "none", "--carry", "upn", "-o", "r.csv", "-o", "r.json"});
        CHECK(done.code == 0);
        auto const csv = here.read("r.csv");
        CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
        CHECK(csv.find("'=anna") != std::string::npos);
        CHECK(here.read("r.json").find("\"results\"") != std::string::npos);
        CHECK(run(here, {"run", "a.csv", "--simulate", "-o", "missing/r.csv"}).code == 2);
        CHECK(run(here, {"run", "a.csv", "--simulate", "-o", "r.html"}).code == 2);
    }

    TEST_CASE("run: a stdout that cannot be written is code 5")
    {
        work_directory const here;
        here.write_pairs("a.csv", 3);
        auto const done =
            run(here, {"run", "a.csv", "--simulate", "--journal", "j.jsonl"}, {.stdout_file = "/dev/full"});
        CHECK(done.code == 5);
        CHECK(here.read("j.jsonl").find("\"type\":\"summary\"") != std::string::npos);
    }

    TEST_CASE("run: a disk that fills up is code 5, and summary, report and journal agree on what is known")
    {
        work_directory const here;
        here.write_pairs("a.csv", 3000);
        child_result full;
        {
            resource_limit const limit{RLIMIT_FSIZE, 1'000'000};
            full = run(here,
                       {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "-o", "r.csv", "--no-adapt"});
        }
        CHECK(full.code == 5);
        auto const summary = full.json();
        CHECK(adds_up(summary));
        CHECK(total(summary, "pairs") == 3000);
        CHECK(total(summary, "accepted") != 0);
        CHECK(total(summary, "unprocessed") != 0);
        std::istringstream rows(here.read("r.csv"));
        std::int64_t accepted = 0;
        for (std::string row; std::getline(rows, row);)
            accepted += row.find(",accepted,") != std::string::npos ? 1 : 0;
        CHECK(accepted == total(summary, "accepted"));
        CHECK(run(here, {"report", "j.jsonl", "--as", "json"}).json().at("totals") == summary.at("totals"));
        auto const done = run(here, {"resume", "j.jsonl"});
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 3000);
        CHECK(total(done.json(), "ambiguous") == total(summary, "ambiguous"));
    }

    TEST_CASE("run: a disk that fills up while left-over pairs are recorded ends no counting")
    {
        work_directory const here;
        here.write_pairs("a.csv", 20'000);
        child_result full;
        {
            resource_limit const limit{RLIMIT_FSIZE, 500'000};
            full = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "--limit", "10"});
        }
        CHECK(full.code == 5);
        CHECK(total(full.json(), "pairs") == 20'000);
        CHECK(adds_up(full.json()));
    }

    TEST_CASE("run: a service that cannot be reached is code 2, with a summary of what was not done")
    {
        work_directory const here;
        here.write_pairs("a.csv", 3);
        // Port 1 of loopback, where nothing listens.
        auto const done =
            run(here, {"run", "a.csv", "--yes", "--json", "--endpoint", "https://127.0.0.1:1", "--journal", "j.jsonl"},
                {.variables = {"BATCH_CANCEL_TOKEN=secret-canary"}});
        CHECK(done.code == 2);
        CHECK(adds_up(done.json()));
        CHECK(total(done.json(), "unprocessed") == 3);
        CHECK(done.json().at("requests").at("sent") == 0);
        for (auto const& text : {done.out, done.err, here.read("j.jsonl")})
            CHECK(text.find("secret-canary") == std::string::npos);
    }
}
