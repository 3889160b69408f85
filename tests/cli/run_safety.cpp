#include "child.hpp"

#include <doctest/doctest.h>

TEST_SUITE("run_safety")
{
    TEST_CASE("safety: without a terminal a run needs --yes, and sends nothing without it")
    {
        work_directory const here;
        here.write_pairs("a.csv", 3);
        auto const refused = run(here, {"run", "a.csv", "--endpoint", "https://127.0.0.1:1", "--journal", "j.jsonl"},
                                 {.variables = {"BATCH_CANCEL_TOKEN=t"}});
        CHECK(refused.code == 2);
        CHECK(refused.err.find("--yes") != std::string::npos);
        CHECK(refused.out.empty());
        CHECK_FALSE(std::filesystem::exists(here.path() / "j.jsonl"));
    }

    TEST_CASE("safety: a run needs a token, from a file or the variable")
    {
        work_directory const here;
        here.write_pairs("a.csv", 3);
        auto const refused = run(here, {"run", "a.csv", "--yes", "--endpoint", "https://127.0.0.1:1"});
        CHECK(refused.code == 2);
        CHECK(refused.err.find("--token-file") != std::string::npos);
        CHECK(run(here, {"run", "a.csv", "--yes", "--token-file", "none"}).code == 2);
    }

    TEST_CASE("safety: a dry run shows what would be sent, and leaves nothing behind")
    {
        work_directory const here;
        here.write("a.csv", "job_id,task_id\nj,1\nj,1\n\"j,2\",2\n");
        auto const shown = run(here, {"run", "a.csv", "--dry-run"});
        CHECK(shown.code == 0);
        CHECK(shown.out.starts_with(
            "job_id,task_id\nj,1\n\"j,2\",2\n# 2 pairs would be sent to https://graph.microsoft.com"));
        auto const counted = run(here, {"run", "a.csv", "-n", "--json"}).json();
        CHECK(counted.at("pairs") == 2);
        CHECK(counted.at("duplicates") == 1);
        auto const files = std::distance(std::filesystem::directory_iterator{here.path()}, {});
        CHECK(files == 1);
    }

    TEST_CASE("safety: a dry run with rejected lines is code 1, one without pairs code 2")
    {
        work_directory const here;
        here.write("a.csv", "job_id,task_id\nj,1\nbad\n");
        CHECK(run(here, {"run", "a.csv", "-n"}).code == 1);
        here.write("b.csv", "job_id,task_id\n");
        CHECK(run(here, {"run", "b.csv", "-n"}).code == 2);
        CHECK(run(here, {"run", "-", "-n", "--json"}, {.input = here.read("a.csv")}).json().at("pairs") == 1);
    }

    TEST_CASE("safety: plain http is for loopback addresses")
    {
        work_directory const here;
        here.write_pairs("a.csv", 1);
        auto const refused = run(here, {"run", "a.csv", "--yes", "--endpoint", "http://192.0.2.1"},
                                 {.variables = {"BATCH_CANCEL_TOKEN=t"}});
        CHECK(refused.code == 2);
        CHECK(refused.err.find("https") != std::string::npos);
    }
}
