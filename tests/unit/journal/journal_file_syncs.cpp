#include <batch_cancel/journal_file.hpp>

#include "unit/journal/journal_fixture.hpp"

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <doctest/doctest.h>

using namespace batch_cancel;
using namespace batch_cancel::testing;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace
{

run_end const last{.time = test_time()};

// A journal whose time is moved by hand, and the loop that it lives on.
struct synced_journal
{
    explicit synced_journal(std::uint64_t sync_records = 4096)
        : journal(here / "run.jsonl", sample_run(), {.clock = &time, .sync_records = sync_records})
    {
    }

    void settle(int count)
    {
        for (int i = 0; i < count; ++i)
            journal.settle(sample_result(std::to_string(next++)));
        asio::co_spawn(
            loop, [this]() -> asio::awaitable<void> { co_await journal.commit(); }, asio::detached);
        poll();
    }

    void poll()
    {
        loop.restart();
        loop.poll();
    }

    void advance(std::chrono::milliseconds by)
    {
        time.advance(by);
        poll();
    }

    std::uint64_t syncs() const
    {
        return journal.statistics().syncs - 1;  // the first one is that of the record of the run
    }

    folder here;
    hand_clock time;
    asio::io_context loop;
    journal_file journal;
    int next = 0;
};

}  // namespace

TEST_SUITE("journal_file_syncs")
{
    TEST_CASE("journal_file: a record is synced when the interval since the last sync is over")
    {
        synced_journal made;
        made.settle(1);
        CHECK(made.syncs() == 0);
        made.advance(99ms);
        CHECK(made.syncs() == 0);
        made.advance(1ms);
        CHECK(made.syncs() == 1);
    }

    TEST_CASE("journal_file: planned pairs are on the disk before anybody goes on, at once")
    {
        synced_journal made;
        made.settle(1);
        std::vector<pair> const block(3, sample_pair("p"));
        bool is_planned = false;
        auto const plan = [&]() -> asio::awaitable<void>
        {
            co_await made.journal.plan(block);
            is_planned = made.syncs() == 1;
        };
        asio::co_spawn(made.loop, plan, asio::detached);
        made.poll();
        CHECK(is_planned);
        CHECK(made.journal.statistics().records == 5);
        made.advance(100ms);
        CHECK(made.syncs() == 1);  // nothing was left to be synced
    }

    TEST_CASE("journal_file: where every record is synced at once, planned pairs are too, one block after the other")
    {
        synced_journal made(1);
        std::vector<pair> const block(3, sample_pair("p"));
        std::size_t planned = 0;
        auto const plan = [&]() -> asio::awaitable<void>
        {
            for (int i = 0; i != 3; ++i)
            {
                made.journal.settle(sample_result("r"));
                auto const before = made.syncs();
                co_await made.journal.plan(block);
                planned += made.syncs() > before ? 1 : 0;
            }
        };
        asio::co_spawn(made.loop, plan, asio::detached);
        made.poll();
        CHECK(planned == 3);
    }

    TEST_CASE("journal_file: nothing new, nothing to sync and nobody waiting")
    {
        synced_journal made;
        made.settle(1);
        made.advance(100ms);
        CHECK(made.time.waiting() == 0);
        made.advance(10s);
        CHECK(made.syncs() == 1);
        made.settle(1);
        CHECK(made.syncs() == 2);  // the interval had long been over
    }

    TEST_CASE("journal_file: many records are synced without waiting for the time")
    {
        synced_journal made(10);
        made.settle(9);
        CHECK(made.syncs() == 0);
        made.settle(1);
        CHECK(made.syncs() == 1);
        made.settle(25);
        CHECK(made.syncs() == 2);
    }

    TEST_CASE("journal_file: finish syncs at once and leaves nobody waiting")
    {
        synced_journal made;
        made.settle(1);
        CHECK(made.time.waiting() == 1);
        bool finished = false;
        asio::co_spawn(
            made.loop, [&]() -> asio::awaitable<void> { co_await made.journal.finish(last); },
            [&](std::exception_ptr error) { finished = !error; });
        made.poll();
        CHECK(finished);
        CHECK(made.syncs() == 1);
        CHECK(made.time.waiting() == 0);
        CHECK(made.loop.stopped());
    }

    TEST_CASE("journal_file: finish right after the first commit does not wait for the time")
    {
        synced_journal made;
        made.journal.settle(sample_result("t"));
        bool finished = false;
        asio::co_spawn(
            made.loop,
            [&]() -> asio::awaitable<void>
            {
                co_await made.journal.commit();
                co_await made.journal.finish(last);
            },
            [&](std::exception_ptr error) { finished = !error; });
        made.poll();
        CHECK(finished);
    }

    TEST_CASE("journal_file: a journal that goes away ends its waiting")
    {
        folder const here;
        hand_clock time;
        asio::io_context loop;
        {
            journal_file journal(here / "run.jsonl", sample_run(), {.clock = &time});
            journal.settle(sample_result("t"));
            asio::co_spawn(
                loop, [&]() -> asio::awaitable<void> { co_await journal.commit(); }, asio::detached);
            loop.poll();
            CHECK(time.waiting() == 1);
        }
        loop.run();
        CHECK(time.waiting() == 0);
    }

    TEST_CASE("journal_file: a journal may outlive the loop that it was used on")
    {
        folder const here;
        hand_clock time;
        journal_file journal(here / "run.jsonl", sample_run(), {.clock = &time});
        {
            asio::io_context loop;
            auto const strand = asio::make_strand(loop);
            journal.settle(sample_result("t"));
            asio::co_spawn(
                strand, [&]() -> asio::awaitable<void> { co_await journal.commit(); }, asio::detached);
            loop.poll();
            CHECK(time.waiting() == 1);
        }
        CHECK(journal.statistics().records == 2);
    }

    TEST_CASE("journal_file: syncs on the executor that may block, and finish waits for them")
    {
        folder const here;
        asio::thread_pool blocking(1);
        {
            journal_file journal(here / "run.jsonl", sample_run(),
                                 {.blocking = blocking.get_executor(), .sync_records = 1});
            run_to_end(
                [&]() -> asio::awaitable<void>
                {
                    for (int i = 0; i < 20; ++i)
                    {
                        journal.settle(sample_result(std::to_string(i)));
                        co_await journal.commit();
                    }
                    co_await journal.finish(last);
                });
            CHECK(journal.statistics().syncs >= 2);
            CHECK(journal.statistics().records == 22);
        }
        blocking.join();
    }
}
