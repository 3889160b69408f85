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

    TEST_CASE("engine: a service that requires a client certificate stops the run at first contact, nothing in doubt")
    {
        engine_fixture fix;
        std::size_t expected_requests = 0;
        SUBCASE("known when the connection has been made")
        {
            fix.service.answer_connects([] { return connect_plan{.ended = tls_alert(116)}; });
        }
        SUBCASE("known when a request has been sent")
        {
            fix.service.answer_others([](seen_request const&)
                                      { return reply{.delay = 5ms, .then = reply::ending::certificate_alert}; });
            expected_requests = 4;  // as many as a run starts with
        }
        auto const began = fix.time.now();
        fix.start(task_ids(10));
        fix.finish();
        CHECK(fix.error() == errc::first_contact_failed);
        CHECK(fix.made().detail.find("client certificate") != std::string::npos);
        CHECK(fix.made().pairs.unprocessed == 10);
        CHECK(fix.made().requests.attempts == 0);
        CHECK(fix.made().requests.sent == 0);
        CHECK(fix.service.requests().size() == expected_requests);
        CHECK(fix.time.now() - began < 1s);
        REQUIRE(fix.journal.leavings.size() == 10);
        for (auto const& left : fix.journal.leavings)
        {
            CHECK_FALSE(left.ambiguous);
            CHECK(left.earlier_attempts == 0);
        }
    }

    TEST_CASE("engine: a connection that is refused late in mid-run is no attempt, and others are tried with pauses")
    {
        engine_fixture fix({.max_in_flight = 1});
        std::size_t refused = 0;
        fix.service.answer_others(
            [&](seen_request const& seen)
            {
                auto once = accepted();
                once.then = reply::ending::eof;  // so that each request goes over a connection of its own
                if (seen.connection == 1 || refused == 8)
                    return once;
                ++refused;
                return reply{.then = reply::ending::certificate_alert};
            });
        fix.start(task_ids(3));
        auto const began = fix.time.now();
        fix.finish();
        CHECK_FALSE(fix.error());
        CHECK(fix.made().pairs.accepted == 3);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.made().requests.attempts == 3);
        CHECK(refused == 8);
        CHECK(fix.time.now() - began > 2s);
        auto const told =
            std::count_if(fix.events.begin(), fix.events.end(),
                          [](auto const& each) { return each.first == engine_event::kind::connection_failed; });
        CHECK(told == 8);
    }

    TEST_CASE("engine: a connection that is refused while it waits for its first request is a failure to connect")
    {
        engine_fixture fix({.max_in_flight = 2, .adapt = false});
        std::size_t connects = 0;
        fix.service.answer_connects([&] { return connect_plan{.delay = ++connects == 2 ? 100ms : 0ms}; });
        auto busy = http(429, "{}", "Retry-After: 10\r\n");
        busy.delay = 10ms;
        fix.service.answer("task-1", busy);
        fix.start(task_ids(2));
        fix.advance(200ms);
        CHECK(fix.service.open_connections() == 2);
        fix.service.close_all(reply::ending::certificate_alert);
        fix.finish();
        CHECK_FALSE(fix.error());
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.made().pairs.ambiguous == 0);
        auto const told =
            std::count_if(fix.events.begin(), fix.events.end(),
                          [](auto const& each) { return each.first == engine_event::kind::connection_failed; });
        CHECK(told == 1);  // the other one had answered before
    }

    TEST_CASE("engine: a certificate alert after an answer on its connection, or within one, leaves the pair in doubt")
    {
        engine_fixture fix({.max_in_flight = 1});
        reply cut{.bytes = "HTTP/1.1 2", .then = reply::ending::certificate_alert};
        SUBCASE("after an answer")
        {
            cut.bytes.clear();
            fix.service.answer("task-2", cut);
        }
        SUBCASE("within the first answer")
        {
            fix.service.answer("task-1", cut);
            fix.service.answer("task-2", {.then = reply::ending::reset});
        }
        fix.start(task_ids(2));
        fix.finish();
        CHECK_FALSE(fix.error());
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.result_of("task-2").ambiguous);
        CHECK(fix.result_of("task-2").attempts == 2);
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

    TEST_CASE("engine: each address that did not work is told, though the connection does")
    {
        engine_fixture fix({.max_in_flight = 1});
        fix.service.answer_connects([] { return connect_plan{.failed_addresses = {"192.0.2.1:443: refused"}}; });
        fix.start(task_ids(3));
        fix.finish();
        CHECK(fix.made().pairs.accepted == 3);
        std::pair const told{engine_event::kind::address_failed, std::string("192.0.2.1:443: refused")};
        CHECK(std::count(fix.events.begin(), fix.events.end(), told) == 1);
    }

    TEST_CASE("engine: each new connection is told, with where it leads to")
    {
        engine_fixture fix({.max_in_flight = 1});
        fix.service.answer_connects([] { return connect_plan{.peer = "192.0.2.1:443, TLSv1.3"}; });
        fix.service.answer("task-1", {.then = reply::ending::eof});
        fix.start(task_ids(3));
        fix.advance(1s);
        fix.finish();
        std::pair const told{engine_event::kind::connection_opened, std::string("192.0.2.1:443, TLSv1.3")};
        auto const opened = fix.made().requests.connections_opened;
        CHECK(opened > 1);
        CHECK(std::count(fix.events.begin(), fix.events.end(), told) == static_cast<std::ptrdiff_t>(opened));
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
