#include "child.hpp"
#include "resource_limit.hpp"
#include "simulated_service.hpp"
#include "summary_facts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace
{

/** A run of a.csv that was stopped after its first 20 pairs. */
struct pilot
{
    explicit pilot(int pairs = 100, std::vector<std::string> const& further = {})
    {
        here.write_pairs("a.csv", pairs);
        std::vector<std::string> all{"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "--limit", "20"};
        all.insert(all.end(), further.begin(), further.end());
        REQUIRE(run(here, all).code == 3);
    }

    child_result resume(std::vector<std::string> const& further = {}, child_setting const& setting = {}) const
    {
        std::vector<std::string> all{"resume", "j.jsonl"};
        all.insert(all.end(), further.begin(), further.end());
        return run(here, all, setting);
    }

    work_directory here;
};

std::vector<std::string> lines_of(std::string const& text)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

std::string joined(std::vector<std::string> const& lines)
{
    std::string text;
    for (auto const& line : lines)
        text += line + '\n';
    return text;
}

}  // namespace

TEST_SUITE("run_resume")
{
    TEST_CASE("resume: what is left over is sent, with the options of the run, and counted with the rest")
    {
        pilot const begun{100, {"--conflict", "100%", "--conflict-ok"}};
        auto const done = begun.resume();
        CHECK(done.code == 0);
        auto const summary = done.json();
        CHECK(adds_up(summary));
        CHECK(total(summary, "conflict") == 100);
        CHECK(total(summary, "unprocessed") == 0);
        CHECK(summary.at("run").at("stopped_by").is_null());
        CHECK(summary.at("requests").at("attempts") == 100);
        CHECK(says(done, "20 of 100 pairs have an outcome"));
        auto const report = run(begun.here, {"report", "j.jsonl", "--as", "json"}).json();
        CHECK(report.at("totals") == summary.at("totals"));
        CHECK(report.at("run").at("id") == summary.at("run").at("id"));
        CHECK(report.at("results").as_array().size() == 100);
    }

    TEST_CASE("resume: a finished run sends nothing, says so, and exits by its totals")
    {
        pilot const begun{100, {"--missing", "30%", "--halt", "none"}};
        auto const finished = begun.resume();
        CHECK(finished.code == 1);
        auto const before = begun.here.read("j.jsonl");
        auto const again = begun.resume({"-o", "r.csv"});
        CHECK(again.code == 1);
        CHECK(says(again, "the run is finished, and nothing was sent"));
        CHECK(again.json().at("totals") == finished.json().at("totals"));
        CHECK(begun.here.read("j.jsonl") == before);
        CHECK(lines_of(begun.here.read("r.csv")).size() == 101);
    }

    TEST_CASE("resume: a finished run needs no input, not even when that was stdin")
    {
        work_directory const here;
        here.write_pairs("a.csv", 5);
        child_setting const from_stdin{.input = here.read("a.csv")};
        REQUIRE(run(here, {"run", "-", "--simulate", "--json", "--journal", "j.jsonl"}, from_stdin).code == 0);
        auto const again = run(here, {"resume", "j.jsonl"}, {.at_terminal = true});
        CHECK(again.code == 0);
        CHECK(says(again, "the run is finished, and nothing was sent"));
        CHECK(total(again.json(), "accepted") == 5);

        REQUIRE(run(here, {"run", "-", "--simulate", "--journal", "k.jsonl", "--limit", "2"}, from_stdin).code == 3);
        auto const asked = run(here, {"resume", "k.jsonl"}, {.at_terminal = true});
        CHECK(asked.code == 2);
        CHECK(says(asked, "give the same input again"));
    }

    TEST_CASE("resume: the reports of the run are left out, finished or not, unless they are asked for again")
    {
        work_directory const here;
        here.write_pairs("a.csv", 5);
        for (bool const is_finished : {true, false})
        {
            CAPTURE(is_finished);
            auto const journal = is_finished ? "j.jsonl" : "k.jsonl";
            auto const limit = is_finished ? "9" : "2";
            REQUIRE(run(here,
                        {"run", "a.csv", "--simulate", "--json", "--journal", journal, "-o", "r.csv", "--limit", limit})
                        .code == (is_finished ? 0 : 3));
            std::filesystem::remove(here.path() / "r.csv");
            auto const resumed = run(here, {"resume", journal, "--limit", "1"});
            CHECK(resumed.code == (is_finished ? 0 : 3));
            CHECK(says(resumed, "not taken from the journal: --output"));
            CHECK_FALSE(std::filesystem::exists(here.path() / "r.csv"));
            CHECK(run(here, {"resume", journal, "-o", "gone/r.csv"}).code == 2);
            CHECK(run(here, {"resume", journal, "-o", "r.csv"}).code == 0);
            CHECK(lines_of(here.read("r.csv")).size() == 6);
            std::filesystem::remove(here.path() / "r.csv");
        }
    }

    TEST_CASE("resume: a finished run is the run that it was, whatever is asked of it")
    {
        pilot const begun;
        REQUIRE(begun.resume().code == 0);
        CHECK(begun.resume({"--api-version", "beta"}).code == 2);
        CHECK(begun.resume({"--shard", "1/2"}).code == 2);
        auto const given = begun.resume({"a.csv"});
        CHECK(given.code == 0);
        CHECK(says(given, "the input that is given now is not read"));
    }

    TEST_CASE("resume: an input in another order, and longer, is taken by content")
    {
        pilot const begun;
        auto lines = lines_of(begun.here.read("a.csv"));
        std::reverse(lines.begin() + 1, lines.end());
        lines.push_back("Wave 1,another");
        begun.here.write("b.csv", joined(lines));
        auto const done = begun.resume({"b.csv"});
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 101);
        CHECK(done.json().at("requests").at("attempts") == 101);
    }

    TEST_CASE("resume: an input that lacks a pair that the journal knows is refused, and the pair named")
    {
        pilot const begun;
        auto lines = lines_of(begun.here.read("a.csv"));
        lines.erase(lines.begin() + 8);
        lines.pop_back();
        begun.here.write("b.csv", joined(lines));
        auto const before = begun.here.read("j.jsonl");
        auto const done = begun.resume({"b.csv"});
        CHECK(done.code == 2);
        CHECK(says(done, "the input lacks 2 pairs that the journal knows: Wave 1 7 "));
        CHECK(begun.here.read("j.jsonl") == before);
    }

    TEST_CASE("resume: stdin is given again, and read through before anything is sent")
    {
        work_directory const here;
        here.write_pairs("a.csv", 100);
        auto const input = here.read("a.csv");
        child_setting const from_stdin{.input = input};
        CHECK(
            run(here, {"run", "-", "--simulate", "--json", "--journal", "j.jsonl", "--limit", "20"}, from_stdin).code ==
            3);
        auto const cut = run(here, {"resume", "j.jsonl", "-"}, {.input = input.substr(0, 60)});
        CHECK(cut.code == 2);
        CHECK(says(cut, "the input lacks"));
        auto const done = run(here, {"resume", "j.jsonl"}, from_stdin);
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 100);
    }

    TEST_CASE("resume: a file that has moved is asked for")
    {
        pilot const begun;
        std::filesystem::rename(begun.here.path() / "a.csv", begun.here.path() / "b.csv");
        auto const done = begun.resume();
        CHECK(done.code == 2);
        CHECK(says(done, "a.csv: cannot be opened"));
        CHECK(says(done, "batch-cancel resume JOURNAL PAIRS"));
        CHECK(begun.resume({"b.csv"}).code == 0);
    }

    TEST_CASE("resume: another service, version or part of the input is refused before anything is sent")
    {
        pilot const begun{100, {"--shard", "1/2"}};
        auto const before = begun.here.read("j.jsonl");
        for (auto const& other : std::vector<std::vector<std::string>>{
                 {"--simulate=false"}, {"--api-version", "beta"}, {"--shard", "2/2"}, {"--carry", "x"}})
        {
            CAPTURE(other.front());
            auto const done = begun.resume(other);
            CHECK(done.code == 2);
            CHECK(says(done, "cannot be resumed with"));
        }
        CHECK(begun.here.read("j.jsonl") == before);
        auto const done = begun.resume();
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") + total(done.json(), "other_shards") == 100);
    }

    TEST_CASE("resume: what is no journal, or was damaged, is refused with its place")
    {
        pilot const begun;
        auto lines = lines_of(begun.here.read("j.jsonl"));
        lines[4].erase(10, 1);
        begun.here.write("bad.jsonl", joined(lines));
        auto const bad = run(begun.here, {"resume", "bad.jsonl"});
        CHECK(bad.code == 2);
        CHECK(says(bad, "bad.jsonl:5: "));
        CHECK(run(begun.here, {"resume", "a.csv"}).code == 2);
        CHECK(run(begun.here, {"resume", "nowhere.jsonl"}).code == 2);
        CHECK(run(begun.here, {"resume"}).code == 2);
    }

    TEST_CASE("resume: a journal with two results of a pair is refused with both places, by whatever counts it")
    {
        pilot const run_before;
        auto const& here = run_before.here;
        auto lines = lines_of(here.read("j.jsonl"));
        auto const is_result = [](std::string const& line) { return line.starts_with(R"({"type":"result",)"); };
        auto const first = std::find_if(lines.begin(), lines.end(), is_result) - lines.begin();
        lines.insert(lines.end() - 1, lines[static_cast<std::size_t>(first)]);
        here.write("j.jsonl", joined(lines));
        auto const what = "j.jsonl:" + std::to_string(lines.size() - 1) + ": a second result for the pair of line " +
                          std::to_string(first + 1);
        auto const resumed = run_before.resume();
        CHECK(resumed.code == 2);
        CHECK(says(resumed, what));
        auto const report = run(here, {"report", "j.jsonl"});
        CHECK(report.code == 2);
        CHECK(says(report, what));
        CHECK(here.read("j.jsonl") == joined(lines));
        // As an input it is a list of pairs, where a pair may stand twice.
        auto const again = run(here, {"run", "j.jsonl", "--simulate", "--json"});
        CHECK(again.code == 0);
        CHECK(again.json().at("totals").at("duplicates") == 1);
    }

    TEST_CASE("resume: two processes never write one journal")
    {
        work_directory const here;
        here.write_pairs("a.csv", 5000);
        child started{here,
                      {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "--latency", "50ms", "-c", "2",
                       "--progress", "always"}};
        REQUIRE(started.wait_for_message("accepted"));
        auto const second = run(here, {"resume", "j.jsonl"});
        CHECK(second.code == 2);
        CHECK(says(second, "another process writes the journal"));
        started.send(SIGINT);
        CHECK(started.wait().code == 130);
    }

    TEST_CASE("resume: what was in flight in a killed process is sent again by default, and flagged")
    {
        work_directory const here;
        here.write_pairs("a.csv", 400);
        child started{here,
                      {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "--latency", "50ms", "-c", "4",
                       "--no-adapt", "--progress", "always"}};
        REQUIRE(started.wait_for_message("accepted"));
        started.send(SIGKILL);
        CHECK(started.wait().code == 128 + SIGKILL);
        std::filesystem::copy(here.path() / "j.jsonl", here.path() / "k.jsonl");
        CHECK(says(run(here, {"report", "j.jsonl"}), "to finish this run: batch-cancel resume j.jsonl"));

        auto const done = run(here, {"resume", "j.jsonl", "--latency", "0ms"});
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 400);
        CHECK(total(done.json(), "ambiguous") <= 4);

        auto const careful = run(here, {"resume", "k.jsonl", "--latency", "0ms", "--on-ambiguous", "stop"});
        auto const failed = total(careful.json(), "failed");
        CHECK(failed == total(careful.json(), "ambiguous"));
        CHECK(failed == total(done.json(), "ambiguous"));
        CHECK(total(careful.json(), "accepted") == 400 - failed);
        if (failed != 0)
            CHECK(careful.json().at("failed_by_reason").at("interrupted") == failed);
    }

    TEST_CASE("resume: a Retry-After that is still in force is kept, and may outlast the patience")
    {
        pilot const begun;
        auto lines = lines_of(begun.here.read("j.jsonl"));
        lines.insert(lines.end() - 1, R"({"type":"pause","until":"2099-01-01T00:00:00.000Z","wait_s":3600})");
        begun.here.write("j.jsonl", joined(lines));
        auto const done = begun.resume();
        CHECK(done.code == 3);
        CHECK(done.json().at("run").at("stopped_by") == "patience");
        CHECK(says(done, "has asked to wait"));
        CHECK(total(done.json(), "accepted") == 20);
        CHECK(total(done.json(), "unprocessed") == 80);
    }

    TEST_CASE("resume: an input that is cut short while it is read has not come to its end")
    {
        work_directory const here;
        here.write_pairs("a.csv", 30000);
        auto const whole = here.read("a.csv");
        child started{here,
                      {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "--latency", "20ms",
                       "--no-adapt", "--progress", "always"}};
        REQUIRE(started.wait_for_message("accepted"));
        std::filesystem::resize_file(here.path() / "a.csv", 14);
        auto const cut = started.wait();
        CHECK(cut.code == 3);
        CHECK(says(cut, "the input has changed while it was read"));
        CHECK(cut.json().at("run").at("stopped_by") == "input");
        // Pairs that were there at the first look are pairs of the run.
        CHECK(total(cut.json(), "pairs") == 30000);
        CHECK(adds_up(cut.json()));
        CHECK(run(here, {"report", "j.jsonl", "--as", "json"}).json().at("totals") == cut.json().at("totals"));
        auto const lines = lines_of(whole);
        here.write("a.csv", joined({lines.begin(), lines.end() - 1}));
        auto const lacking = run(here, {"resume", "j.jsonl"});
        CHECK(lacking.code == 2);
        here.write("a.csv", whole);
        auto const done = run(here, {"resume", "j.jsonl", "--latency", "0ms"});
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 30000);
    }

    TEST_CASE("resume: an input that is written anew while it is read lacks what it had")
    {
        work_directory const here;
        here.write_pairs("a.csv", 22000);
        auto const whole = here.read("a.csv");
        auto other = whole;
        for (auto at = other.find("Wave 1"); at != std::string::npos; at = other.find("Wave 1", at))
            other.replace(at, 6, "Wave 2");
        child started{here,
                      {"run", "a.csv", "--simulate", "--json", "--journal", "j.jsonl", "--latency", "20ms",
                       "--no-adapt", "--progress", "always"}};
        REQUIRE(started.wait_for_message("accepted"));
        std::fstream(here.path() / "a.csv", std::ios::in | std::ios::out) << other;  // in place, and as long as it was
        auto const changed = started.wait();
        CHECK(changed.code == 3);
        CHECK(changed.json().at("run").at("stopped_by") == "input");
        CHECK(adds_up(changed.json()));
        CHECK(total(changed.json(), "pairs") > 22000);
        CHECK(total(changed.json(), "unprocessed") ==
              total(changed.json(), "pairs") - total(changed.json(), "accepted"));
        CHECK(run(here, {"report", "j.jsonl", "--as", "json"}).json().at("totals") == changed.json().at("totals"));
        CHECK(run(here, {"resume", "j.jsonl"}).code == 2);
        here.write("a.csv", whole + other.substr(other.find('\n') + 1));
        auto const done = run(here, {"resume", "j.jsonl", "--latency", "0ms"});
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 44000);
    }

    TEST_CASE("resume: an input that has become shorter is refused, though no record names what it lacks")
    {
        pilot const begun{3000};
        auto lines = lines_of(begun.here.read("j.jsonl"));
        auto const is_named = [](std::string const& line)
        { return line.find("unprocessed") != std::string::npos || line.find("\"stop\"") != std::string::npos; };
        lines.erase(std::find_if(lines.begin(), lines.end(), is_named), lines.end());  // as if it had been killed
        begun.here.write("j.jsonl", joined(lines));
        auto const report = run(begun.here, {"report", "j.jsonl", "--as", "json"}).json();
        CHECK(total(report, "pairs") == 3000);
        CHECK(total(report, "unprocessed") == 2980);

        auto pairs = lines_of(begun.here.read("a.csv"));
        auto const last = pairs.back();
        pairs.pop_back();
        begun.here.write("a.csv", joined(pairs));
        auto const refused = begun.resume();
        CHECK(refused.code == 2);
        CHECK(says(refused, "the input has 2,999 pairs, and had 3,000 pairs when the run read it"));
        CHECK(begun.resume({"--dry-run"}).code == 2);
        CHECK(begun.here.read("j.jsonl") == joined(lines));
        begun.here.write("b.csv", joined(pairs) + last + '\n');
        CHECK(total(begun.resume({"b.csv"}).json(), "accepted") == 3000);
    }

    TEST_CASE("resume: what an earlier process left in doubt does not halt the run")
    {
        pilot const begun{300};
        auto lines = lines_of(begun.here.read("j.jsonl"));
        lines.pop_back();
        for (int pair = 100; pair != 250; ++pair)  // as if it had been killed while these were sent
            lines.push_back(R"({"type":"admitted","job_id":"Wave 1","task_id":")" + std::to_string(pair) + "\"}");
        begun.here.write("j.jsonl", joined(lines));
        auto const done = begun.resume({"--on-ambiguous", "stop"});
        CHECK(done.code == 1);
        CHECK(done.json().at("run").at("stopped_by").is_null());
        CHECK(total(done.json(), "failed") == 150);
        CHECK(total(done.json(), "accepted") == 150);
    }

    TEST_CASE("resume: a disk that is full is code 5, with the way on")
    {
        pilot const begun;
        auto const before = begun.here.read("j.jsonl");
        child_result refused;
        {
            resource_limit const full{RLIMIT_FSIZE, before.size()};
            refused = begun.resume();
        }
        CHECK(refused.code == 5);
        CHECK(says(refused, "File too large"));
        CHECK(says(refused, "to go on: batch-cancel resume j.jsonl"));
        CHECK(begun.here.read("j.jsonl") == before);
        CHECK(begun.resume().code == 0);
    }

    TEST_CASE("resume: a finished run that cannot be shown is code 5, and said to be finished")
    {
        pilot const begun;
        for (bool const is_finished_before : {false, true})
        {
            CAPTURE(is_finished_before);
            auto const hidden = begun.resume({}, {.stdout_file = "/dev/full"});
            CHECK(hidden.code == 5);
            CHECK(says(hidden, "could not be written to stdout: No space left on device"));
            CHECK(says(hidden, "the run is finished, and its journal whole: batch-cancel report j.jsonl"));
        }
        CHECK(total(begun.resume().json(), "accepted") == 100);
    }

    TEST_CASE("resume: too few file descriptors are the journal's fault only where it lacks one")
    {
        for (unsigned most = 4; most <= 16; most += 2)
        {
            CAPTURE(most);
            pilot const begun;
            auto const done = begun.resume({}, {.most_descriptors = most});
            bool const blames_journal = done.out.find(R"("stopped_by":"journal")") != std::string::npos;
            CHECK(blames_journal == (done.code == 5));
            CHECK((!blames_journal || says(done, "cannot write the journal")));
            CHECK(total(begun.resume().json(), "accepted") == 100);
        }
    }

    TEST_CASE("resume: a report never takes the place of the journal or the input, not even of a finished run")
    {
        pilot const begun;
        REQUIRE(begun.resume().code == 0);
        std::filesystem::copy(begun.here.path() / "j.jsonl", begun.here.path() / "j.json");
        for (auto const* const file : {"j.json", "a.csv"})
        {
            auto const before = begun.here.read(file);
            auto const done = run(begun.here, {"resume", "j.json", "-o", file});
            CHECK(done.code == 2);
            CHECK(says(done, "would replace the journal") == (file == std::string_view("j.json")));
            CHECK(says(done, "would replace the input") == (file == std::string_view("a.csv")));
            CHECK(begun.here.read(file) == before);
        }
    }

    TEST_CASE("resume: what the run was told goes before variables and files, and after the command line")
    {
        pilot const begun{100, {"--on-ambiguous", "stop", "--missing", "100%", "--halt", "none"}};
        begun.here.write("c.toml", "halt = \"fail=1\"\n");
        auto const done = begun.resume({"--config", "c.toml"});
        CHECK(done.code == 1);
        CHECK(total(done.json(), "failed") == 100);
        CHECK(begun.here.read("j.jsonl").find(R"("halt":"none")") != std::string::npos);
    }

    TEST_CASE("resume: a stream that was too long is gone on with, as is said")
    {
        work_directory const here;
        here.write_pairs("a.csv", 30);
        child_setting const from_stdin{.input = here.read("a.csv")};
        auto const first =
            run(here, {"run", "-", "--simulate", "--json", "--journal", "j.jsonl", "--max-pairs", "10"}, from_stdin);
        CHECK(first.code == 3);
        CHECK(says(first, "to go on, with the same input on stdin again: batch-cancel resume j.jsonl -\n"));
        auto const done = run(here, {"resume", "j.jsonl", "-"}, from_stdin);
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 30);
    }

    TEST_CASE("resume: two signals in a resume leave totals that the journal confirms")
    {
        pilot const begun{5000};
        child started{begun.here,
                      {"resume", "j.jsonl", "--latency", "25s", "-c", "4", "--no-adapt", "--progress", "always"}};
        REQUIRE(started.wait_for_message("accepted"));
        started.send(SIGINT);
        REQUIRE(started.wait_for_message("stopping: nothing new"));
        // Progress is shown each 250 ms, so that another line is a time in which a second signal counts.
        REQUIRE(started.wait_for_message("4 in flight, accepted"));
        started.send(SIGINT);
        REQUIRE(started.wait_for_message("stopping at once"));
        auto const done = started.wait();
        CHECK(done.code == 130);
        CHECK(adds_up(done.json()));
        CHECK(total(done.json(), "pairs") == 5000);
        auto const report = run(begun.here, {"report", "j.jsonl", "--as", "json"}).json();
        CHECK(report.at("totals") == done.json().at("totals"));
        CHECK(begun.resume({"--latency", "0ms"}).code == 0);
    }

    TEST_CASE("resume: after credentials that were refused, another token finishes the run")
    {
        simulated_service const service;
        work_directory const here;
        here.write("token", "a-token-that-nobody-gave");
        here.write("a.csv", service.pairs(300));
        auto const refused =
            run(here, service.reach({"run", "a.csv", "--json", "--token-file", "token", "--journal", "j.jsonl"}));
        CHECK(refused.code == 4);
        CHECK(says(refused, "to go on: batch-cancel resume j.jsonl --endpoint " + service.endpoint + " --cacert " +
                                service.roots + " --token-file token --yes\n"));
        auto const before = refused.json();
        CHECK(total(before, "unprocessed") == 300);
        CHECK(before.at("requests").at("attempts").to_number<int>() <= 2 * (20 + 64));
        here.write("token", service.token);
        CHECK(run(here, {"resume", "j.jsonl", "--yes"}).code == 2);
        auto const done = run(here, service.reach({"resume", "j.jsonl", "--token-file", "token"}));
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 300);
        CHECK(total(done.json(), "ambiguous") == 0);
    }

    TEST_CASE("resume: the printed command can be pasted, whatever the names are, and repeats what was given")
    {
        simulated_service const service;
        work_directory const here;
        here.write("a.csv", service.pairs(9));
        auto const folder = here.path() / "my 'run'\n\xff$(touch pwned)";
        std::filesystem::create_directory(folder);
        std::filesystem::copy(service.roots, folder / "roots.pem");
        std::ofstream{folder / "token"} << service.token;
        std::vector<std::string> words{"run",
                                       "a.csv",
                                       "--endpoint",
                                       service.endpoint,
                                       "--cacert",
                                       (folder / "roots.pem").string(),
                                       "--token-file",
                                       (folder / "token").string(),
                                       "--journal",
                                       (folder / "-j.jsonl").string(),
                                       "--yes",
                                       "--limit",
                                       "1"};
        auto done = run(here, words);
        REQUIRE(done.code == 3);
        constexpr std::string_view label = "to go on: ";
        auto const at = done.err.find(label);
        REQUIRE(at != std::string::npos);
        auto const command = done.err.substr(at + label.size(), done.err.find('\n', at) - at - label.size());
        CAPTURE(command);
        auto const pasted = "cd '" + here.path().string() + "' && batch-cancel() { '" BATCH_CANCEL_COMMAND +
                            std::string{"' \"$@\"; } && "} + command + " --json > pasted.json 2> pasted.err";
        here.write("paste.sh", pasted);
        CHECK(std::system(("bash '" + (here.path() / "paste.sh").string() + "'").c_str()) == 0);
        CHECK(here.read("pasted.json").find(R"("accepted":9)") != std::string::npos);
        CHECK_FALSE(std::filesystem::exists(here.path() / "pwned"));
    }

    TEST_CASE("resume: any token that is given now will do, and without one the run's token file is asked for")
    {
        simulated_service const service;
        work_directory const here;
        here.write("token", "a-token-that-nobody-gave");
        here.write("other", service.token);
        here.write("a.csv", service.pairs(5));
        for (auto const& variable :
             {std::string{"BATCH_CANCEL_TOKEN_FILE=other"}, "BATCH_CANCEL_TOKEN=" + service.token})
        {
            CAPTURE(variable);
            std::filesystem::remove(here.path() / "j.jsonl");
            REQUIRE(run(here, service.reach(
                                  {"run", "a.csv", "--conflict-ok", "--token-file", "token", "--journal", "j.jsonl"}))
                        .code == 4);
            auto const none = run(here, service.reach({"resume", "j.jsonl"}));
            CHECK(none.code == 2);
            CHECK(says(none, "--token-file (the journal has"));
            CHECK(run(here, service.reach({"resume", "j.jsonl"}), {.variables = {variable}}).code == 0);
        }
    }

    TEST_CASE("resume: a run that came to no contact leaves no journal, and one that is resumed keeps its own")
    {
        work_directory const here;
        here.write_pairs("a.csv", 5);
        child_setting const with_token{.variables = {"BATCH_CANCEL_TOKEN=a-token"}};
        for (std::string const endpoint : {"https://127.0.0.1:1", "https://graph.microsoft.com"})
        {
            CAPTURE(endpoint);
            // No such certificate: it is refused when the journal is there already.
            auto const first =
                run(here,
                    {"run", "a.csv", "--endpoint", endpoint, "--yes", "--json", "--journal", "my run.jsonl",
                     "--resolve", "graph.microsoft.com:443:127.0.0.1", "--connect-timeout", "1s", "--cert",
                     endpoint.ends_with("1") ? "a.csv" : "none", "--key", "a.csv"},
                    with_token);
            CHECK(first.code == 2);
            CHECK_FALSE(says(first, "batch-cancel resume"));
            CHECK_FALSE(std::filesystem::exists(here.path() / "my run.jsonl"));
        }
        auto const unreached = run(
            here, {"run", "a.csv", "--endpoint", "https://127.0.0.1:1", "--yes", "--json", "-o", "r.json"}, with_token);
        CHECK(unreached.code == 2);
        CHECK(unreached.json().at("journal").is_null());
        CHECK(unreached.json().at("run").at("stopped_by") == "first_contact");
        CHECK(says(unreached, "nothing was sent, so no journal was kept; run the same command again"));
        CHECK(std::distance(std::filesystem::directory_iterator{here.path()}, {}) == 2);

        REQUIRE(run(here, {"run", "a.csv", "--simulate", "--journal", "my run.jsonl", "--limit", "1"}).code == 3);
        auto const second = run(here, {"run", "a.csv", "--simulate", "--journal", "my run.jsonl", "-o", "r.csv"});
        CHECK(second.code == 2);
        CHECK(says(second, "nothing is overwritten"));
        CHECK(says(second, "go on with it: batch-cancel resume 'my run.jsonl' --output r.csv\n"));
        // What a run left behind is not taken away by a resume that comes to nothing.
        auto text = here.read("my run.jsonl");
        text.erase(text.find("\"simulate\":\"true\","), std::string_view{"\"simulate\":\"true\","}.size());
        here.write("my run.jsonl", text);
        auto const endpoint =
            text.substr(text.find("https://"), text.find('"', text.find("https://")) - text.find("https://"));
        auto const resumed = run(here, {"resume", "my run.jsonl", "--endpoint", endpoint, "--yes"}, with_token);
        CHECK(resumed.code == 2);
        CHECK(says(resumed, "to go on: batch-cancel resume 'my run.jsonl' --endpoint " + endpoint + " --yes\n"));
        CHECK(std::filesystem::exists(here.path() / "my run.jsonl"));
    }

    TEST_CASE("resume: a dry run tells what is left and changes nothing")
    {
        pilot const begun;
        auto const before = begun.here.read("j.jsonl");
        auto const shown = begun.resume({"--dry-run"});
        CHECK(shown.code == 0);
        CHECK(begun.here.read("j.jsonl") == before);
        CHECK(begun.resume({"--dry-run", "--json"}).json().at("left") == 80);
    }
}
