#include "child.hpp"

#include <doctest/doctest.h>

namespace
{

child_setting const with_token{.variables = {"BATCH_CANCEL_TOKEN=t"}};

}  // namespace

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
        auto const shown = run(here, {"run", "a.csv", "--dry-run", "-o", "r.csv"}, with_token);
        CHECK(shown.code == 0);
        CHECK(shown.out.starts_with("job_id,task_id,outcome\nj,1,unprocessed\n\"j,2\",2,unprocessed\n# 2 pairs would "
                                    "be sent to https://graph.microsoft.com"));
        auto const counted = run(here, {"run", "a.csv", "-n", "--json"}, with_token).json();
        CHECK(counted.at("pairs") == 2);
        CHECK(counted.at("duplicates") == 1);
        CHECK(run(here, {"run", "a.csv", "-n", "--simulate"}).code == 0);
        auto const files = std::distance(std::filesystem::directory_iterator{here.path()}, {});
        CHECK(files == 1);
    }

    TEST_CASE("safety: a dry run shows the first pairs, or all, and none as a formula; it can be read again")
    {
        work_directory const here;
        here.write_pairs("a.csv", 25);
        auto const lines = [](child_result const& done) { return std::count(done.out.begin(), done.out.end(), '\n'); };
        auto const first = run(here, {"run", "a.csv", "-n"}, with_token);
        CHECK(lines(first) == 1 + 20 + 2);
        CHECK(first.out.find("# and 5 more; -v shows all of them\n") != std::string::npos);
        CHECK(lines(run(here, {"run", "a.csv", "-n", "-v"}, with_token)) == 1 + 25 + 1);
        here.write("b.csv", "job_id,task_id\n=1+1,-2\n");
        auto const shown = run(here, {"run", "b.csv", "-n"}, with_token);
        CHECK(shown.out.find("\n'=1+1,'-2,unprocessed\n") != std::string::npos);
        auto from_stdin = with_token;
        from_stdin.input = shown.out;
        auto const again = run(here, {"run", "-", "-n"}, from_stdin);
        CHECK(again.out.find("\n'=1+1,'-2,unprocessed\n") != std::string::npos);
    }

    TEST_CASE("safety: a dry run with rejected lines is code 1, one without pairs code 2")
    {
        work_directory const here;
        here.write("a.csv", "job_id,task_id\nj,1\nbad\n");
        CHECK(run(here, {"run", "a.csv", "-n"}, with_token).code == 1);
        here.write("b.csv", "job_id,task_id\n");
        CHECK(run(here, {"run", "b.csv", "-n"}, with_token).code == 2);
        auto from_stdin = with_token;
        from_stdin.input = here.read("a.csv");
        CHECK(run(here, {"run", "-", "-n", "--json"}, from_stdin).json().at("pairs") == 1);
    }

    TEST_CASE("safety: a dry run fails where the run would: token, reports, journal")
    {
        work_directory const here;
        here.write_pairs("a.csv", 2);
        here.write("empty", "");
        here.write("j.jsonl", "");
        std::filesystem::create_directory(here.path() / "folder.csv");
        for (std::string const mode : {"--dry-run", "--yes"})
        {
            CAPTURE(mode);
            std::vector<std::string> const begin{"run", "a.csv", "--endpoint", "https://127.0.0.1:1", mode};
            auto const fails =
                [&](std::vector<std::string> const& further, child_setting const& setting, std::string_view cause)
            {
                auto all = begin;
                all.insert(all.end(), further.begin(), further.end());
                auto const done = run(here, all, setting);
                CAPTURE(done.err);
                CHECK(done.code == 2);
                CHECK(says(done, cause));
            };
            fails({}, {}, "there is no token");
            fails({"--token-file", "none"}, {}, "none");
            fails({"--token-file", "empty"}, {}, "empty");
            fails({"-o", "folder.csv"}, with_token, "--output folder.csv: this is a folder; give the name of a file");
            fails({"-o", "nowhere/r.csv"}, with_token, "--output nowhere/r.csv: No such file or directory");
            fails({"-o", std::string(252, 'x') + ".csv"}, with_token, "File name too long");
            fails({"--journal", "nowhere/j"}, with_token, "cannot create the journal nowhere/j: No such file");
            fails({"--journal", "j.jsonl"}, with_token, "nothing is overwritten");
        }
        CHECK(std::distance(std::filesystem::directory_iterator{here.path()}, {}) == 4);
    }

    TEST_CASE("safety: no option takes the next one as its value, so that a dry run stays one")
    {
        work_directory const here;
        here.write_pairs("a.csv", 2);
        for (std::vector<std::string> const& swallowed :
             {std::vector<std::string>{"--journal", "--dry-run"}, {"--journal", "-n"}, {"--token-file", "--dry-run"}})
        {
            auto all = swallowed;
            all.insert(all.begin(), {"run", "a.csv", "--yes", "--endpoint", "https://127.0.0.1:1"});
            auto const done = run(here, all, with_token);
            CHECK(done.code == 2);
            CHECK(says(done, swallowed[0] + " needs a value, but " + swallowed[1] + " follows"));
        }
        CHECK(std::distance(std::filesystem::directory_iterator{here.path()}, {}) == 1);
    }

    TEST_CASE("safety: a report never takes the place of a file that an option names")
    {
        work_directory const here;
        here.write_pairs("a.csv", 2);
        here.write("secret.json", "a-token");
        here.write("c.toml", "yes = true\n");
        std::filesystem::create_hard_link(here.path() / "c.toml", here.path() / "c.csv");
        for (std::string const option : {"--token-file", "--cacert", "--cert", "--key"})
        {
            CAPTURE(option);
            auto const done = run(here,
                                  {"run", "a.csv", "--yes", "--cert", "a.csv", "--key", "a.csv", option, "secret.json",
                                   "-o", "./secret.json"},
                                  with_token);
            CHECK(done.code == 2);
            bool const is_twice = option == "--cert" || option == "--key";
            CHECK((is_twice || says(done, "would replace the file of " + option)));
        }
        auto setting = with_token;
        setting.variables.emplace_back("BATCH_CANCEL_CONFIG=c.toml");
        CHECK(says(run(here, {"run", "a.csv", "-o", "c.csv"}, setting), "would replace the file of --config"));
        setting.variables.emplace_back("BATCH_CANCEL_CERT=secret.json");
        setting.variables.emplace_back("BATCH_CANCEL_KEY=secret.json");
        CHECK(says(run(here, {"run", "a.csv", "-o", "secret.json"}, setting), "would replace the file of --cert"));
        CHECK(here.read("secret.json") == "a-token");
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
