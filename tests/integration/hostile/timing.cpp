#include "hostile_run.hpp"
#include "virtual_run.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using manner = welcome::manner;

namespace
{

// The head of a TLS record, and of a ServerHello in it, that then goes no further.
std::string const half_a_hello("\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", 11);

constexpr std::string_view short_header = "HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n";

void drip(virtual_run& run, std::vector<std::string> const& drops)
{
    for (auto const& each : drops)
    {
        run.advance(1s);
        run.service.inject(each);
        run.settle_down();
    }
}

std::vector<std::string> each_byte(std::string_view text)
{
    std::vector<std::string> bytes;
    for (char const c : text)
        bytes.emplace_back(1, c);
    return bytes;
}

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("D2: TCP without TLS, and TLS that stalls, are given up, and nothing was sent")
    {
        for (auto const& bytes : {std::string{}, half_a_hello})
        {
            CAPTURE(bytes.size());
            hostile_run fix({.max_in_flight = 4});
            fix.connecting.connect_timeout = 4s;
            fix.server.welcome_with([&](std::size_t) { return welcome{.how = manner::stall, .bytes = bytes}; });
            fix.cancel(numbered("task", 6));
            CHECK(fix.error() == errc::first_contact_failed);
            CHECK(fix.error() == condition::misconfigured);
            CHECK(fix.made().detail.find("TLS handshake with localhost") != std::string::npos);
            CHECK(fix.made().pairs.unprocessed == 6);
            CHECK(fix.made().requests.attempts == 0);
            CHECK(fix.server.connections() == 3);
            CHECK(std::none_of(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                               [](pair const& left) { return left.ambiguous; }));
        }
    }

    TEST_CASE("D2: where one address of the name stalls, another one is tried")
    {
        hostile_run fix({.max_in_flight = 1});
        // Listens and never accepts: TCP connects, and nobody is there.
        auto const deaf = asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.2"), fix.server.port());
        asio::ip::tcp::acceptor const acceptor(fix.context, deaf);
        fix.connecting.connect_timeout = 10s;
        fix.connecting.resolve_overrides = {{"localhost", fix.server.port(), "127.0.0.2"},
                                            {"localhost", fix.server.port(), "127.0.0.1"}};
        fix.cancel(numbered("task", 5));
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 5);
        CHECK(fix.made().pairs.ambiguous == 0);
        auto const said = fix.events_of(engine_event::kind::connection_failed);
        REQUIRE(said.size() == 1);
        CHECK(said.front().find("127.0.0.2") != std::string::npos);
    }

    TEST_CASE("D2: a connection that stalls later is given up, and another one is tried")
    {
        hostile_run fix({.max_in_flight = 1});
        fix.connecting.connect_timeout = 10s;
        fix.server.welcome_with(
            [&](std::size_t serial)
            {
                if (serial == 1 || serial == 2)
                    return welcome{.how = manner::stall, .bytes = serial == 1 ? "" : half_a_hello};
                return welcome{};
            });
        auto const tasks = numbered("task", 3);
        fix.server.answer(tasks[0],
                          {.bytes = "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"});
        fix.cancel(tasks);
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 3);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.made().requests.attempts == 3);
        CHECK(fix.events_of(engine_event::kind::connection_failed).size() == 2);
    }

    TEST_CASE("D3: no answer is ambiguous at 75 s, and costs the connection")
    {
        virtual_run fix({.max_in_flight = 4});
        fix.serve(
            [&](seen_request const& request)
            {
                if (request.task_id == "task-2" && fix.service.requests_for("task-2") == 1)
                    return virtual_run::decision{.answer = silence(), .applied = true};
                if (request.task_id == "task-3" && fix.service.requests_for("task-3") == 1)
                    return virtual_run::decision{.answer = silence(), .applied = false};
                return fix.take(request);
            });
        auto const tasks = numbered("task", 8);
        fix.start(tasks);
        fix.advance(74'999ms);
        CHECK(fix.service.requests_for("task-2") == 1);
        CHECK(fix.service.requests_for("task-3") == 1);
        CHECK(fix.engine->progress().in_flight == 2);
        fix.advance(1ms);
        CHECK(fix.engine->progress().in_flight == 0);
        fix.finish_and_check(tasks);
        CHECK(fix.result_of("task-2").outcome == outcome::conflict);
        CHECK(fix.result_of("task-2").ambiguous);
        CHECK(fix.result_of("task-3").outcome == outcome::accepted);
        CHECK(fix.result_of("task-3").ambiguous);
        CHECK(fix.made().pairs.ambiguous == 2);
        auto const& requests = fix.service.requests();
        auto const silent =
            std::find_if(requests.begin(), requests.end(), [](auto const& each) { return each.task_id == "task-2"; });
        auto const again =
            std::find_if(silent + 1, requests.end(), [](auto const& each) { return each.task_id == "task-2"; });
        REQUIRE(again != requests.end());
        CHECK(again->connection != silent->connection);
    }

    TEST_CASE("D3: a service that never answers anyone: each pair ends after its attempts, as ambiguous")
    {
        virtual_run fix({.max_in_flight = 4, .max_attempts = 2, .patience = 0s, .max_failed_share = 0});
        fix.serve([](seen_request const& request)
                  { return virtual_run::decision{.answer = silence(), .applied = request.task_id != "task-1"}; });
        auto const tasks = numbered("task", 4);
        fix.start(tasks);
        fix.finish_and_check(tasks);
        for (auto const& task : tasks)
        {
            CHECK(fix.result_of(task).reason == reason::timeout);
            CHECK(fix.result_of(task).ambiguous);
        }
    }

    TEST_CASE("D4: a header that drips is cut off at 75 s, and the pair is ambiguous")
    {
        virtual_run fix({.max_in_flight = 1});
        fix.serve(
            [&](seen_request const& request)
            {
                if (fix.service.requests().size() == 1)
                    return virtual_run::decision{.answer = silence(), .applied = true};
                return fix.take(request);
            });
        fix.start({"task"});
        auto const answer = accepted().bytes;
        REQUIRE(answer.find("\r\n\r\n") > 75);
        drip(fix, each_byte(answer.substr(0, 74)));
        CHECK(fix.engine->progress().in_flight == 1);
        fix.advance(1s);
        CHECK(fix.engine->progress().in_flight == 0);
        fix.finish_and_check({"task"});
        CHECK(fix.result_of("task").outcome == outcome::conflict);
        CHECK(fix.result_of("task").ambiguous);
    }

    TEST_CASE("D4: once a header is whole, the drip of a body ends with the time, and the 202 stands")
    {
        std::vector<std::string> drops;
        SUBCASE("a byte a second, header and all")
        {
            drops = each_byte(std::string(short_header) + std::string(74 - short_header.size(), ' '));
        }
        SUBCASE("a chunk of a byte a second")
        {
            drops.push_back("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n");
            drops.resize(74, "1\r\n \r\n");
        }
        virtual_run fix({.max_in_flight = 1});
        fix.serve([](seen_request const&) { return virtual_run::decision{.answer = silence(), .applied = true}; });
        fix.start({"task"});
        drip(fix, drops);
        CHECK(fix.results.results().empty());
        fix.advance(1s);
        REQUIRE(fix.results.results().size() == 1);
        CHECK(fix.result_of("task").outcome == outcome::accepted);
        CHECK_FALSE(fix.result_of("task").ambiguous);
        CHECK(fix.result_of("task").latency == 75s);
        CHECK(fix.service.open_connections() == 0);
        fix.finish_and_check({"task"});
        CHECK(fix.service.requests().size() == 1);
    }

    TEST_CASE("D8: a body shorter than its length leaves the 202 as it is; the connection ends with the time")
    {
        virtual_run fix({.max_in_flight = 1});
        fix.serve(
            [&](seen_request const& request)
            {
                auto decided = fix.take(request);
                if (request.task_id == "task-1")
                    decided.answer.bytes = std::string(short_header) + "{\"status\":\"Accepted\"}";
                return decided;
            });
        fix.start(numbered("task", 2));
        fix.advance(74'999ms);
        CHECK(fix.results.results().empty());
        CHECK(fix.service.open_connections() == 1);
        fix.advance(1ms);
        fix.finish_and_check(numbered("task", 2));
        CHECK(fix.result_of("task-1").outcome == outcome::accepted);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
        CHECK(fix.result_of("task-2").outcome == outcome::accepted);
        CHECK(fix.service.requests().size() == 2);
        CHECK(fix.service.requests()[0].connection != fix.service.requests()[1].connection);
    }

    TEST_CASE("D8: the same over TLS, beside others that are answered")
    {
        hostile_run fix({.max_in_flight = 3, .attempt_timeout = 10s});
        auto const tasks = numbered("task", 30);
        fix.server.answer("task-5", {.bytes = std::string(short_header) + "{}"});
        fix.server.answer("task-6", {.bytes = std::string(short_header.substr(0, 30))});
        fix.cancel(tasks);
        CHECK(fix.made().pairs.accepted == 30);
        CHECK_FALSE(fix.result_of("task-5").ambiguous);
        CHECK(fix.result_of("task-6").ambiguous);
        CHECK(fix.result_of("task-6").attempts == 2);
    }
}
