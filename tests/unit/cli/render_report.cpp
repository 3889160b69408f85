#include "cli/commands/report.hpp"
#include "cli/options/argument_parser.hpp"
#include "cli/options/usage_error.hpp"
#include "unit/cli/render_fixture.hpp"

#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

using namespace batch_cancel;
using namespace batch_cancel::cli;
using namespace batch_cancel::testing;
using namespace std::chrono_literals;

namespace
{

struct ran
{
    int code = 0;
    std::string out;
    std::string err;
};

ran run(report_options const& options)
{
    std::ostringstream out;
    std::ostringstream err;
    auto const code = run_report(options, out, err);
    return {static_cast<int>(code), out.str(), err.str()};
}

run_record shard_run(unsigned number, unsigned count)
{
    auto run = sample_run();
    run.shard = shard{.number = number, .count = count};
    return run;
}

// A journal of the shard, which has one pair of four lines, settled.
std::filesystem::path whole_shard(std::filesystem::path const& path, shard const& part)
{
    return write_journal(path, shard_run(part.number, part.count),
                         [&](journal_file& journal)
                         {
                             journal.settle(sample_result(std::to_string(part.number)));
                             journal.note({.complete = true, .lines = 4, .pairs = 1, .other_shards = 3});
                             finish(journal);
                         });
}

// Two reports, of which each is well alone, and what is said to one of both.
struct merged
{
    explicit merged(run_record const& one, run_record const& other)
        : paths{three_pairs(here / "one", one), three_pairs(here / "other", other)}
    {
        CHECK(run({.journals = {paths[0]}}).code == 0);
        CHECK(run({.journals = {paths[1]}}).code == 0);
        done = run({.journals = paths, .as = report_format::json, .outputs = {here / "r.csv"}});
    }

    bool is_refused(std::string const& because) const
    {
        return done.code == 2 && done.out.empty() && !std::filesystem::exists(here / "r.csv") &&
               done.err == "batch-cancel: error: " + paths[0].string() + " and " + paths[1].string() +
                               " cannot be merged: " + because + "; make a report of each\n";
    }

    folder here;
    std::vector<std::filesystem::path> paths;
    ran done;
};

// A run an hour later in which the third of `three_pairs` is accepted. Of two columns, it has the second.
std::filesystem::path retry_of_third(std::filesystem::path const& path, run_record run, std::string const& value)
{
    run.time = test_time(1h);
    return write_journal(path, run,
                         [&](journal_file& journal)
                         {
                             auto later = sample_result("3");
                             later.time += 1h;
                             later.pair.carried.resize(run.carried.size());
                             if (!value.empty())
                                 later.pair.carried.back() = value;
                             journal.settle(later);
                             journal.note({.complete = true, .lines = 1, .pairs = 1});
                             finish(journal, {.time = test_time(1h + 2s), .wall = 2s});
                         });
}

std::size_t lines(std::string const& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

report_options parsed(std::vector<std::string> arguments)
{
    report_options options;
    auto command = report_command(options);
    read_arguments({.name = "program", .commands = {&command}}, std::move(arguments));
    command.read_values();
    return options;
}

}  // namespace

TEST_SUITE("render_report")
{
    TEST_CASE("report: the summary goes to stdout, exit code 0")
    {
        folder const here;
        auto const done = run({.journals = {three_pairs(here / "run.jsonl")}});
        CHECK(done.code == 0);
        CHECK(done.err == "");
        CHECK(done.out.starts_with("Run run-1: finished\n"));
    }

    TEST_CASE("report: a selection lists those pairs alone, in every form")
    {
        folder const here;
        auto const path = three_pairs(here / "run.jsonl");
        auto const failed = run({.journals = {path}, .as = report_format::csv, .wanted = selection::failed});
        CHECK(lines(failed.out) == 2);
        CHECK(failed.out.find("job,3,failed") != std::string::npos);
        auto const ambiguous = run({.journals = {path}, .wanted = selection::ambiguous});
        CHECK(ambiguous.out == "job 2 conflict 409 ambiguous\n");
        auto const listed = run({.journals = {path}, .wanted = selection::failed});
        CHECK(listed.out == "job 3 failed not_found 404: No such task\n");
    }

    TEST_CASE("report: files are written beside and put in place, their own form by their ending")
    {
        folder const here;
        auto const path = three_pairs(here / "run.jsonl");
        put_text(here / "a.csv", "old");
        auto const done = run({.journals = {path}, .outputs = {here / "a.csv", here / "b.json"}});
        CHECK(done.code == 0);
        CHECK(done.out == "");
        CHECK(lines(text_of(here / "a.csv")) == 5);
        CHECK(text_of(here / "b.json").starts_with("{\"schema\":1,"));
        std::size_t files = 0;
        for ([[maybe_unused]] auto const& entry : std::filesystem::directory_iterator(here.path()))
            ++files;
        CHECK(files == 3);
    }

    TEST_CASE("report: what cannot be written is exit code 5, and leaves the old file")
    {
        folder const here;
        auto const path = three_pairs(here / "run.jsonl");
        auto const nowhere = run({.journals = {path}, .outputs = {here / "nowhere" / "a.csv"}});
        CHECK(nowhere.code == 5);
        CHECK(nowhere.err.find("cannot write the report") != std::string::npos);
        std::ostringstream err;
        std::ostringstream full;
        full.setstate(std::ios::badbit);
        CHECK(run_report({.journals = {path}}, full, err) == exit_code::not_written);
    }

    TEST_CASE("report: a journal is never replaced by its report, whatever leads to it")
    {
        folder const here;
        auto const path = three_pairs(here / "a.csv");
        auto const text = text_of(path);
        std::filesystem::create_symlink(path, here / "soft.csv");
        std::filesystem::create_hard_link(path, here / "hard.csv");
        for (auto const* const name : {"a.csv", "./a.csv", "soft.csv", "hard.csv"})
        {
            CAPTURE(name);
            auto const refused = run({.journals = {path}, .outputs = {here / "other.csv", here / name}});
            CHECK(refused.code == 2);
            CHECK(refused.err.find("would replace the journal") != std::string::npos);
            CHECK_FALSE(std::filesystem::exists(here / "other.csv"));
            CHECK(text_of(here / name) == text);
        }
        CHECK(run({.journals = {here / "soft.csv"}, .outputs = {path}}).code == 2);
        CHECK(text_of(path) == text);
    }

    TEST_CASE("report: a journal that is missing or damaged is exit code 2 with its line")
    {
        folder const here;
        CHECK(run({.journals = {here / "nothing"}}).code == 2);
        auto const path = three_pairs(here / "run.jsonl");
        auto text = text_of(path);
        text.replace(text.find("\"type\":\"result\""), 15, "\"type\":\"resulu\"");
        put_text(path, text);
        auto const done = run({.journals = {path}});
        CHECK(done.code == 2);
        CHECK(done.err.find("run.jsonl:2: unknown type of record") != std::string::npos);
        CHECK(done.out == "");
    }

    TEST_CASE("report: a pair in two journals counts once, which is told and is no error")
    {
        folder const here;
        auto const first = three_pairs(here / "a");
        auto const second = retry_of_third(here / "b", sample_run(), "");
        auto const done = run({.journals = {first, second}, .as = report_format::csv});
        CHECK(done.code == 0);
        CHECK(lines(done.out) == 5);
        CHECK(done.out.find("job,3,accepted") != std::string::npos);
        CHECK(done.err.find("the journals overlap: 1 result has a later one of the same pair") != std::string::npos);
        CHECK(run({.journals = {second, first}, .as = report_format::csv}).out.find("job,3,accepted") !=
              std::string::npos);
    }

    TEST_CASE("report: merging a retry keeps what either run carried, and takes as long as both from end to end")
    {
        folder const here;
        auto run_with = sample_run();
        run_with.carried = {"UPN", "dept"};
        auto const first = write_journal(here / "a", run_with,
                                         [](journal_file& journal)
                                         {
                                             auto one = sample_result("1");
                                             one.pair.carried = {"ada@x", "IT"};
                                             journal.settle(one);
                                             auto other = sample_result("3", outcome::failed);
                                             other.pair.carried = {"bob@x", "HR"};
                                             other.ambiguous = true;
                                             journal.settle(other);
                                             journal.note({.complete = true, .lines = 2, .pairs = 2});
                                             finish(journal, {.time = test_time(60s), .wall = 60s});
                                         });
        auto retry = sample_run();
        retry.carried = {"upn", "wave"};
        auto const second = retry_of_third(here / "b", retry, "2");
        for (auto const& journals : {std::vector{first, second}, std::vector{second, first}})
        {
            auto const done = run({.journals = journals, .as = report_format::json});
            CHECK(done.code == 0);
            auto const json = boost::json::parse(done.out);
            // From the first start, test_time(), to the end of the retry.
            CHECK(json.at("timing").at("wall_s").to_number<double>() == 3602);
            boost::json::value third;
            for (auto const& each : json.at("results").as_array())
                if (each.at("task_id") == "3")
                    third = each;
            CHECK(third.at("outcome") == "accepted");
            CHECK(third.at("ambiguous") == true);
            auto const& carried = third.at("carried").as_object();
            CHECK(carried.size() == 3);
            CHECK(carried.at(carried.contains("UPN") ? "UPN" : "upn") == "bob@x");
            CHECK(carried.at("dept") == "HR");
            CHECK(carried.at("wave") == "2");
        }
    }

    TEST_CASE("report: shards that are all there are no news, a missing or a double one is said and is exit code 1")
    {
        folder const here;
        std::vector<std::filesystem::path> paths;
        for (unsigned number = 1; number <= 4; ++number)
            paths.push_back(whole_shard(here / std::to_string(number), {.number = number, .count = 4}));
        auto const whole = run({.journals = paths});
        CHECK(whole.code == 0);
        CHECK(whole.err == "");
        auto const missing = run({.journals = {paths[0], paths[3]}});
        CHECK(missing.code == 1);
        CHECK(missing.err == "batch-cancel: shards 2 to 3 of 4 are missing\n");
        std::filesystem::copy_file(paths[1], here / "again");
        auto const twice = run({.journals = {paths[0], paths[1], here / "again", paths[2]}});
        CHECK(twice.code == 1);
        CHECK(twice.err.find("shard 2 of 4 is there 2 times") != std::string::npos);
        CHECK(twice.err.find("shard 4 of 4 is missing") != std::string::npos);
        CHECK(run({.journals = {paths[1]}}).code == 0);
    }

    TEST_CASE("report: a shard that was killed covers nothing, and how much is missing is said")
    {
        folder const here;
        auto const whole = whole_shard(here / "1", {.number = 1, .count = 2});
        auto const killed = [&](std::string const& name, bool has_seen_input)
        {
            return write_journal(here / name, shard_run(2, 2),
                                 [&](journal_file& journal)
                                 {
                                     if (has_seen_input)
                                         journal.note({.complete = true, .lines = 4, .pairs = 3, .other_shards = 1});
                                     journal.admit(sample_pair("2"));
                                 });
        };
        auto const known = run({.journals = {whole, killed("known", true)}});
        CHECK(known.code == 1);
        CHECK(known.err.find("known (shard 2 of 2): 3 pairs have no outcome, 2 of them not named in it\n") !=
              std::string::npos);
        CHECK(known.err.find("to finish this run: batch-cancel resume " + (here / "known").string()) !=
              std::string::npos);
        auto const unknown = run({.journals = {killed("unknown", false), whole}});
        CHECK(unknown.code == 1);
        CHECK(
            unknown.err.find("unknown (shard 2 of 2): 1 pair has no outcome, and its input was not seen to its end") !=
            std::string::npos);
    }

    TEST_CASE("report: shards of different inputs prove no coverage")
    {
        folder const here;
        auto const first = whole_shard(here / "1", {.number = 1, .count = 2});
        auto const second =
            write_journal(here / "2", shard_run(2, 2),
                          [](journal_file& journal)
                          {
                              journal.settle(sample_result("2"));
                              journal.note({.complete = true, .lines = 2, .pairs = 1, .other_shards = 1});
                              finish(journal);
                          });
        auto const done = run({.journals = {first, second}});
        CHECK(done.code == 1);
        CHECK(done.err == "batch-cancel: shard 1 of 2 had 4 lines of input, shard 2 of 2 had 2: they did not share one "
                          "input\n");
    }

    TEST_CASE("report: what one run left over and another one settled is no gap")
    {
        folder const here;
        auto const pilot = write_journal(here / "a", sample_run(),
                                         [](journal_file& journal)
                                         {
                                             journal.settle(sample_result("1"));
                                             journal.leave(sample_pair("2"));
                                             journal.note({.complete = true, .lines = 2, .pairs = 2});
                                             finish(journal, {.time = test_time(), .stopped_by = "limit"});
                                         });
        auto const rest = write_journal(here / "b", sample_run(),
                                        [](journal_file& journal)
                                        {
                                            journal.settle(sample_result("2"));
                                            journal.note({.complete = true, .lines = 1, .pairs = 1});
                                            finish(journal);
                                        });
        CHECK(run({.journals = {pilot, rest}}).code == 0);
        CHECK(run({.journals = {pilot}}).code == 1);
        auto const other = three_pairs(here / "c");
        auto const gap = run({.journals = {pilot, other}, .as = report_format::csv});
        CHECK(gap.code == 0);  // both have the pair 1, and one of them the pair 2
        std::filesystem::copy_file(pilot, here / "again");
        CHECK(run({.journals = {pilot, here / "again"}}).err.find("again: 1 pair has no outcome\n") !=
              std::string::npos);
    }

    TEST_CASE("report: runs against different services are not merged, and nothing is reported")
    {
        auto const real = sample_run();
        auto rehearsal = real;
        rehearsal.endpoint = "https://127.0.0.1:40001";
        rehearsal.options = {{"simulate", "true"}};
        CHECK(merged(rehearsal, real)
                  .is_refused("the first is against the simulator, the second against https://graph.microsoft.com"));
        CHECK(merged(real, rehearsal)
                  .is_refused("the first is against https://graph.microsoft.com, the second against the simulator"));
        auto other = real;
        other.endpoint = "https://graph.microsoft.us";
        CHECK(merged(real, other)
                  .is_refused("the endpoint of the first is https://graph.microsoft.com, of the second "
                              "https://graph.microsoft.us"));
        other = real;
        other.api_version = "beta";
        CHECK(merged(real, other).is_refused("the API version of the first is v1.0, of the second beta"));
        other = rehearsal;
        other.endpoint = "https://127.0.0.1:40002";
        CHECK(merged(rehearsal, other).done.code == 0);
    }

    TEST_CASE("report: runs of different tenants are not merged, whichever of them know theirs")
    {
        auto one = sample_run();
        one.tenant = "aaaa";
        auto other = sample_run();
        other.tenant = "bbbb";
        CHECK(merged(one, other).is_refused("the tenant of the first is aaaa, of the second bbbb"));
        CHECK(merged(one, sample_run()).done.code == 0);
        folder const here;
        auto const done = run({.journals = {three_pairs(here / "none"), three_pairs(here / "one", one),
                                            three_pairs(here / "other", other)}});
        CHECK(done.code == 2);
        CHECK(done.err.find((here / "one").string() + " and " + (here / "other").string()) != std::string::npos);
    }

    TEST_CASE("report: the journal of a running run is read as it stands, and a torn line is told")
    {
        folder const here;
        journal_file journal(here / "a", sample_run());
        journal.settle(sample_result("1"));
        commit(journal);
        auto const running = run({.journals = {here / "a"}});
        CHECK(running.code == 1);
        CHECK(running.err.find("is being written") != std::string::npos);
        auto const torn = three_pairs(here / "b");
        put_text(torn, text_of(torn) + "{\"ty");
        CHECK(run({.journals = {torn}}).err.find("torn line, which was left out (4 bytes)") != std::string::npos);
    }

    TEST_CASE("report: a run is finished by its own word and when every pair has an outcome, and not before")
    {
        folder const here;
        auto const with = [&](char const* name, auto write)
        { return run({.journals = {write_journal(here / name, sample_run(), write)}}); };
        auto const counted = [](journal_file& journal)
        {
            journal.note({.complete = true, .lines = 2, .pairs = 2});
            journal.settle(sample_result("1"));
        };
        auto const killed = with("killed", counted);
        CHECK(killed.code == 1);
        CHECK(killed.err.find("to finish this run: batch-cancel resume") != std::string::npos);
        auto const almost = with("almost",
                                 [&](journal_file& journal)
                                 {
                                     counted(journal);
                                     journal.settle(sample_result("2"));
                                 });
        CHECK(almost.code == 1);  // and has no record of its end
        auto const stopped = with("stopped",
                                  [&](journal_file& journal)
                                  {
                                      counted(journal);
                                      journal.leave(sample_pair("2"));
                                      finish(journal, {.time = test_time(), .stopped_by = "SIGINT"});
                                  });
        CHECK(stopped.code == 1);
        auto const whole = with("whole",
                                [&](journal_file& journal)
                                {
                                    counted(journal);
                                    journal.settle(sample_result("2", outcome::failed));
                                    finish(journal);
                                });
        CHECK(whole.code == 0);
    }

    TEST_CASE("report: each rejected line once, of the last reading that told them all")
    {
        folder const here;
        auto const path = here / "a";
        auto const reject = [](journal_file& journal, std::uint64_t line)
        { journal.reject({.file = "a.csv", .line = line, .cause = "empty"}); };
        write_journal(path, sample_run(),
                      [&](journal_file& journal)
                      {
                          journal.note({.complete = true, .lines = 4, .pairs = 1, .rejected = 3});
                          reject(journal, 2);
                          reject(journal, 3);
                      });
        auto const read = [&]
        { return run({.journals = {path}, .as = report_format::csv, .wanted = selection::rejected}); };
        auto const killed = read();
        CHECK(lines(killed.out) == 3);
        CHECK(killed.err.find("1 rejected lines are not listed") != std::string::npos);
        auto const resume = [&](auto write)
        {
            journal_file journal(interrupted_journal(path), sample_run());
            write(journal);
            commit(journal);
        };
        resume(
            [&](journal_file& journal)
            {
                journal.note({.complete = true, .lines = 4, .pairs = 1, .rejected = 3});
                reject(journal, 3);
                reject(journal, 4);
            });
        CHECK(lines(read().out) == 4);
        resume(
            [&](journal_file& journal)
            {
                reject(journal, 7);
                journal.note({.complete = true, .lines = 4, .pairs = 3, .rejected = 1});
            });
        auto const whole = read();
        CHECK(lines(whole.out) == 2);
        CHECK(whole.out.find("a.csv:7") != std::string::npos);
        CHECK(whole.err.find("not listed") == std::string::npos);
    }

    TEST_CASE("report: a rejected line is one however the processes of a run name its file")
    {
        folder const here;
        auto const path = here / "a";
        auto const reading = [](std::vector<std::string> const& files)
        {
            return [=](journal_file& journal)
            {
                journal.note(
                    {.complete = true, .lines = 2 * files.size(), .pairs = files.size(), .rejected = files.size()});
                for (auto const& file : files)
                    journal.reject({.file = file, .line = 3, .cause = "empty"});
            };
        };
        auto run_of = sample_run();
        run_of.inputs = {"/x/a.csv", "/x/./d/a.csv", "/x/../b.csv", "-"};
        write_journal(path, run_of, reading({"a.csv", "./d/a.csv", "../b.csv", "stdin"}));
        auto const resume = [&](std::vector<std::string> const& inputs, std::vector<std::string> const& files)
        {
            auto process = sample_run();
            process.inputs = inputs;
            journal_file journal(interrupted_journal(path), process);
            reading(files)(journal);
            // Of this reading one was not told any more, so that what the processes before told stands.
            journal.note({.complete = true, .lines = 9, .pairs = 4, .rejected = 5});
            commit(journal);
        };
        resume(run_of.inputs, {"/x/a.csv", "/x/./d/a.csv", "/x/../b.csv", "stdin"});
        resume({"/x/d/a.csv", "/b.csv"}, {"d/a.csv", "/b.csv"});
        auto const read = run({.journals = {path}, .as = report_format::csv, .wanted = selection::rejected});
        CHECK(lines(read.out) == 5);
        for (auto const* const place : {",a.csv:3", ",./d/a.csv:3", ",../b.csv:3", ",stdin:3"})
            CHECK(read.out.find(place) != std::string::npos);
        // Another file of that name.
        resume({"/y/a.csv", "/y/d/a.csv"}, {"a.csv", "d/a.csv"});
        CHECK(lines(run({.journals = {path}, .as = report_format::csv, .wanted = selection::rejected}).out) == 7);
    }

    TEST_CASE("report: the summary as JSON alone, besides files, and not together with another form")
    {
        folder const here;
        auto const path = three_pairs(here / "run.jsonl");
        auto const done = run({.journals = {path}, .outputs = {here / "a.csv"}, .json = true});
        CHECK(done.code == 0);
        auto const summary = boost::json::parse(done.out);
        CHECK(summary.at("totals").at("rejected") == 1);
        CHECK_FALSE(summary.as_object().contains("results"));
        CHECK(lines(text_of(here / "a.csv")) == 5);
        CHECK(run({.journals = {path}, .as = report_format::csv, .json = true}).code == 2);
    }

    TEST_CASE("report: what no file is is refused at once, with the remedy")
    {
        folder const here;
        REQUIRE(::mkfifo((here / "fifo").c_str(), 0600) == 0);
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        auto const socket_path = (here / "socket").string();
        REQUIRE(socket_path.size() < sizeof address.sun_path);
        socket_path.copy(address.sun_path, socket_path.size());
        int const made = ::socket(AF_UNIX, SOCK_STREAM, 0);
        REQUIRE(::bind(made, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0);
        for (auto const& path : {here / "fifo", here / "socket", std::filesystem::path("/dev/null")})
        {
            auto const refused = run({.journals = {path}});
            CHECK(refused.code == 2);
            CHECK(refused.err.find(path.string() + ": it is a pipe, a socket or a device") != std::string::npos);
            CHECK(refused.err.find("give a file") != std::string::npos);
        }
        ::close(made);
        auto const directory = run({.journals = {here.path()}});
        CHECK(directory.code == 2);
        CHECK(directory.err.find("cannot read the journal " + here.path().string() + ": Is a directory") !=
              std::string::npos);
    }

    TEST_CASE("report: numbers that are too large to be added up stay large")
    {
        folder const here;
        auto const path = here / "a";
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        constexpr std::chrono::nanoseconds long_time = std::chrono::hours{24 * 365 * 120};
        auto const text = [&]
        {
            write_journal(path, sample_run(),
                          [&](journal_file& journal)
                          {
                              journal.settle(sample_result("1"));
                              journal.note({.complete = true, .lines = most, .pairs = most, .rejected = most});
                              finish(journal, {.time = test_time(),
                                               .requests = {.sent = most, .attempts = most},
                                               .wall = long_time,
                                               .cpu = long_time});
                          });
            return text_of(path);
        }();
        auto const result_at = text.find(R"({"type":"result")");
        auto const without_result = text.substr(0, result_at) + text.substr(text.find('\n', result_at) + 1);
        put_text(path, text + without_result + without_result + without_result);
        auto const json = boost::json::parse(run({.journals = {path}, .json = true}).out);
        auto const& totals = json.at("totals");
        CHECK(totals.at("pairs").to_number<std::uint64_t>() == most);
        CHECK(totals.at("pairs").to_number<std::uint64_t>() ==
              totals.at("accepted").to_number<std::uint64_t>() + totals.at("unprocessed").to_number<std::uint64_t>());
        CHECK(json.at("requests").at("sent").to_number<std::uint64_t>() == most);
        CHECK(json.at("timing").at("wall_s").to_number<double>() > 9e9);
        CHECK(json.at("timing").at("cpu_s").to_number<double>() > 9e9);
        std::filesystem::copy_file(path, here / "b");
        auto const merged = boost::json::parse(run({.journals = {path, here / "b"}, .json = true}).out);
        CHECK(merged.at("totals").at("rejected").to_number<std::uint64_t>() == most);
    }

    TEST_CASE("report: pairs that no record names are told where pairs are listed")
    {
        folder const here;
        auto const path =
            write_journal(here / "a", sample_run(),
                          [](journal_file& journal) { journal.note({.complete = true, .lines = 9, .pairs = 9}); });
        auto const listed = run({.journals = {path}, .as = report_format::csv, .wanted = selection::unprocessed});
        CHECK(listed.err.find("9 unprocessed pairs are not listed") != std::string::npos);
        CHECK(run({.journals = {path}}).err.find("not listed") == std::string::npos);
    }

    TEST_CASE("report: a journal that does not tell the end of its input may lack pairs, and says so")
    {
        folder const here;
        auto const path =
            write_journal(here / "a", sample_run(), [](journal_file& journal) { journal.admit(sample_pair("1")); });
        auto const told = [](ran const& done, std::string_view text)
        { return done.err.find(text) != std::string::npos; };
        auto const shown = run({.journals = {path}});
        CHECK(shown.code == 1);
        CHECK(told(shown,
                   "a: 1 pair has no outcome, and its input was not seen to its end: pairs that it does not name"));
        CHECK_FALSE(told(shown, "do not take the list"));
        CHECK(told(run({.journals = {path}, .wanted = selection::unprocessed}), "do not take the list"));
        CHECK(told(run({.journals = {path}, .outputs = {here / "r.csv"}}), "do not take the list"));
        CHECK_FALSE(told(run({.journals = {path}, .wanted = selection::failed}), "do not take the list"));
    }

    TEST_CASE("report: options are read, and wrong ones refused with what would be right")
    {
        auto const options = parsed({"report", "a.jsonl", "b.jsonl", "--as", "json", "-o", "x.csv", "-o", "y.json",
                                     "--select", "failed,rejected", "--csv-style", "excel-semicolon", "--list"});
        CHECK(options.journals.size() == 2);
        CHECK(options.as == report_format::json);
        CHECK(options.outputs.size() == 2);
        CHECK(options.wanted == (selection(selection::failed) | selection::rejected));
        CHECK(options.look.style == csv_style::excel_semicolon);
        CHECK(options.look.is_listed);
        CHECK(parsed({"report", "a", "--select", "not-accepted"}).wanted == selection::not_accepted);
        CHECK(parsed({"report", "a", "--json"}).json);
        CHECK(parsed({"report", "-o", "x.csv", "a.jsonl"}).journals.size() == 1);
        CHECK_THROWS_AS(parsed({"report"}), usage_error);
        CHECK_THROWS_AS(parsed({"report", "a", "--as", "html"}), usage_error);
        CHECK_THROWS_AS(parsed({"report", "a", "-o", "x.html"}), usage_error);
        CHECK_THROWS_AS(parsed({"report", "a", "--select", "everything"}), usage_error);
        CHECK_THROWS_AS(parsed({"report", "a", "--select", "failed,"}), usage_error);
        CHECK_THROWS_AS(parsed({"report", "a", "--csv-style", "tsv"}), usage_error);
    }

    TEST_CASE("report: journals with many carried columns, in different orders, cost no square of their number")
    {
        folder const here;
        auto run = sample_run();
        auto settled = sample_result("1");
        for (int i = 0; i != 20'000; ++i)
        {
            run.carried.push_back("c" + std::to_string(i));
            settled.pair.carried.push_back("");
        }
        auto const write = [&](journal_file& journal) { journal.settle(settled); };
        auto const first = write_journal(here / "a.jsonl", run, write);
        std::reverse(run.carried.begin(), run.carried.end());
        settled.pair.task_id = "2";
        auto const second = write_journal(here / "b.jsonl", run, write);
        auto report = report_of({first, second});
        CHECK(report.facts().carried.size() == 20'000);
        auto const text = written(report, report_format::csv);
        CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    }
}
