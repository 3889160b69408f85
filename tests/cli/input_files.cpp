#include "child.hpp"
#include "summary_facts.hpp"

#include <doctest/doctest.h>

TEST_SUITE("input_files")
{
    TEST_CASE("input: rejected lines are told with file, line and cause, journaled, and make the code 1")
    {
        work_directory const here;
        here.write("a.csv", "job_id,task_id\nj,t\nj,anna@contoso.com\n,t\nj,u\nj,t\n");
        auto const done = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl"});
        CHECK(done.code == 1);
        auto const summary = done.json();
        CHECK(adds_up(summary));
        CHECK(total(summary, "accepted") == 2);
        CHECK(total(summary, "rejected") == 2);
        CHECK(total(summary, "duplicates") == 1);
        CHECK(done.err.find("a.csv:3: rejected: the task id is a user principal name") != std::string::npos);
        CHECK(done.err.find("a.csv:4: rejected: no job id") != std::string::npos);
        auto const journal = here.read("j.jsonl");
        CHECK(journal.find(R"({"type":"rejected","file":"a.csv","line":3,)") != std::string::npos);
        CHECK(journal.find(R"({"type":"rejected","file":"a.csv","line":4,)") != std::string::npos);
    }

    TEST_CASE("input: only the first ten rejected lines are told one by one")
    {
        work_directory const here;
        std::string text = "job_id,task_id\nj,t\n";
        for (int i = 0; i != 30; ++i)
            text += "bad\n";
        here.write("a.csv", text);
        auto const done =
            run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "--max-rejected", "none"});
        CHECK(total(done.json(), "rejected") == 30);
        CHECK(done.err.find("a.csv:12: rejected") != std::string::npos);
        CHECK(done.err.find("a.csv:13: rejected") == std::string::npos);
        CHECK(done.err.find("more lines are rejected") != std::string::npos);
        auto const count = done.err.find("30 lines are rejected in all");
        CHECK(count != std::string::npos);
        CHECK(done.err.find("lines are rejected in all", count + 20) == std::string::npos);
    }

    TEST_CASE("input: several files and stdin are one input")
    {
        work_directory const here;
        here.write("a.csv", "job_id;task_id\nj;1\nj;2\n");
        here.write("b.jsonl", "{\"batch\":\"j\",\"user\":\"2\"}\n{\"batch\":\"j\",\"user\":\"3\"}\n");
        auto const done = run(here, {"run", "a.csv", "-", "b.jsonl", "--simulate", "--json", "--journal", "j.jsonl"},
                              {.input = "task_id\tjob_id\n4\tj\n"});
        CHECK(done.code == 0);
        CHECK(total(done.json(), "pairs") == 4);
        CHECK(total(done.json(), "duplicates") == 1);
        CHECK(here.read("j.jsonl").find("\"source\":\"stdin:2\"") != std::string::npos);
    }

    TEST_CASE("input: what cannot be read as a whole is code 2, and no journal is made")
    {
        work_directory const here;
        here.write("utf32.csv", std::string_view{"\xff\xfe\0\0j\0\0\0", 8});
        here.write("one-column.csv", "job_id,name\nj,n\n");
        here.write("no-guid.csv", "j,t\n");
        here.write("empty.csv", "");
        here.write("all-bad.csv", "job_id,task_id\nbad\n");
        for (auto const* const file : {"utf32.csv", "one-column.csv", "no-guid.csv", "empty.csv", "all-bad.csv", "."})
        {
            CAPTURE(file);
            auto const refused = run(here, {"run", file, "--simulate", "--journal", "j.jsonl"});
            CHECK(refused.code == 2);
            CHECK(refused.out.empty());
            CHECK_FALSE(std::filesystem::exists(here.path() / "j.jsonl"));
        }
        CHECK(run(here, {"run", "-", "--simulate", "--journal", "j.jsonl"}, {.input = "j,t\n"}).code == 2);
        CHECK(run(here, {"run", "-", "--simulate", "--journal", "j.jsonl"}).code == 2);
        CHECK_FALSE(std::filesystem::exists(here.path() / "j.jsonl"));
    }

    TEST_CASE("input: an input of more pairs than allowed is refused, a stream stops there")
    {
        work_directory const here;
        here.write_pairs("a.csv", 5);
        auto const refused = run(here, {"run", "a.csv", "--simulate", "--max-pairs", "4"});
        CHECK(refused.code == 2);
        CHECK(refused.out.empty());
        auto const stopped = run(here, {"run", "-", "--simulate", "--max-pairs", "4", "--json", "--journal", "none"},
                                 {.input = here.read("a.csv")});
        CHECK(stopped.code == 3);
        CHECK(total(stopped.json(), "accepted") == 4);
        CHECK(stopped.json().at("run").at("stopped_by") == "max_pairs");
        CHECK(stopped.json().at("totals").at("input_complete") == false);
        CHECK(run(here, {"run", "-", "--simulate", "--max-pairs", "5", "--journal", "none"},
                  {.input = here.read("a.csv")})
                  .code == 0);
    }

    TEST_CASE("input: rejected lines of a stream that has no pair are not forgotten when a file follows")
    {
        work_directory const here;
        here.write_pairs("a.csv", 2);
        auto const done = run(here, {"run", "-", "a.csv", "--simulate", "--json", "--journal", "none"},
                              {.input = "job_id,task_id\nonlyjob\n"});
        CHECK(done.code == 1);
        CHECK(total(done.json(), "accepted") == 2);
        CHECK(total(done.json(), "rejected") == 1);
    }

    TEST_CASE("output: a report that would replace the journal, the input or another report is refused before anything "
              "is sent")
    {
        work_directory const here;
        here.write_pairs("a.csv", 2);
        auto const input = here.read("a.csv");
        std::filesystem::create_hard_link(here.path() / "a.csv", here.path() / "hard.csv");
        std::filesystem::create_symlink("a.csv", here.path() / "link.csv");
        std::filesystem::create_symlink("j.json", here.path() / "dangling.json");
        std::filesystem::create_symlink("./dangling.json", here.path() / "twice.json");
        std::filesystem::create_symlink(".", here.path() / "folder");
        auto const refusal = [&](std::vector<std::string> const& outputs)
        {
            std::vector<std::string> words{"run", "a.csv", "--simulate", "--journal", "j.json"};
            for (auto const& output : outputs)
                words.insert(words.end(), {"-o", output});
            auto const refused = run(here, words);
            CHECK(refused.code == 2);
            CHECK_FALSE(std::filesystem::exists(here.path() / "j.json"));
            return refused.err;
        };
        for (std::string const output : {"a.csv", "hard.csv", "link.csv", "folder/a.csv"})
            CHECK(refusal({output}) ==
                  "batch-cancel: error: --output " + output + " would replace the input; give it another name\n");
        for (std::string const output :
             {"./j.json", "dangling.json", "twice.json", "folder/j.json", "folder/twice.json"})
            CHECK(refusal({output}) ==
                  "batch-cancel: error: --output " + output + " would replace the journal; give it another name\n");
        for (std::string const output : {"r.csv", "./r.csv", "folder/r.csv", "folder/folder/r.csv"})
            CHECK(refusal({"r.csv", "other.json", output}) ==
                  "batch-cancel: error: --output " + output +
                      " would replace the report r.csv; give each report a file of its own\n");
        CHECK(here.read("a.csv") == input);
        CHECK(run(here, {"run", "a.csv", "--simulate", "--journal", "j.jsonl", "-o", "r.csv", "-o", "r.json"}).code ==
              0);
        auto const twice = run(here, {"report", "j.jsonl", "-o", "s.csv", "-o", "folder/s.csv"});
        CHECK(twice.code == 2);
        CHECK(says(twice, "--output folder/s.csv would replace the report s.csv; give each report a file of its own"));
        CHECK_FALSE(std::filesystem::exists(here.path() / "s.csv"));
    }

    TEST_CASE("input: reports and journals of a run can be run again, an ambiguity stays")
    {
        work_directory const here;
        here.write_pairs("a.csv", 40);
        auto const first =
            run(here, {"run", "a.csv", "--simulate", "--missing", "50%", "--journal", "j.jsonl", "-o", "r.csv"});
        CHECK(first.code == 1);
        auto const from_report = run(here, {"run", "r.csv", "--simulate", "--json", "--journal", "none"});
        CHECK(total(from_report.json(), "accepted") == 40);
        auto const from_journal = run(here, {"run", "j.jsonl", "--simulate", "--json", "--journal", "none"});
        CHECK(total(from_journal.json(), "accepted") == 40);
        CHECK(total(from_journal.json(), "ambiguous") == 0);
        here.write("marked.csv", "job_id,task_id,outcome,ambiguous\nj,t,failed,true\nj,u,failed,false\n");
        CHECK(total(run(here, {"run", "marked.csv", "--simulate", "--json", "--journal", "none"}).json(),
                    "ambiguous") == 1);
    }

    TEST_CASE("input: shards share an input")
    {
        work_directory const here;
        here.write_pairs("a.csv", 50);
        std::int64_t pairs = 0;
        for (std::string const shard : {"1/3", "2/3", "3/3"})
        {
            auto const done =
                run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "--shard", shard});
            CHECK(done.code == 0);
            CHECK(total(done.json(), "pairs") + total(done.json(), "other_shards") == 50);
            pairs += total(done.json(), "pairs");
        }
        CHECK(pairs == 50);
    }

    TEST_CASE("input: a file with too many rejected lines is refused, a stream stops there")
    {
        work_directory const here;
        std::string text = "job_id,task_id\n";
        for (int i = 0; i != 40; ++i)
            text += i % 20 == 7 ? "j," + std::to_string(i) + "\n" : "bad\n";
        here.write("a.csv", text);
        auto const refused = run(here, {"run", "a.csv", "--simulate", "--journal", "j.jsonl"});
        CHECK(refused.code == 2);
        CHECK(refused.out.empty());
        CHECK(refused.err.find("38 of 40 lines are rejected, more than --max-rejected 10% allows") !=
              std::string::npos);
        CHECK_FALSE(std::filesystem::exists(here.path() / "j.jsonl"));
        CHECK(run(here, {"run", "a.csv", "--simulate", "--dry-run", "--json"}).code == 2);
        for (auto const* const limit : {"38", "95%", "none"})
            CHECK(run(here, {"run", "a.csv", "--simulate", "--journal", "none", "--max-rejected", limit}).code == 1);
        CHECK(run(here, {"run", "a.csv", "--simulate", "--journal", "none", "--max-rejected", "37"}).code == 2);
        auto const stopped = run(here, {"run", "-", "--simulate", "--json", "--journal", "none"}, {.input = text});
        CHECK(stopped.code == 3);
        CHECK(adds_up(stopped.json()));
        CHECK(stopped.json().at("run").at("stopped_by") == "max_rejected");
        CHECK(total(stopped.json(), "accepted") == 1);
        CHECK(total(stopped.json(), "rejected") == 19);
        CHECK(stopped.json().at("totals").at("input_complete") == false);
    }

    TEST_CASE("input: bytes that are not UTF-8 stop the run with the remedy, which mends it")
    {
        work_directory const here;
        std::string const start = "job_id,task_id,DisplayName\nj,1,Smith\n";
        auto const text = start + "j,2,M\xfcller\n";
        here.write("a.csv", text);
        auto const refused = run(here, {"run", "a.csv", "--simulate", "--journal", "j.jsonl"});
        CHECK(refused.code == 2);
        CHECK(refused.err.find("a.csv:3: the line is not UTF-8") != std::string::npos);
        CHECK(refused.err.find("--encoding windows-1252") != std::string::npos);
        CHECK_FALSE(std::filesystem::exists(here.path() / "j.jsonl"));
        for (auto const& [input, accepted] : {std::pair{text, 1}, {std::string{"job_id,task_id\nj,\xfc\n"}, 0}})
        {
            auto const stopped = run(here, {"run", "-", "--simulate", "--json", "--journal", "none"}, {.input = input});
            CHECK(stopped.code == 3);
            CHECK(stopped.json().at("run").at("stopped_by") == "input");
            CHECK(total(stopped.json(), "accepted") == accepted);
            CHECK(stopped.err.find("--encoding windows-1252") != std::string::npos);
        }
        auto const mended =
            run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "--encoding", "windows-1252"});
        CHECK(mended.code == 0);
        CHECK(here.read("j.jsonl").find("\"carried\":{\"DisplayName\":\"M\xc3\xbcller\"}") != std::string::npos);
        auto const one_by_one =
            run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "--encoding", "utf-8"});
        CHECK(one_by_one.code == 1);
        CHECK(total(one_by_one.json(), "rejected") == 1);
    }

    TEST_CASE("input: what was carried without asking comes back in a resume and in a report, or not at all")
    {
        work_directory const here;
        here.write("a.csv", "job_id,task_id,upn,dept\nj,1,anna,d\nj,2,bert,d\n");
        here.write("b.csv", "job_id,task_id\nj,3\n");
        auto const pilot = run(here, {"run", "a.csv", "b.csv", "--simulate", "--journal", "j.jsonl", "--limit", "1"});
        CHECK(pilot.code == 3);
        auto const rest = run(here, {"resume", "j.jsonl", "-o", "r.csv"});
        CHECK(rest.code == 0);
        CHECK(here.read("r.csv").find(",upn\n") != std::string::npos);
        CHECK(here.read("r.csv").find(",anna\n") != std::string::npos);
        CHECK(here.read("r.csv").find(",bert\n") != std::string::npos);
        auto const none =
            run(here, {"run", "a.csv", "--simulate", "--journal", "k.jsonl", "--limit", "1", "--carry", "none"});
        CHECK(none.code == 3);
        CHECK(run(here, {"resume", "k.jsonl"}).code == 0);
        CHECK(here.read("k.jsonl").find("anna") == std::string::npos);
    }

    TEST_CASE("input: nearly GUIDs and odd marks are warned of before anything is sent, and once")
    {
        work_directory const here;
        here.write("a.csv", "job_id,task_id,ambiguous\nj,6a88de8d-7027-44c1-8674-03f826aa170,\nj,2,perhaps\n");
        auto const count = [](std::string const& text, std::string_view what)
        {
            std::size_t found = 0;
            for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
                ++found;
            return found;
        };
        for (bool const is_stream : {false, true})
        {
            auto const done = run(here, {"run", is_stream ? "-" : "a.csv", "--simulate", "--json", "--journal", "none"},
                                  {.input = is_stream ? here.read("a.csv") : std::string{}});
            CHECK(count(done.err, "1 task id is nearly a GUID") == 1);
            CHECK(count(done.err, ":2: 6a88de8d-7027-44c1-8674-03f826aa170") == 1);
            CHECK(count(done.err, "neither true nor false") == 1);
            CHECK(total(done.json(), "ambiguous") == 1);
        }
        auto const dry = run(here, {"run", "a.csv", "--simulate", "--dry-run", "--json"});
        CHECK(count(dry.err, "1 task id is nearly a GUID") == 1);
        CHECK(dry.json().at("near_guids") == 1);
    }

    TEST_CASE("input: files that were joined are read as their parts, or refused before anything is sent")
    {
        work_directory const here;
        here.write("a.csv", "\xef\xbb\xbfjob_id,task_id\nj,1\n\xef\xbb\xbfjob_id,task_id\nj,2\n");
        here.write("b.csv", "job_id,task_id\nj,1\ntask_id,job_id\n2,j\n");
        auto const joined = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none"});
        CHECK(joined.code == 0);
        CHECK(total(joined.json(), "pairs") == 2);
        auto const refused = run(here, {"run", "b.csv", "--simulate", "--journal", "j.jsonl"});
        CHECK(refused.code == 2);
        CHECK(refused.err.find("b.csv:3: this row is a header with other columns") != std::string::npos);
        CHECK_FALSE(std::filesystem::exists(here.path() / "j.jsonl"));
    }

    TEST_CASE("input: columns can be named, also for a resume")
    {
        work_directory const here;
        here.write("a.csv", "Batch Id,Object,User\nj,1,anna\nj,2,bert\n");
        CHECK(run(here, {"run", "a.csv", "--simulate", "--journal", "none"}).code == 2);
        auto const pilot = run(here, {"run", "a.csv", "--simulate", "--journal", "j.jsonl", "--limit", "1", "--columns",
                                      "job=Batch Id,task=Object"});
        CHECK(pilot.code == 3);
        auto const rest = run(here, {"resume", "j.jsonl", "--json"});
        CHECK(rest.code == 0);
        CHECK(total(rest.json(), "accepted") == 2);
    }
}
