#include "support/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

TEST_SUITE("engine_stops")
{
    TEST_CASE("engine: a drain finishes what is in flight, sends nothing more, and leaves the rest")
    {
        engine_fixture fix({.max_in_flight = 3});
        fix.service.answer_others(
            [](seen_request const&)
            {
                auto slow = accepted();
                slow.delay = 1s;
                return slow;
            });
        fix.start(task_ids(10));
        fix.engine->stop(stop_kind::drain);
        fix.finish();
        CHECK(fix.error() == boost::asio::error::operation_aborted);
        CHECK(fix.error() == condition::resumable);
        CHECK(fix.made().pairs.accepted == 3);
        CHECK(fix.made().pairs.unprocessed == 7);
        CHECK(fix.service.requests().size() == 3);
        CHECK(fix.journal.leavings.size() == 7);
        CHECK(std::none_of(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                           [](pair const& left) { return left.ambiguous || left.earlier_attempts > 0; }));
    }

    TEST_CASE("engine: an abort ends at once; what was in flight is left ambiguous")
    {
        engine_fixture fix({.max_in_flight = 3});
        fix.service.answer_others([](seen_request const&) { return silence(); });
        fix.start(task_ids(10));
        fix.engine->stop(stop_kind::abort);
        fix.settle_down();
        REQUIRE(fix.has_ended());
        CHECK(fix.made().pairs.unprocessed == 10);
        auto const ambiguous =
            std::count_if(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                          [](pair const& left) { return left.ambiguous && left.earlier_attempts == 1; });
        CHECK(ambiguous == 3);
    }

    TEST_CASE("engine: cancelling the operation drains, or aborts if it is terminal")
    {
        for (auto const how : {asio::cancellation_type::partial, asio::cancellation_type::total})
        {
            engine_fixture fix({.max_in_flight = 3});
            fix.service.answer_others(
                [](seen_request const&)
                {
                    auto slow = accepted();
                    slow.delay = 1s;
                    return slow;
                });
            fix.start(task_ids(10));
            fix.cancellation.emit(how);
            fix.settle_down();
            CHECK_FALSE(fix.has_ended());
            fix.finish();
            CHECK(fix.error() == asio::error::operation_aborted);
            CHECK(fix.made().pairs.accepted == 3);
            CHECK(fix.made().pairs.unprocessed == 7);
            CHECK(fix.made().pairs.ambiguous == 0);
        }
        engine_fixture fix({.max_in_flight = 3});
        fix.service.answer_others([](seen_request const&) { return silence(); });
        fix.start(task_ids(10));
        fix.cancellation.emit(asio::cancellation_type::terminal);
        fix.settle_down();
        REQUIRE(fix.has_ended());
        CHECK(fix.error() == asio::error::operation_aborted);
        CHECK(fix.made().pairs.unprocessed == 10);
        CHECK(std::count_if(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                            [](pair const& left) { return left.ambiguous; }) == 3);
    }

    TEST_CASE("engine: a stop ends a wait at the gate and a connect under way")
    {
        engine_fixture fix({.max_in_flight = 2, .patience = 0s});
        SUBCASE("gate")
        {
            fix.service.answer_others([](seen_request const&) { return http(429, "{}", "Retry-After: 3600\r\n"); });
        }
        SUBCASE("connect")
        {
            fix.service.delay_connects(1h);
        }
        fix.start(task_ids(5));
        CHECK_FALSE(fix.has_ended());
        fix.engine->stop(stop_kind::drain);
        fix.settle_down();
        REQUIRE(fix.has_ended());
        CHECK(fix.made().pairs.unprocessed == 5);
    }

    TEST_CASE("engine: a source that is interrupted has not ended")
    {
        struct patient_source final : pair_source
        {
            explicit patient_source(virtual_clock& by)
                : time(by)
            {
            }
            boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override
            {
                if (std::exchange(has_given, true))
                {
                    auto const later = time.now() + 1h;
                    co_await time.wait_until(later);
                    co_return 0;
                }
                into.front() = {.job_id = "job", .task_id = "task-1"};
                co_return 1;
            }
            virtual_clock& time;
            bool has_given = false;
        };
        engine_fixture fix;
        patient_source source(fix.time);
        fix.start(source);
        CHECK_FALSE(fix.has_ended());
        CHECK(fix.made_so_far().pairs.accepted == 1);
        SUBCASE("stopped")
        {
            fix.engine->stop(stop_kind::drain);
            fix.settle_down();
            REQUIRE(fix.has_ended());
            CHECK(fix.error() == boost::asio::error::operation_aborted);
        }
        SUBCASE("left alone")
        {
            fix.finish();
            CHECK(!fix.error());
        }
        CHECK(fix.made().pairs.accepted == 1);
    }

    TEST_CASE("engine: a source that fails ends the run with its error, after what is in flight")
    {
        struct failing_source final : pair_source
        {
            boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override
            {
                if (std::exchange(has_given, true))
                    throw boost::system::system_error(boost::asio::error::bad_descriptor);
                into.front() = {.job_id = "job", .task_id = "task-1"};
                co_return 1;
            }
            bool has_given = false;
        };
        engine_fixture fix;
        failing_source source;
        fix.start(source);
        fix.finish();
        CHECK(fix.error() == boost::asio::error::bad_descriptor);
        CHECK(fix.made().pairs.pairs == 1);
        CHECK(fix.made().pairs.settled() + fix.made().pairs.unprocessed == 1);
    }

    TEST_CASE("engine: what source and sink throw has a code, and its text is kept")
    {
        struct throwing final : pair_source, result_sink
        {
            boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override
            {
                if (std::exchange(has_given, true))
                {
                    if (source_throws)
                        source_throws();
                    co_return 0;
                }
                into.front() = {.job_id = "job", .task_id = "task-1"};
                co_return 1;
            }
            boost::asio::awaitable<void> put(result const&) override
            {
                if (sink_throws)
                    sink_throws();
                co_return;
            }
            std::function<void()> source_throws;
            std::function<void()> sink_throws;
            bool has_given = false;
        };
        std::function<void()> const plain = [] { throw std::runtime_error("the database is gone"); };
        std::function<void()> const odd = [] { throw 42; };
        std::function<void()> const coded = []
        { throw boost::system::system_error(boost::asio::error::broken_pipe, "the database is gone"); };
        std::function<void()> const without_code = [] { throw boost::system::system_error({}, "no code"); };
        throwing parts;
        boost::system::error_code expected;
        SUBCASE("source")
        {
            parts.source_throws = plain;
            expected = errc::source_failed;
        }
        SUBCASE("source, no std::exception")
        {
            parts.source_throws = odd;
            expected = errc::source_failed;
        }
        SUBCASE("source, a code that is none")
        {
            parts.source_throws = without_code;
            expected = errc::source_failed;
        }
        SUBCASE("source with a code")
        {
            parts.source_throws = coded;
            expected = boost::asio::error::broken_pipe;
        }
        SUBCASE("sink")
        {
            parts.sink_throws = plain;
            expected = errc::sink_failed;
        }
        SUBCASE("sink with a code")
        {
            parts.sink_throws = coded;
            expected = boost::asio::error::broken_pipe;
        }
        engine_fixture fix;
        engine_parts given;
        given.transport = &fix.service;
        given.token_source = fix.tokens.get();
        given.clock = &fix.time;
        engine made(fix.context.get_executor(), fix.options, given);
        std::optional<std::pair<boost::system::error_code, summary>> ended;
        made.async_run(parts, parts,
                       [&](boost::system::error_code ec, summary done) { ended.emplace(ec, std::move(done)); });
        fix.settle_down();
        REQUIRE(ended);
        CHECK(ended->first == expected);
        CHECK(ended->first == condition::resumable);
        CHECK_FALSE(ended->second.detail.empty());
        CHECK(ended->second.pairs.accepted == 1);
    }

    TEST_CASE("engine: a journal that fails ends the run; nothing is sent after it")
    {
        for (std::size_t good = 0; good < 12; ++good)
        {
            CAPTURE(good);
            engine_fixture fix({.max_in_flight = 2});
            fix.journal.commits_left = good;
            fix.start(task_ids(6));
            fix.finish();
            if (!fix.error())
                break;
            CHECK(fix.error() == errc::journal_not_writable);
            CHECK(fix.made().pairs.unprocessed == 6 - fix.made().pairs.settled());
            CHECK(fix.results.results().size() == fix.made().pairs.settled());
            for (auto const& settled : fix.results.results())
                CHECK(fix.journal.position("settle " + settled.pair.task_id) < fix.journal.notes.size());
            // A pair that was sent has a result that counts, or is left in doubt.
            CHECK(fix.journal.leavings.size() == fix.made().pairs.unprocessed);
            auto const in_doubt = std::count_if(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                                                [](pair const& left) { return left.ambiguous; });
            CHECK(static_cast<std::size_t>(in_doubt) + fix.results.results().size() == fix.service.requests().size());
        }
    }

    TEST_CASE("engine: a pair that cannot be noted is left, and not lost")
    {
        engine_fixture fix({.max_in_flight = 2});
        fix.journal.begins_left = 3;
        fix.start(task_ids(6));
        fix.finish();
        CHECK(fix.error() == errc::journal_not_writable);
        CHECK(fix.made().detail == "no memory for a note");
        CHECK(fix.made().pairs.settled() + fix.journal.leavings.size() == 6);
        CHECK(fix.made().pairs.unprocessed == fix.journal.leavings.size());
    }

    TEST_CASE("engine: pairs that cannot be planned are not sent")
    {
        engine_fixture fix;
        fix.journal.refuses_plans = true;
        fix.start(task_ids(6));
        fix.finish();
        CHECK(fix.error() == errc::journal_not_writable);
        CHECK(fix.made().pairs.unprocessed == 6);
        CHECK(fix.service.requests().empty());
    }

    TEST_CASE("engine: a stop right after the start is not lost")
    {
        for (bool const is_serial : {false, true})
        {
            engine_fixture fix({.executor_is_serial = is_serial});
            fix.service.delay_connects(1h);
            fix.start_and(task_ids(5), [&] { fix.engine->stop(stop_kind::drain); });
            fix.finish();
            CHECK(fix.error() == boost::asio::error::operation_aborted);
            CHECK(fix.service.requests().empty());
        }
    }
}
