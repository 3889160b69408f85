#include "cli/commands/report.hpp"
#include "cli/options/argument_parser.hpp"
#include "cli/options/usage_error.hpp"
#include "unit/cli/render_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

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
    return {code, out.str(), err.str()};
}

run_record shard_run(unsigned number, unsigned count)
{
    auto run = sample_run();
    run.shard = shard{.number = number, .count = count};
    return run;
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
        CHECK(lines(text_of(here / "a.csv")) == 4);
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
        CHECK(run_report({.journals = {path}}, full, err) == 5);
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

    TEST_CASE("report: a pair in two journals counts once, and that is said and is exit code 1")
    {
        folder const here;
        auto const first = three_pairs(here / "a");
        auto const second = write_journal(here / "b", sample_run(),
                                          [](journal_file& journal)
                                          {
                                              auto later = sample_result("3");
                                              later.time += 1h;
                                              journal.settle(later);
                                              finish(journal);
                                          });
        auto const done = run({.journals = {first, second}, .as = report_format::csv});
        CHECK(done.code == 1);
        CHECK(lines(done.out) == 4);
        CHECK(done.out.find("job,3,accepted") != std::string::npos);
        CHECK(done.err.find("each pair counts once") != std::string::npos);
    }

    TEST_CASE("report: shards that are all there are no news, a missing or a double one is said and is exit code 1")
    {
        folder const here;
        std::vector<std::filesystem::path> paths;
        for (unsigned number = 1; number <= 4; ++number)
            paths.push_back(write_journal(here / std::to_string(number), shard_run(number, 4),
                                          [&](journal_file& journal)
                                          {
                                              journal.settle(sample_result(std::to_string(number)));
                                              finish(journal);
                                          }));
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

    TEST_CASE("report: the journal of a running run is read as it stands, and a torn line is told")
    {
        folder const here;
        journal_file journal(here / "a", sample_run());
        journal.settle(sample_result("1"));
        commit(journal);
        auto const running = run({.journals = {here / "a"}});
        CHECK(running.code == 0);
        CHECK(running.err.find("is being written") != std::string::npos);
        auto const torn = three_pairs(here / "b");
        put_text(torn, text_of(torn) + "{\"ty");
        CHECK(run({.journals = {torn}}).err.find("torn line, which was left out (4 bytes)") != std::string::npos);
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

    TEST_CASE("report: options are read, and wrong ones refused with what would be right")
    {
        auto const options = parsed(
            {"report", "a.jsonl", "b.jsonl", "--as", "json", "-o", "x.csv", "-o", "y.json", "--select", "failed"});
        CHECK(options.journals.size() == 2);
        CHECK(options.as == report_format::json);
        CHECK(options.outputs.size() == 2);
        CHECK(options.wanted == selection::failed);
        CHECK(parsed({"report", "-o", "x.csv", "a.jsonl"}).journals.size() == 1);
        CHECK_THROWS_AS(parsed({"report"}), usage_error);
        CHECK_THROWS_AS(parsed({"report", "a", "--as", "html"}), usage_error);
        CHECK_THROWS_AS(parsed({"report", "a", "-o", "x.html"}), usage_error);
        CHECK_THROWS_AS(parsed({"report", "a", "--select", "everything"}), usage_error);
    }
}
