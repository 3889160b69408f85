#include <batch_cancel/journal_remainder.hpp>

#include "journal/boot.hpp"
#include "unit/journal/journal_fixture.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/interrupted_journal.hpp>

#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::testing;
using namespace std::chrono_literals;
using standing = journal_remainder::standing;

namespace
{

// What a process writes that is killed: it plans four tasks, begins three of them and settles one.
void half_a_run(journal_file& journal)
{
    std::vector<pair> block;
    for (auto const* task : {"1", "2", "3", "4"})
        block.push_back(sample_pair(task));
    block[2].carried = {"ada"};
    plan(journal, block);
    for (std::size_t i = 0; i != 3; ++i)
        journal.begin(block[i]);
    journal.settle(sample_result("1"));
    commit(journal);
}

run_record run_of_boot(std::string boot)
{
    auto run = sample_run();
    run.boot_id = std::move(boot);
    run.carried = {"upn"};
    return run;
}

journal_remainder remainder_of(std::filesystem::path const& path)
{
    journal_reader reader(path);
    return journal_remainder(reader);
}

standing meet(journal_remainder& known, std::string const& task)
{
    auto read = sample_pair(task);
    return known.meet(read);
}

bool is_ambiguous(journal_remainder& known, std::string const& task)
{
    auto read = sample_pair(task);
    known.meet(read);
    return read.ambiguous;
}

}  // namespace

TEST_SUITE("journal_remainder")
{
    TEST_CASE("journal_remainder: after a kill, what was in flight is begun, and nothing else")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            half_a_run(journal);
        }
        auto known = remainder_of(here / "a");
        CHECK_FALSE(known.is_finished());
        REQUIRE(known.begun().size() == 2);
        for (auto const& begun : known.begun())
        {
            CHECK(begun.ambiguous);
            CHECK(begun.earlier_attempts == 1);
            CHECK(begun.source == "pairs.csv:2");
        }
        CHECK(known.begun()[1].carried == std::vector<std::string>{"ada"});
        CHECK(known.unmet() == 4);
        CHECK(meet(known, "1") == standing::settled);
        CHECK(meet(known, "2") == standing::begun);
        CHECK(meet(known, "2") == standing::duplicate);
        CHECK(meet(known, "3") == standing::begun);
        CHECK_FALSE(is_ambiguous(known, "4"));
        CHECK(known.unmet() == 0);
        CHECK(meet(known, "new") == standing::open);
        CHECK(meet(known, "new") == standing::duplicate);
        known.begin_reading();
        CHECK(known.unmet() == 4);
        CHECK(known.is_unmet(sample_pair("4")));
        CHECK(meet(known, "4") == standing::open);
        CHECK_FALSE(known.is_unmet(sample_pair("4")));
        CHECK(meet(known, "new") == standing::open);
        CHECK(known.unmet() == 3);
    }

    TEST_CASE("journal_remainder: what any line of the input has said to be ambiguous is so in the next reading")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            plan(journal, {sample_pair("1"), sample_pair("2")});
            auto waits = sample_result("1");
            waits.attempts = 1;
            waits.ambiguous = false;
            journal.admit(sample_pair("1"));
            journal.wait(waits);
            commit(journal);
        }
        auto known = remainder_of(here / "a");
        REQUIRE(known.begun().size() == 1);
        CHECK_FALSE(known.begun()[0].ambiguous);
        for (auto const* const task : {"1", "2", "new"})
        {
            CHECK_FALSE(is_ambiguous(known, task));
            auto flagged = sample_pair(task);
            flagged.ambiguous = true;
            CHECK(known.meet(flagged) == standing::duplicate);
        }
        CHECK_FALSE(is_ambiguous(known, "other"));
        known.begin_reading();
        CHECK(known.begun()[0].ambiguous);
        for (auto const* const task : {"1", "2", "new"})
            CHECK(is_ambiguous(known, task));
        CHECK_FALSE(is_ambiguous(known, "other"));
    }

    TEST_CASE("journal_remainder: after a loss of power, whatever was planned may have been sent")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot("another start"));
            half_a_run(journal);
        }
        auto known = remainder_of(here / "a");
        REQUIRE(known.begun().size() == 3);
        CHECK(known.begun()[2].task_id == "4");
        CHECK(known.begun()[2].ambiguous);
        CHECK(known.begun()[2].earlier_attempts == 0);
        CHECK(meet(known, "4") == standing::begun);
        CHECK(known.sums().unprocessed_ambiguous == 3);
        CHECK(known.sums().requests.attempts == 3);  // one is known, two were in flight
        CHECK_FALSE(is_ambiguous(known, "1"));
    }

    TEST_CASE("journal_remainder: between two processes the machine was started again")
    {
        folder const here;
        auto const boot = journal_format::current_boot_id();
        std::string before;
        {
            journal_file journal(here / "a", run_of_boot("another start"));
            half_a_run(journal);
            before = text_of(here / "a");
        }
        auto const goes_on = [&](std::string const& by)
        {
            put_text(here / "b", before);
            interrupted_journal interrupted(here / "b");
            journal_file const journal(std::move(interrupted), run_of_boot(by));
        };
        goes_on(boot);
        auto known = remainder_of(here / "b");
        CHECK(is_ambiguous(known, "4"));
        goes_on("another start");
        auto other = remainder_of(here / "b");
        CHECK_FALSE(is_ambiguous(other, "4"));  // it was known then that the first process had not sent it
    }

    TEST_CASE("journal_remainder: a pair that waits keeps its attempts, and is not in flight")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            half_a_run(journal);
            journal.wait({.pair = sample_pair("2"), .reason = reason::throttled, .status = 429, .attempts = 3});
            journal.wait({.pair = sample_pair("3"), .attempts = 0});
            commit(journal);
        }
        auto known = remainder_of(here / "a");
        REQUIRE(known.begun().size() == 1);
        CHECK(known.begun()[0].task_id == "2");
        CHECK(known.begun()[0].earlier_attempts == 3);
        CHECK_FALSE(known.begun()[0].ambiguous);
        CHECK(meet(known, "3") == standing::open);
        CHECK(known.sums().unprocessed_ambiguous == 0);
        CHECK(known.sums().requests.attempts == 4);
    }

    TEST_CASE("journal_remainder: a pause is no longer than it was asked for, whatever the clock was then")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            half_a_run(journal);
            journal.pause(std::chrono::system_clock::now() + 30s);
            commit(journal);
        }
        auto const known = remainder_of(here / "a");
        auto const now = std::chrono::system_clock::now();
        CHECK(known.rest_of_pause(now - 24h) <= 30s);
        CHECK(known.rest_of_pause(now - 24h) > 29s);
        CHECK(known.rest_of_pause(now + 24h) == 0s);
    }

    TEST_CASE("journal_remainder: what a stop left over is named, with its history")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            half_a_run(journal);
            auto left = sample_pair("2");
            left.earlier_attempts = 2;
            left.ambiguous = true;
            journal.leave(left);
            journal.leave(sample_pair("3"));
            journal.leave(sample_pair("4"));
            finish(journal, {.time = test_time(2s), .stopped_by = "SIGINT"});
        }
        auto known = remainder_of(here / "a");
        CHECK_FALSE(known.is_finished());
        REQUIRE(known.begun().size() == 1);
        CHECK(known.begun()[0].earlier_attempts == 2);
        CHECK(known.begun()[0].ambiguous);
        CHECK(meet(known, "3") == standing::open);
        CHECK_FALSE(is_ambiguous(known, "4"));
    }

    TEST_CASE("journal_remainder: killed again and again, each process adds one attempt for what it had in flight")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            half_a_run(journal);
        }
        for (unsigned kills = 2; kills != 5; ++kills)
        {
            interrupted_journal interrupted(here / "a");
            journal_reader reader(interrupted);
            journal_remainder known(reader);
            journal_file journal(std::move(interrupted), run_of_boot({}));
            plan(journal, known.begun());
            journal.admit(known.begun()[0]);
            commit(journal);
        }
        auto known = remainder_of(here / "a");
        REQUIRE(known.begun().size() == 2);
        CHECK(known.begun()[0].earlier_attempts == 4);
        CHECK(known.begun()[1].earlier_attempts == 1);
        CHECK(known.overview().processes == 4);
    }

    TEST_CASE("journal_remainder: a finished run is")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            journal.settle(sample_result("1"));
            finish(journal);
        }
        CHECK(remainder_of(here / "a").is_finished());
    }

    TEST_CASE("journal_remainder: a run that says that it is finished, with a pair left over, is not")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            journal.leave(sample_pair("1"));
            finish(journal);
        }
        CHECK_FALSE(remainder_of(here / "a").is_finished());
    }

    TEST_CASE("journal_remainder: its sums are those of the journal, whatever was met since")
    {
        folder const here;
        {
            journal_file journal(here / "a", run_of_boot({}));
            half_a_run(journal);
        }
        auto known = remainder_of(here / "a");
        meet(known, "stranger");
        CHECK(known.sums().pairs.pairs == 4);
    }

    TEST_CASE("interrupted_journal: what the last write left half done is cut off, and the run goes on behind it")
    {
        folder const here;
        auto const path = here / "a";
        {
            journal_file journal(path, run_of_boot({}));
            half_a_run(journal);
        }
        auto const whole = text_of(path);
        for (std::string const& torn :
             {std::string(R"({"type":"result","job_)"), std::string(5000, '\0'), std::string("{")})
        {
            put_text(path, whole + torn);
            {
                interrupted_journal interrupted(path);
                journal_reader reader(interrupted);
                journal_remainder const known(reader);
                CHECK(reader.torn_bytes() == torn.size());
                journal_file journal(std::move(interrupted), run_of_boot({}));
                journal.settle(sample_result("2"));
                finish(journal, {.time = test_time(2s), .stopped_by = "SIGINT"});
            }
            CHECK(text_of(path).starts_with(whole + R"({"type":"run")"));
            auto known = remainder_of(path);
            CHECK(known.overview().processes == 2);
            CHECK(meet(known, "2") == standing::settled);
        }
    }

    TEST_CASE("interrupted_journal: nobody else goes on with it, and the lock goes over to the journal")
    {
        folder const here;
        auto const path = here / "a";
        std::optional<journal_file> journal(std::in_place, path, run_of_boot({}));
        auto const is_refused = [&]
        {
            try
            {
                interrupted_journal{path};
                return false;
            }
            catch (boost::system::system_error const& refused)
            {
                return refused.code() == errc::journal_in_use;
            }
        };
        CHECK(is_refused());
        journal.reset();
        std::optional<interrupted_journal> interrupted(std::in_place, path);
        CHECK(is_refused());
        journal.emplace(std::move(*interrupted), run_of_boot({}));
        interrupted.reset();
        CHECK(is_refused());
    }
}
