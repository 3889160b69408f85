#include "cli/commands/way_on.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

TEST_SUITE("commands_way_on")
{
    TEST_CASE("way on: a run that came to its end, or sent nothing, needs none")
    {
        for (auto const code : {exit_code::all_well, exit_code::not_all_well, exit_code::not_usable})
            CHECK(way_on_text({.code = code, .journal = "run.jsonl"}).empty());
    }

    TEST_CASE("way on: a run that was stopped before it sent anything has left a journal, if it keeps one")
    {
        CHECK(way_on_text({.code = exit_code::not_usable, .journal = "run.jsonl", .was_stopped = true}) ==
              "to go on: batch-cancel resume run.jsonl");
        CHECK(way_on_text({.code = exit_code::not_usable, .was_stopped = true}).empty());
        auto const text = way_on_text(
            {.code = exit_code::not_usable, .journal = "run.jsonl", .was_stopped = true, .unknown_version = "v1.0"});
        CHECK(text.find("--api-version beta") != std::string::npos);
        CHECK(text.find("batch-cancel resume") == std::string::npos);
        CHECK(new_version_text("beta").find("--api-version v1.0") != std::string::npos);
    }

    TEST_CASE("way on: whatever stopped a run, it is resumed")
    {
        for (auto const code : {exit_code::stopped_by_limit, exit_code::credentials_refused, exit_code::not_written,
                                exit_code_of_signal(1), exit_code_of_signal(2), exit_code_of_signal(15)})
            CHECK(way_on_text({.code = code, .journal = "run.jsonl", .was_stopped = true}) ==
                  "to go on: batch-cancel resume run.jsonl");
    }

    TEST_CASE("way on: a finished run whose summary could not be written is looked at")
    {
        CHECK(way_on_text({.code = exit_code::not_written, .journal = "run.jsonl"}) ==
              "the run is finished, and its journal whole: batch-cancel report run.jsonl");
        CHECK(way_on_text({.code = exit_code::not_written}).starts_with("the run is finished"));
    }

    TEST_CASE("way on: stdin cannot be read again, and is to be given again")
    {
        CHECK(way_on_text({.code = exit_code::stopped_by_limit,
                           .journal = "run.jsonl",
                           .needs_input = true,
                           .inputs = {"-"},
                           .to_repeat = {"--yes"}}) ==
              "to go on, with the same input on stdin again: batch-cancel resume run.jsonl - --yes");
    }

    TEST_CASE("way on: a run that has sent nothing and keeps no journal is just run again")
    {
        for (auto const code : {exit_code::not_usable, exit_code_of_signal(2), exit_code::not_written})
            CHECK(way_on_text({.code = code, .was_stopped = true, .has_sent_nothing = true}) ==
                  "nothing was sent, so no journal was kept; run the same command again");
    }

    TEST_CASE("way on: what was given to the process is repeated, each one word for a shell")
    {
        CHECK(way_on_text({.code = exit_code::stopped_by_limit,
                           .journal = "run.jsonl",
                           .inputs = {"-b.csv", "c d.csv"},
                           .to_repeat = {"--endpoint", "https://h?a=$(b)", "--cacert=-c"}}) ==
              "to go on: batch-cancel resume run.jsonl ./-b.csv 'c d.csv' --endpoint 'https://h?a=$(b)' '--cacert=-c'");
    }

    TEST_CASE("way on: without a journal the input is run again")
    {
        auto const text = way_on_text({.code = exit_code::stopped_by_limit});
        CHECK(text.find("run the input again") != std::string::npos);
        CHECK(text.find("no journal") != std::string::npos);
    }

    TEST_CASE("way on: the journal's name is one word for a shell")
    {
        CHECK(way_on_text({.code = exit_code::stopped_by_limit, .journal = "my run's.jsonl"}) ==
              R"(to go on: batch-cancel resume 'my run'\''s.jsonl')");
        CHECK(way_on_text({.code = exit_code::stopped_by_limit, .journal = "-r.jsonl"}) ==
              "to go on: batch-cancel resume ./-r.jsonl");
    }
}
