#include "journal/record_order.hpp"

#include "unit/journal/journal_fixture.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/interrupted_journal.hpp>
#include <batch_cancel/journal_remainder.hpp>
#include <batch_cancel/journal_totals.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::testing;
using journal_format::record_order;

namespace
{

journal_record of_type(record_type type)
{
    journal_record record;
    record.type = type;
    record.run = sample_run();
    return record;
}

journal_record process(run_record run)
{
    auto record = of_type(record_type::run);
    record.run = std::move(run);
    return record;
}

run_record simulated(std::string endpoint)
{
    auto run = sample_run();
    run.endpoint = std::move(endpoint);
    run.options = {{"concurrency", "8"}, {"simulate", "true"}};
    return run;
}

run_record of_tenant(std::string tenant)
{
    auto run = sample_run();
    run.tenant = std::move(tenant);
    return run;
}

// Why the last of these processes cannot be one of the run; empty if all can.
std::string order_refusal(std::vector<run_record> const& processes)
{
    record_order order;
    std::string cause;
    for (auto const& each : processes)
    {
        CHECK(cause == "");
        cause = order.take(process(each));
    }
    return cause;
}

// A journal of a process that ended, with the text of another one behind it.
std::filesystem::path joined(std::filesystem::path const& path, run_record const& second)
{
    auto const beside = std::filesystem::path(path.string() + ".second");
    for (auto const& [where, run] : {std::pair{path, sample_run()}, std::pair{beside, second}})
    {
        journal_file journal(where, run);
        journal.admit(sample_pair("1"));
        journal.settle(sample_result("1"));
        finish(journal);
    }
    put_text(path, text_of(path) + text_of(beside));
    return path;
}

std::string refusal_of(std::function<void()> const& read)
{
    try
    {
        read();
    }
    catch (boost::system::system_error const& error)
    {
        CHECK(error.code() == errc::journal_not_readable);
        return error.what();
    }
    return {};
}

}  // namespace

TEST_SUITE("record_order")
{
    TEST_CASE("record_order: processes of one run follow one another, ended or killed")
    {
        record_order order;
        CHECK_FALSE(order.takes_any());
        for (auto const type : {record_type::run, record_type::input, record_type::result, record_type::run,
                                record_type::stop, record_type::run, record_type::result, record_type::summary})
            CHECK(order.take(of_type(type)) == "");
        CHECK_FALSE(order.takes_any());
    }

    TEST_CASE("record_order: nothing stands before the first process or behind the end of one")
    {
        record_order order;
        CHECK(order.take(of_type(record_type::result)) == "a journal begins with the record of a run");
        for (auto const end : {record_type::stop, record_type::summary})
        {
            order = {};
            CHECK(order.take(of_type(record_type::run)) == "");
            CHECK(order.takes_any());
            CHECK(order.take(of_type(end)) == "");
            CHECK(order.take(of_type(record_type::result)).find("behind the end of its process") != std::string::npos);
        }
    }

    TEST_CASE("record_order: no more pairs are begun than the process has planned, and none twice")
    {
        auto const begun = [](std::uint64_t count, std::uint64_t through)
        {
            auto record = of_type(record_type::begun);
            record.begun = count;
            record.begun_through = through;
            return record;
        };
        constexpr auto no_sum = "the pairs that are begun do not add up";
        constexpr auto more = "more pairs are begun than were planned";
        using batch_cancel::journal_format::begun_records;
        record_order order;
        CHECK(order.take(of_type(record_type::run)) == "");
        for (int i = 0; i != 5; ++i)
            CHECK(order.take(of_type(record_type::planned)) == "");
        CHECK(order.take(begun(2, 2)) == "");
        CHECK(order.take(begun(2, 2)) == no_sum);
        CHECK(order.take(begun(0, 2)) == no_sum);
        CHECK(order.take(begun(3, 4)) == no_sum);
        CHECK(order.take(begun(4, 6)) == more);
        CHECK(order.take(begun(0 - std::uint64_t{1}, 1)) == more);
        CHECK(order.take(begun(3, 5)) == "");
        CHECK(order.take(of_type(record_type::run)) == "");
        CHECK(order.take(begun(1, 1)) == more);
        // Who passes over the planned ones cannot tell, until the next process.
        CHECK(order.take(of_type(record_type::result), begun_records::passed_over) == "");
        CHECK(order.take(begun(1, 6)) == "");
        CHECK(order.take(of_type(record_type::run)) == "");
        CHECK(order.take(begun(1, 6)) == more);
    }

    TEST_CASE("record_order: a process of another run is none of this one")
    {
        auto other = sample_run();
        other.run_id = "run-2";
        CHECK(order_refusal({sample_run(), other}).find("the run's id was run-1 before, and is run-2 here") !=
              std::string::npos);
        other = sample_run();
        other.endpoint = "https://127.0.0.1:1";
        CHECK(order_refusal({sample_run(), other}).find("the endpoint was https://graph.microsoft.com") !=
              std::string::npos);
        other = sample_run();
        other.api_version = "beta";
        CHECK(order_refusal({sample_run(), other}).find("the API version") != std::string::npos);
        other = sample_run();
        other.shard = shard{.number = 1, .count = 2};
        CHECK(order_refusal({sample_run(), other}).find("the shard was none before, and is 1/2") != std::string::npos);
        other = sample_run();
        other.carried = {"upn"};
        CHECK(order_refusal({sample_run(), other}).find("carried columns was none before, and is upn") !=
              std::string::npos);
    }

    TEST_CASE("record_order: the simulator has another endpoint in each process, and is no other service")
    {
        auto const one = simulated("https://127.0.0.1:1");
        auto const other = simulated("https://127.0.0.1:2");
        CHECK(order_refusal({one, other}) == "");
        auto real = one;
        real.options.push_back({"simulate", "false"});
        CHECK_FALSE(is_simulated(real));
        CHECK(order_refusal({one, real}).find("the endpoint was the simulator before") != std::string::npos);
        CHECK(order_refusal({real, one}) != "");
    }

    TEST_CASE("record_order: the first tenant that is known is that of the run")
    {
        CHECK(order_refusal({of_tenant(""), of_tenant("a"), of_tenant(""), of_tenant("a")}) == "");
        CHECK(order_refusal({of_tenant("a"), of_tenant(""), of_tenant("b")})
                  .find("the tenant was a before, and is b here") != std::string::npos);
    }

    TEST_CASE("record_order: whatever reads it refuses a file of two journals, at the place where they were joined")
    {
        folder const here;
        auto second = sample_run();
        second.run_id = "run-2";
        auto const path = joined(here / "both.jsonl", second);
        auto const at = path.string() + ":5: a process of another run";
        journal_record record;
        CHECK(refusal_of(
                  [&]
                  {
                      journal_reader reader(path);
                      while (reader.next(record))
                      {
                      }
                  })
                  .starts_with(at));
        CHECK(refusal_of(
                  [&]
                  {
                      journal_reader reader(path);
                      journal_totals().add(reader);
                  })
                  .starts_with(at));
        CHECK(refusal_of(
                  [&]
                  {
                      interrupted_journal const journal(path);
                      journal_reader reader(journal);
                      journal_remainder const known(reader);
                  })
                  .starts_with(at));
    }

    TEST_CASE("record_order: a record behind the end is refused even by a reader that passes over its like")
    {
        folder const here;
        auto const path = joined(here / "both.jsonl", sample_run());
        auto text = text_of(path);
        auto const second = text.rfind("{\"type\":\"run\"");
        text.erase(second, text.find('\n', second) + 1 - second);
        put_text(path, text);
        for (auto const next : {&journal_reader::next, &journal_reader::next_but_begun})
        {
            auto const cause = refusal_of(
                [&]
                {
                    journal_reader reader(path);
                    journal_record record;
                    while ((reader.*next)(record))
                    {
                    }
                });
            CHECK(cause.starts_with(path.string() + ":5: a record behind the end of its process"));
        }
    }

    TEST_CASE("record_order: what is known of a run has the first tenant that any process knew")
    {
        folder const here;
        auto const path = here / "a";
        {
            journal_file const first(path, of_tenant(""));
        }
        for (auto const* const tenant : {"a", ""})
        {
            interrupted_journal journal(path);
            journal_reader reader(journal);
            journal_remainder const known(reader);
            journal_file const next(std::move(journal), of_tenant(tenant));
        }
        journal_reader reader(path);
        journal_remainder const known(reader);
        CHECK(known.last_run().tenant == "a");
        CHECK(known.overview().begun.tenant == "a");
        CHECK(known.overview().processes == 3);
    }
}
