#include "cli/commands/way_on.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

leftover_facts stopped()
{
    return {.code = exit_code::stopped_by_limit,
            .journal = "run.jsonl",
            .journal_failed = false,
            .input_complete = true,
            .unprocessed = 5};
}

bool says(leftover_facts const& facts, std::string_view text)
{
    return way_on_text(facts).find(text) != std::string::npos;
}

}  // namespace

TEST_SUITE("commands_way_on")
{
    TEST_CASE("way on: a run that came to its end, or sent nothing, needs none")
    {
        for (auto const code : {exit_code::all_well, exit_code::not_all_well, exit_code::not_usable})
        {
            auto facts = stopped();
            facts.code = code;
            CHECK(way_on_text(facts).empty());
        }
    }

    TEST_CASE("way on: what is left over is taken from the journal")
    {
        for (auto const code : {exit_code::stopped_by_limit, exit_code::credentials_refused, exit_code::not_written,
                                exit_code_of_signal(1), exit_code_of_signal(2), exit_code_of_signal(15)})
        {
            auto facts = stopped();
            facts.code = code;
            CHECK(says(facts,
                       "batch-cancel report run.jsonl --select unprocessed -o rest.csv && batch-cancel run rest.csv"));
        }
    }

    TEST_CASE("way on: what was not read is not in the journal, and that is said")
    {
        auto facts = stopped();
        CHECK_FALSE(says(facts, "not read to its end"));
        facts.input_complete = false;
        CHECK(says(facts, "--select unprocessed"));
        CHECK(says(facts, "not read to its end"));
        facts.unprocessed = 0;
        CHECK_FALSE(says(facts, "--select unprocessed"));
        CHECK(says(facts, "not read to its end"));
    }

    TEST_CASE("way on: without a journal, or with one that is not whole, the input is run again")
    {
        auto facts = stopped();
        facts.journal_failed = true;
        CHECK(says(facts, "run the input again"));
        facts.journal.clear();
        CHECK(says(facts, "run the input again"));
        CHECK(says(facts, "no journal"));
    }

    TEST_CASE("way on: a report that could not be written can be made again")
    {
        leftover_facts facts{.code = exit_code::not_written, .journal = "run.jsonl"};
        CHECK(way_on_text(facts) == "the results: batch-cancel report run.jsonl");
    }

    TEST_CASE("way on: the journal's name is one word for a shell")
    {
        auto facts = stopped();
        facts.journal = "my run's.jsonl";
        CHECK(says(facts, R"(report 'my run'\''s.jsonl' --select)"));
    }
}
