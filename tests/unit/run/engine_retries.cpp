#include "support/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;

TEST_SUITE("engine_retries")
{
    TEST_CASE("engine: a 500 may have been carried out; the pair is tried again and stays ambiguous")
    {
        engine_fixture fix;
        fix.service.answer("task-1", http(500));
        fix.service.answer("task-1", http(409));
        fix.start(task_ids(1));
        fix.finish();
        auto const& result = fix.result_of("task-1");
        CHECK(result.outcome == outcome::conflict);
        CHECK(result.ambiguous);
        CHECK(result.attempts == 2);
        CHECK(fix.made().pairs.ambiguous == 1);
        CHECK(fix.made().requests.retried == 1);
        CHECK(fix.service.requests()[0].connection != fix.service.requests()[1].connection);
    }

    TEST_CASE("engine: a pair that never gets a clear answer fails after the most attempts")
    {
        engine_fixture fix({.max_attempts = 3});
        fix.service.answer_others([](seen_request const&) { return http(502); });
        fix.start(task_ids(1));
        fix.finish();
        CHECK(!fix.error());
        auto const& result = fix.result_of("task-1");
        CHECK(result.outcome == outcome::failed);
        CHECK(result.reason == reason::server_error);
        CHECK(result.status == 502);
        CHECK(result.attempts == 3);
        CHECK(result.ambiguous);
    }

    TEST_CASE("engine: one Retry-After holds the whole run, and costs no attempt")
    {
        engine_fixture fix({.max_in_flight = 4, .max_attempts = 1});
        fix.service.answer("task-1", http(429, "{}", "Retry-After: 7\r\n"));
        fix.start(task_ids(20));
        auto const sent = fix.service.requests().size();
        CHECK(sent <= 4);  // what was in flight when the 429 came
        fix.advance(6999ms);
        CHECK(fix.service.requests().size() == sent);
        fix.finish();
        CHECK(fix.made().pairs.accepted == 20);
        CHECK(fix.result_of("task-1").attempts == 2);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
        CHECK(fix.made().requests.throttled == 1);
    }

    TEST_CASE("engine: no answer in time is ambiguous, ends the connection, and is tried again")
    {
        engine_fixture fix({.attempt_timeout = 75s});
        fix.service.answer("task-1", silence());
        fix.start(task_ids(1));
        fix.advance(74s);
        CHECK(fix.service.requests().size() == 1);
        CHECK(fix.service.open_connections() == 1);
        fix.advance(1s);
        CHECK(fix.service.open_connections() == 0);
        fix.finish();
        CHECK(fix.result_of("task-1").outcome == outcome::accepted);
        CHECK(fix.result_of("task-1").ambiguous);
        CHECK(fix.result_of("task-1").attempts == 2);
    }

    TEST_CASE("engine: a service that drips its answer is cut off when the time is up; a clean 202 header stands")
    {
        engine_fixture fix({.attempt_timeout = 10s});
        auto headed = accepted();
        headed.bytes = headed.bytes.substr(0, headed.bytes.find("\r\n\r\n") + 10);
        fix.service.answer("task-1", headed);
        fix.start(task_ids(1));
        fix.advance(10s);
        CHECK(fix.result_of("task-1").outcome == outcome::accepted);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
        CHECK(fix.service.requests().size() == 1);
        fix.finish();
    }

    TEST_CASE("engine: answers that are no HTTP stop the run after ten different pairs")
    {
        engine_fixture fix;
        fix.service.answer_others([](seen_request const&) { return reply{.bytes = "SSH-2.0-OpenSSH_9.2\r\n"}; });
        fix.start(task_ids(500));
        fix.finish();
        CHECK(fix.error() == errc::not_http);
        CHECK(fix.made().pairs.settled() == 0);
        CHECK(fix.made().pairs.unprocessed == fix.made().pairs.pairs);
        CHECK(fix.journal.leavings.size() == fix.made().pairs.pairs);
        auto const ambiguous = std::count_if(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                                             [](pair const& left) { return left.ambiguous; });
        CHECK(static_cast<std::size_t>(ambiguous) == fix.service.requests().size());
    }

    TEST_CASE("engine: a version that the service does not know stops the run at once, and fails nobody")
    {
        auto const unknown = http(
            400, R"({"error":{"code":"BadRequest","message":"Resource not found for the segment 'migrations'."}})");
        engine_fixture fix({.max_in_flight = 4});
        fix.service.answer_others([&](seen_request const&) { return unknown; });
        fix.start(task_ids(500));
        fix.finish();
        CHECK(fix.error() == errc::version_not_known);
        CHECK(fix.error() == condition::misconfigured);
        CHECK(fix.made().detail.starts_with(
            "the service answered 400: Resource not found for the segment 'migrations'."));
        CHECK(fix.made().pairs.settled() == 0);
        CHECK(fix.made().pairs.unprocessed == fix.made().pairs.pairs);
        CHECK(fix.journal.leavings.size() == fix.made().pairs.pairs);
        CHECK(std::none_of(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                           [](pair const& left) { return left.ambiguous; }));
        CHECK(fix.service.requests().size() <= 4);
    }

    TEST_CASE("engine: once a cancel was answered 202 or 409, a path that is not known is its pair's own failure")
    {
        for (unsigned const known : {202u, 409u})
        {
            engine_fixture fix({.max_in_flight = 1});
            fix.service.answer("task-1", http(known));
            fix.service.answer("task-2",
                               http(404, R"({"error":{"message":"Resource not found for the segment 'x'."}})"));
            fix.start(task_ids(3));
            fix.finish();
            CHECK_FALSE(fix.error());
            CHECK(fix.result_of("task-2").reason == reason::bad_request);
            CHECK(fix.result_of("task-3").outcome == outcome::accepted);
        }
    }

    TEST_CASE("engine: between two attempts the journal knows that a pair waits, and what has become of it")
    {
        engine_fixture fix({.max_in_flight = 1});
        fix.service.answer("task-1", http(429, "{}", "Retry-After: 7\r\n"));
        fix.service.answer("task-1", http(504));
        fix.start(task_ids(1));
        fix.finish();
        CHECK(fix.result_of("task-1").outcome == outcome::accepted);
        std::vector<std::string> steps;
        std::copy_if(fix.journal.notes.begin(), fix.journal.notes.end(), std::back_inserter(steps),
                     [](std::string const& note) { return note != "commit"; });
        CHECK(steps == std::vector<std::string>{"plan task-1", "begin task-1", "pause", "wait task-1", "admit task-1",
                                                "wait task-1", "admit task-1", "settle task-1"});
        REQUIRE(fix.journal.waits.size() == 2);
        CHECK(fix.journal.waits[0].attempts == 1);
        CHECK_FALSE(fix.journal.waits[0].ambiguous);
        CHECK(fix.journal.waits[1].attempts == 2);
        CHECK(fix.journal.waits[1].ambiguous);
        CHECK(fix.journal.waits[1].status == 504);
    }

    TEST_CASE("engine: a pause that the service asked an earlier process for is kept")
    {
        engine_fixture fix({.paused_for = 90s});
        fix.start(task_ids(3));
        CHECK(fix.service.requests().empty());
        auto const start = fix.time.now();
        fix.finish();
        CHECK(fix.made().pairs.accepted == 3);
        REQUIRE_FALSE(fix.service.requests().empty());
        CHECK(fix.service.requests()[0].at >= start + 90s);
    }

    TEST_CASE("engine: a pause that outlasts the patience stops the run at once")
    {
        engine_fixture fix({.patience = 1min, .paused_for = 90s});
        fix.start(task_ids(3));
        fix.settle_down();
        REQUIRE(fix.has_ended());
        CHECK(fix.error() == errc::patience_exhausted);
        CHECK(fix.service.requests().empty());
        CHECK(fix.journal.leavings.size() == fix.made().pairs.pairs);
    }

    TEST_CASE("engine: a 503 whose Retry-After cannot be read throttles, and backs off by itself")
    {
        engine_fixture fix({.max_attempts = 1});
        fix.service.answer("task-1", http(503, "{}", "Retry-After: soon\r\n"));
        fix.start(task_ids(1));
        CHECK_FALSE(fix.has_ended());
        fix.finish();
        CHECK(fix.result_of("task-1").outcome == outcome::accepted);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
    }
}
