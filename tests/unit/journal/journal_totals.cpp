#include <batch_cancel/journal_remainder.hpp>
#include <batch_cancel/journal_totals.hpp>

#include "unit/journal/journal_fixture.hpp"

#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace batch_cancel;
using namespace batch_cancel::testing;
using namespace std::chrono_literals;

namespace
{

// Writes a journal record by record and closes it.
template <class Write>
std::filesystem::path written(std::filesystem::path const& path, Write write)
{
    journal_file journal(path, sample_run());
    write(journal);
    commit(journal);
    return path;
}

// Ends one process of a journal without a word and begins another one, as a resume does.
void append_process(std::filesystem::path const& path, std::string const& records)
{
    auto const text = text_of(path);
    put_text(path, text + text.substr(0, text.find('\n') + 1) + records);
}

journal_totals totals_of(std::vector<std::filesystem::path> const& paths)
{
    journal_totals totals;
    for (auto const& path : paths)
    {
        journal_reader reader(path);
        totals.add(reader);
    }
    return totals;
}

// What stands, by task: outcome or "unprocessed", and a star for the ambiguous.
std::map<std::string, std::string> what_stands(journal_totals& totals, std::vector<std::filesystem::path> const& paths)
{
    std::map<std::string, std::string> found;
    totals.begin_pass();
    for (auto const& path : paths)
    {
        journal_reader reader(path);
        for (journal_record record; reader.next(record);)
        {
            if (!totals.stands(record))
                continue;
            auto const& settled = record.settled;
            auto const name = record.type == record_type::result ? std::string(to_string(settled.outcome))
                                                                 : std::string("unprocessed");
            CHECK(found.emplace(settled.pair.task_id, name + (settled.ambiguous ? "*" : "")).second);
        }
    }
    return found;
}

using rows = std::map<std::string, std::string>;

}  // namespace

TEST_SUITE("journal_totals")
{
    TEST_CASE("journal_totals: a finished run counts by its results alone")
    {
        folder const here;
        auto const path =
            written(here / "a",
                    [](journal_file& journal)
                    {
                        for (auto const* task : {"1", "2", "3"})
                            journal.admit(sample_pair(task));
                        journal.settle(sample_result("1"));
                        journal.settle(sample_result("2", outcome::conflict));
                        journal.settle(sample_result("3", outcome::failed));
                        journal.note({.complete = true, .lines = 5, .pairs = 3, .duplicates = 1, .rejected = 1});
                        finish(journal, {.time = test_time(3s), .requests = {.sent = 4, .attempts = 4}, .wall = 2s});
                    });
        auto totals = totals_of({path});
        auto const sums = totals.sums();
        CHECK(sums.pairs.pairs == 3);
        CHECK(sums.pairs.accepted == 1);
        CHECK(sums.pairs.conflict == 1);
        CHECK(sums.pairs.failed_by_reason[static_cast<std::size_t>(reason::not_found)] == 1);
        CHECK(sums.pairs.unprocessed == 0);
        CHECK(sums.pairs.ambiguous == 0);
        CHECK(sums.input.complete);
        CHECK(sums.input.duplicates == 1);
        CHECK(sums.requests.sent == 4);
        CHECK(sums.wall == 2s);
        CHECK(sums.latency.count() == 3);
        CHECK(totals.is_plain());
        CHECK(totals.journals().at(0).has_end);
        CHECK_FALSE(totals.journals().at(0).in_use);
        CHECK(what_stands(totals, {path}) == rows{{"1", "accepted"}, {"2", "conflict"}, {"3", "failed"}});
    }

    TEST_CASE("journal_totals: after a kill, what was admitted without result is unprocessed and ambiguous")
    {
        folder const here;
        auto const path = written(here / "a",
                                  [](journal_file& journal)
                                  {
                                      journal.admit(sample_pair("1"));
                                      journal.admit(sample_pair("2"));
                                      journal.settle(sample_result("1"));
                                      journal.note({.complete = true, .lines = 10, .pairs = 10});
                                  });
        auto totals = totals_of({path});
        auto const sums = totals.sums();
        CHECK(sums.pairs.pairs == 10);
        CHECK(sums.pairs.unprocessed == 9);
        CHECK(sums.unprocessed_ambiguous == 1);
        CHECK(sums.unnamed == 8);
        CHECK(sums.requests.attempts == 2);
        CHECK_FALSE(totals.journals().at(0).has_end);
        CHECK_FALSE(totals.is_plain());
        CHECK(what_stands(totals, {path}) == rows{{"1", "accepted"}, {"2", "unprocessed*"}});
    }

    TEST_CASE(
        "journal_totals: after a kill, what was begun without result is ambiguous, and what was planned alone is not")
    {
        folder const here;
        auto const path = here / "a";
        {
            journal_file journal(path, sample_run());
            plan(journal, {sample_pair("1"), sample_pair("2"), sample_pair("3"), sample_pair("4")});
            journal.begin(sample_pair("1"));
            journal.begin(sample_pair("2"));
            journal.settle(sample_result("1"));
            commit(journal);
        }
        {
            journal_reader reader(path);
            for (journal_record record; reader.next(record);)
                ;
            journal_file journal(interrupted_journal(path), sample_run());
            plan(journal, {sample_pair("2"), sample_pair("3"), sample_pair("4")});
            journal.begin(sample_pair("2"));
            journal.begin(sample_pair("3"));
            journal.settle(sample_result("2"));
            commit(journal);
        }
        auto totals = totals_of({path});
        CHECK(totals.sums().pairs.accepted == 2);
        CHECK(totals.sums().pairs.ambiguous == 1);
        CHECK(totals.sums().unprocessed_ambiguous == 1);
        CHECK(what_stands(totals, {path}) ==
              rows{{"2", "accepted*"}, {"1", "accepted"}, {"3", "unprocessed*"}, {"4", "unprocessed"}});
    }

    TEST_CASE("journal_totals: while the run is at work, what is in flight is not ambiguous")
    {
        folder const here;
        journal_file journal(here / "a", sample_run());
        journal.admit(sample_pair("1"));
        commit(journal);
        auto totals = totals_of({here / "a"});
        CHECK(totals.journals().at(0).in_use);
        CHECK(totals.sums().pairs.unprocessed == 1);
        CHECK(totals.sums().unprocessed_ambiguous == 0);
        CHECK(what_stands(totals, {here / "a"}) == rows{{"1", "unprocessed"}});
    }

    TEST_CASE("journal_totals: after a clean stop pairs are as ambiguous as their records say")
    {
        folder const here;
        auto const path = written(here / "a",
                                  [](journal_file& journal)
                                  {
                                      for (auto const* task : {"1", "2"})
                                          journal.admit(sample_pair(task));
                                      journal.leave(sample_pair("1"));
                                      auto lost = sample_pair("2");
                                      lost.ambiguous = true;
                                      lost.earlier_attempts = 2;
                                      journal.leave(lost);
                                      journal.leave(sample_pair("3"));
                                      finish(journal, {.time = test_time(), .stopped_by = "SIGINT"});
                                  });
        auto totals = totals_of({path});
        CHECK(totals.sums().pairs.unprocessed == 3);
        CHECK(totals.sums().unprocessed_ambiguous == 1);
        CHECK(totals.journals().at(0).end.stopped_by == "SIGINT");
        CHECK(what_stands(totals, {path}) == rows{{"1", "unprocessed"}, {"2", "unprocessed*"}, {"3", "unprocessed"}});
        CHECK(what_stands(totals, {path}).size() == 3);
    }

    TEST_CASE("journal_totals: a pair that was in flight at a kill stays ambiguous when a resume settles it")
    {
        folder const here;
        auto const path = written(here / "a", [](journal_file& journal) { journal.admit(sample_pair("1")); });
        auto const other = written(here / "b",
                                   [](journal_file& journal)
                                   {
                                       journal.settle(sample_result("1", outcome::conflict));
                                       finish(journal, {.time = test_time(), .requests = {.attempts = 1}, .wall = 1s});
                                   });
        auto const resumed = text_of(other);
        append_process(path, resumed.substr(resumed.find('\n') + 1));
        auto totals = totals_of({path});
        CHECK(totals.journals().at(0).processes == 2);
        CHECK(totals.journals().at(0).has_end);
        CHECK(totals.sums().pairs.pairs == 1);
        CHECK(totals.sums().pairs.ambiguous == 1);
        CHECK(what_stands(totals, {path}) == rows{{"1", "conflict*"}});
    }

    TEST_CASE(
        "journal_totals: of two results the later one stands, in whatever order they are read, and ambiguity stays")
    {
        folder const here;
        auto const first = written(here / "a",
                                   [](journal_file& journal)
                                   {
                                       auto failed = sample_result("1", outcome::failed);
                                       failed.ambiguous = true;
                                       journal.settle(failed);
                                       journal.settle(sample_result("2"));
                                       finish(journal);
                                   });
        auto const second = written(here / "b",
                                    [](journal_file& journal)
                                    {
                                        auto later = sample_result("1", outcome::conflict);
                                        later.time += 1h;
                                        journal.settle(later);
                                        finish(journal);
                                    });
        for (auto const& order : {std::vector{first, second}, std::vector{second, first}})
        {
            auto totals = totals_of(order);
            auto const sums = totals.sums();
            CHECK(sums.pairs.pairs == 2);
            CHECK(sums.pairs.conflict == 1);
            CHECK(sums.pairs.failed == 0);
            CHECK(sums.pairs.ambiguous == 1);
            CHECK(sums.superseded == 1);
            CHECK(what_stands(totals, order) == rows{{"1", "conflict*"}, {"2", "accepted"}});
        }
    }

    TEST_CASE("journal_totals: GUIDs are one whatever their case, other ids are not")
    {
        folder const here;
        auto const settled = [&](std::string const& name, std::vector<std::string> const& tasks)
        {
            return written(here / name,
                           [&](journal_file& journal)
                           {
                               for (auto const& task : tasks)
                                   journal.settle(sample_result(task));
                               finish(journal);
                           });
        };
        auto const first = settled("a", {"6a88de8d-0000-4000-8000-00000000000a", "wave", "Wave"});
        auto const second = settled("b", {"6A88DE8D-0000-4000-8000-00000000000A"});
        auto const totals = totals_of({first, second});
        CHECK(totals.sums().pairs.pairs == 3);
        CHECK(totals.sums().superseded == 1);
    }

    TEST_CASE("journal_totals: two results of a pair are no journal, whatever they say, and both lines are named")
    {
        folder const here;
        auto const result_line = [&](std::string const& name, result const& settled)
        {
            auto const text = text_of(written(here / name, [&](journal_file& journal) { journal.settle(settled); }));
            return text.substr(text.find('\n') + 1);
        };
        auto const id = std::string("6a88de8d-0000-4000-8000-00000000000a");
        auto const other_case = std::string("6A88DE8D-0000-4000-8000-00000000000A");
        auto const first = result_line("first", sample_result(id));
        auto const between = result_line("between", sample_result("2"));
        for (auto const& second : {first, result_line("other", sample_result(other_case, outcome::conflict))})
        {
            auto const path = written(here / "a", [](journal_file& journal) { journal.admit(sample_pair("2")); });
            put_text(path, text_of(path) + first + between + second);
            auto const what = path.string() + ":5: a second result for the pair of line 3, though the pair was planned "
                                              "once; if the line was added by hand, remove it";
            CHECK_THROWS_WITH_AS(totals_of({path}), what.c_str(), boost::system::system_error);
            journal_reader reader(path);
            CHECK_THROWS_WITH_AS(journal_remainder{reader}, what.c_str(), boost::system::system_error);
            std::filesystem::remove(path);
        }
    }

    TEST_CASE(
        "journal_totals: a pair that a process was given more than once has as many results, and the later one stands")
    {
        folder const here;
        auto later = sample_result("1", outcome::conflict);
        later.time += 1h;
        auto earlier = sample_result("1", outcome::failed);
        earlier.ambiguous = true;
        for (bool const is_one_block : {true, false})
        {
            CAPTURE(is_one_block);
            auto const path = written(here / (is_one_block ? "a" : "b"),
                                      [&](journal_file& journal)
                                      {
                                          auto const one = sample_pair("1");
                                          if (is_one_block)
                                              plan(journal, {one, one});
                                          for (auto const& settled : {earlier, later})
                                          {
                                              if (!is_one_block)
                                                  plan(journal, {one});
                                              journal.begin(one);
                                              journal.settle(settled);
                                          }
                                      });
            auto totals = totals_of({path});
            CHECK(totals.sums().pairs.pairs == 1);
            CHECK(totals.sums().pairs.ambiguous == 1);
            CHECK(totals.sums().superseded == 1);
            CHECK(what_stands(totals, {path}) == rows{{"1", "conflict*"}});
            {
                journal_reader reader(path);
                journal_remainder known(reader);
                auto read = sample_pair("1");
                CHECK(known.meet(read) == journal_remainder::standing::settled);
            }
            auto const other =
                written(here / "other", [&](journal_file& journal) { journal.settle(sample_result("1")); });
            CHECK(totals_of({other, path}).sums().superseded == 2);
            CHECK(totals_of({path, other}).sums().superseded == 2);
            // More results than that come from nobody, nor do they from another process.
            auto const text = text_of(path);
            auto const line = text_of(other).substr(text_of(other).find('\n') + 1);
            put_text(path, text + line);
            CHECK_THROWS_AS(totals_of({path}), boost::system::system_error);
            CHECK_THROWS_AS(totals_of({other, path}), boost::system::system_error);
            put_text(path, text);
            append_process(path, line);
            CHECK_THROWS_AS(totals_of({path}), boost::system::system_error);
            std::filesystem::remove(other);
        }
    }

    TEST_CASE("journal_totals: a second result is found in journals that are merged, too, and only there")
    {
        folder const here;
        auto const settled = [](auto... tasks)
        { return [=](journal_file& journal) { (journal.settle(sample_result(tasks)), ...); }; };
        auto const first = written(here / "a",
                                   [](journal_file& journal)
                                   {
                                       journal.settle(sample_result("1"));
                                       journal.admit(sample_pair("2"));
                                   });
        auto const second = written(here / "b",
                                    [](journal_file& journal)
                                    {
                                        for (auto const* task : {"1", "2"})
                                            journal.admit(sample_pair(task));
                                        for (auto const* task : {"1", "2"})
                                            journal.settle(sample_result(task));
                                    });
        auto const third = written(here / "c", settled("1", "2"));
        CHECK(totals_of({first, second, third}).sums().superseded == 3);
        for (auto const* task : {"1", "2"})
        {
            auto const text = text_of(written(here / "line", settled(task)));
            auto const before = text_of(second);
            put_text(second, before + text.substr(text.find('\n') + 1));
            CHECK_THROWS_AS(totals_of({first, second}), boost::system::system_error);
            CHECK_THROWS_AS(totals_of({second, first}), boost::system::system_error);
            put_text(second, before);
            std::filesystem::remove(here / "line");
        }
    }

    TEST_CASE("journal_totals: of several readings of the input the last complete one counts")
    {
        folder const here;
        auto const path = written(here / "a",
                                  [](journal_file& journal)
                                  {
                                      journal.reject({"pairs.csv", 1, "no task id"});
                                      journal.note({.complete = true, .lines = 4, .pairs = 3, .rejected = 1});
                                      journal.note({.complete = false, .lines = 1, .pairs = 1});
                                  });
        auto const sums = totals_of({path}).sums();
        CHECK(sums.input.lines == 4);
        CHECK(sums.input.complete);
        auto const uncounted = written(here / "b",
                                       [](journal_file& journal) {
                                           journal.reject({"pairs.csv", 1, "no task id"});
                                       });
        CHECK(totals_of({uncounted}).sums().input.rejected == 1);
        CHECK_FALSE(totals_of({uncounted}).sums().input.complete);
    }

    TEST_CASE("journal_totals: what a first look has counted is there from the first record on")
    {
        folder const here;
        {
            journal_file_options options;
            options.counted = input_counts{.complete = true, .lines = 7, .pairs = 6, .rejected = 1};
            journal_file const journal(here / "a", sample_run(), options);
        }
        auto const totals = totals_of({here / "a"});
        CHECK(totals.sums().pairs.pairs == 6);
        CHECK(totals.sums().pairs.unprocessed == 6);
        CHECK(totals.sums().unnamed == 6);
        CHECK(totals.sums().input.complete);
        CHECK(totals.sums().input.rejected == 1);
    }

    TEST_CASE("journal_totals: a torn last line is told and left out")
    {
        folder const here;
        auto const path = written(here / "a", [](journal_file& journal) { journal.settle(sample_result("1")); });
        put_text(path, text_of(path) + "{\"type\":\"resu");
        auto const totals = totals_of({path});
        CHECK(totals.journals().at(0).torn_bytes == 13);
        CHECK(totals.sums().pairs.pairs == 1);
    }

    TEST_CASE("journal_totals: a pair is open in the last journal that names it, as long as no journal settles it")
    {
        folder const here;
        auto const stopped = written(here / "a",
                                     [](journal_file& journal)
                                     {
                                         journal.settle(sample_result("1"));
                                         for (auto const* task : {"2", "3"})
                                             journal.leave(sample_pair(task));
                                         journal.note({.complete = true, .lines = 9, .pairs = 9});
                                     });
        auto const rest = written(here / "b",
                                  [](journal_file& journal)
                                  {
                                      for (auto const* task : {"2", "3", "4"})
                                          journal.admit(sample_pair(task));
                                      journal.settle(sample_result("2"));
                                      journal.note({.complete = true, .lines = 3, .pairs = 3});
                                  });
        auto const alone = totals_of({stopped});
        CHECK(alone.journals().at(0).open == 2);
        CHECK(alone.journals().at(0).unnamed == 6);
        auto const both = totals_of({stopped, rest});
        CHECK(both.journals().at(0).open == 0);
        CHECK(both.journals().at(0).unnamed == 6);
        CHECK(both.journals().at(1).open == 2);
        CHECK(both.journals().at(1).unnamed == 0);
        auto const turned = totals_of({rest, stopped});
        CHECK(turned.journals().at(0).open == 1);
        CHECK(turned.journals().at(1).open == 1);
        CHECK(turned.sums().pairs.unprocessed == 8);
    }
}
