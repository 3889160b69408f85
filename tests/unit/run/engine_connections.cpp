#include "support/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;

TEST_SUITE("engine_connections")
{
    TEST_CASE("engine: never more connections or requests in flight than allowed, and connections are used again")
    {
        engine_fixture fix({.max_in_flight = 7, .adapt = false});
        fix.service.answer_others(
            [](seen_request const&)
            {
                auto slow = accepted();
                slow.delay = 20ms;
                return slow;
            });
        fix.start(task_ids(100));
        CHECK(fix.engine->progress().in_flight == 7);
        fix.finish();
        CHECK(fix.service.most_open() == 7);
        CHECK(fix.service.connects() == 7);
        CHECK(fix.made().requests.connections_opened == 7);
    }

    TEST_CASE("engine: a request lost on a connection that had served before is sent again at once, and said")
    {
        engine_fixture fix({.max_in_flight = 1});
        fix.service.answer("task-2", {.then = reply::ending::eof});
        fix.start(task_ids(2));
        CHECK(fix.has_ended());  // without time passing
        auto const& result = fix.result_of("task-2");
        CHECK(result.outcome == outcome::accepted);
        CHECK(result.ambiguous);
        CHECK(result.attempts == 2);
        CHECK(fix.service.connects() == 2);
    }

    TEST_CASE("engine: an idle connection that was closed is not used, and that is no attempt")
    {
        engine_fixture fix({.max_in_flight = 1});
        auto closing = accepted();
        closing.then = reply::ending::eof;  // after the answer, as a service that has enough does
        fix.service.answer_others([&](seen_request const&) { return closing; });
        fix.start(task_ids(3));
        fix.finish();
        CHECK(fix.made().pairs.accepted == 3);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.made().requests.attempts == 3);
        CHECK(fix.service.connects() == 3);
    }

    TEST_CASE("engine: bytes glued to an answer cost the connection and are credited to nobody")
    {
        engine_fixture fix({.max_in_flight = 1});
        auto glued = accepted();
        glued.bytes += http(409).bytes;
        fix.service.answer("task-1", glued);
        fix.start(task_ids(2));
        fix.finish();
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.made().pairs.conflict == 0);
        CHECK(fix.service.connects() == 2);
    }

    TEST_CASE("engine: a failure before the first byte is no attempt")
    {
        engine_fixture fix;
        fix.service.fail_next_write(0);
        fix.start(task_ids(1));
        fix.finish();
        CHECK(fix.result_of("task-1").attempts == 1);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
    }

    TEST_CASE("engine: a certificate fault at first contact stops the run before anything is sent")
    {
        engine_fixture fix;
        fix.service.fail_connect({.step = connect_step::certificate, .detail = "not trusted: expired"});
        fix.start(task_ids(10));
        fix.finish();
        CHECK(fix.error() == errc::first_contact_failed);
        CHECK(fix.error() == condition::misconfigured);
        CHECK(fix.made().detail == "not trusted: expired");
        CHECK(fix.made().pairs.unprocessed == 10);
        CHECK(fix.service.connects() == 1);
        CHECK(fix.service.requests().empty());
        CHECK(fix.journal.leavings.size() == 10);
    }

    TEST_CASE("engine: first contact is tried three times, one at a time; later failures back off")
    {
        engine_fixture fix;
        SUBCASE("never works")
        {
            for (int i = 0; i < 3; ++i)
                fix.service.fail_connect({.step = connect_step::connect, .detail = "refused"});
            fix.start(task_ids(10));
            fix.finish();
            CHECK(fix.error() == errc::first_contact_failed);
            CHECK(fix.service.connects() == 3);
        }
        SUBCASE("works at last")
        {
            for (int i = 0; i < 2; ++i)
                fix.service.fail_connect({.step = connect_step::connect, .detail = "refused"});
            fix.start(task_ids(10));
            fix.finish();
            CHECK(!fix.error());
            CHECK(fix.made().pairs.accepted == 10);
            CHECK(fix.made().requests.attempts == 10);
        }
    }

    TEST_CASE("engine: a retry after a lost answer goes over a new connection, not over an idle one")
    {
        engine_fixture fix({.max_in_flight = 2});
        auto slow = accepted();
        slow.delay = 1s;
        fix.service.answer("task-1", slow);
        fix.service.answer("task-2", slow);
        fix.service.answer("task-3", {.delay = 2s, .then = reply::ending::eof});
        fix.start(task_ids(3));
        fix.advance(3s);
        fix.finish();
        std::vector<std::size_t> over;
        for (auto const& request : fix.service.requests())
        {
            if (request.task_id == "task-3")
                over.push_back(request.connection);
        }
        REQUIRE(over.size() == 2);
        CHECK(over[0] <= 2);
        CHECK(over[1] == 3);
        CHECK(fix.result_of("task-3").ambiguous);
    }
}
