#include "support/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;

TEST_SUITE("engine")
{
    TEST_CASE("engine: every pair of a source gets exactly one result, and the totals add up")
    {
        engine_fixture fix;
        fix.service.answer("task-2", http(409, R"({"error":{"code":"Conflict","message":"Cancel is not possible."}})"));
        fix.service.answer("task-3", http(404, R"({"error":{"code":"NotFound","message":"no task"}})"));
        fix.start(task_ids(500));
        fix.finish();
        CHECK(!fix.error());
        auto const& pairs = fix.made().pairs;
        CHECK(pairs.pairs == 500);
        CHECK(pairs.accepted == 498);
        CHECK(pairs.conflict == 1);
        CHECK(pairs.failed == 1);
        CHECK(pairs.unprocessed == 0);
        CHECK(pairs.failed_by_reason[static_cast<std::size_t>(reason::not_found)] == 1);
        CHECK(fix.results.results().size() == 500);
        CHECK(fix.service.requests().size() == 500);
        CHECK(fix.made().latency.count() == 500);
        CHECK(fix.result_of("task-2").error_code == "Conflict");
        CHECK(fix.result_of("task-2").message == "Cancel is not possible.");
        CHECK(fix.result_of("task-1").service_status == "Accepted");
        CHECK(fix.result_of("task-1").request_id == "11111111-2222-3333-4444-555555555555");
    }

    TEST_CASE("engine: an empty source ends a run at once, without a connection")
    {
        engine_fixture fix;
        fix.start(std::vector<std::string>{});
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.made().pairs.pairs == 0);
        CHECK(fix.service.connects() == 0);
    }

    TEST_CASE("engine: the journal knows a pair before it is sent, and its result before it is counted")
    {
        engine_fixture fix({.max_in_flight = 1});
        std::vector<std::string> seen_at_request;
        fix.service.answer_others(
            [&](seen_request const& request)
            {
                auto const& notes = fix.journal.notes;
                CHECK(fix.journal.position("begin " + request.task_id) < notes.size() - 1);
                CHECK(notes.back() == "commit");
                return accepted();
            });
        fix.start(task_ids(3));
        fix.finish();
        CHECK(fix.journal.notes == std::vector<std::string>{"plan task-1", "plan task-2", "plan task-3", "begin task-1",
                                                            "commit", "settle task-1", "begin task-2", "commit",
                                                            "settle task-2", "begin task-3", "commit", "settle task-3",
                                                            "commit", "commit"});
    }

    TEST_CASE("engine: a pair that is not to be sent after all is begun in its turn, and that is taken back at once")
    {
        engine_fixture fix({.max_in_flight = 1, .after_ambiguous = after_ambiguous::stop});
        std::vector<pair> pairs;
        for (auto const& id : task_ids(3))
            pairs.push_back({.job_id = "job", .task_id = id});
        pairs[1].ambiguous = true;
        pairs[1].earlier_attempts = 2;
        fix.start(std::move(pairs));
        fix.finish();
        CHECK(fix.service.requests().size() == 2);
        CHECK(fix.result_of("task-2").attempts == 2);
        auto const begun = fix.journal.position("begin task-2");
        CHECK(fix.journal.notes.at(begun + 1) == "wait task-2");
        CHECK(fix.journal.waits.size() == 1);
        CHECK(fix.journal.waits.front().attempts == 2);
        CHECK(fix.journal.waits.front().ambiguous);
    }

    TEST_CASE("engine: lanes that have something for the journal in one turn share a commit")
    {
        engine_fixture fix({.max_in_flight = 64, .adapt = false});
        constexpr std::size_t pairs = 6400;
        fix.start(task_ids(pairs));
        fix.finish();
        CHECK(fix.made().pairs.accepted == pairs);
        auto const commits = std::count(fix.journal.notes.begin(), fix.journal.notes.end(), "commit");
        CHECK(commits <= 4 * pairs / 64);
    }

    TEST_CASE("engine: each attempt has a client-request-id of its own, and the record tells the last")
    {
        engine_fixture fix;
        fix.service.answer("task-1", http(500));
        fix.start(task_ids(1));
        fix.finish();
        REQUIRE(fix.service.requests().size() == 2);
        auto const id_of = [](seen_request const& request)
        {
            std::string const name = "client-request-id: ";
            return request.bytes.substr(request.bytes.find(name) + name.size(), 36);
        };
        CHECK(id_of(fix.service.requests()[0]) != id_of(fix.service.requests()[1]));
        CHECK(fix.result_of("task-1").client_request_id == id_of(fix.service.requests()[1]));
    }

    TEST_CASE("engine: an id that cannot be sent fails without a request, and nothing else is lost")
    {
        engine_fixture fix;
        fix.start({"task-1", "two\r\nlines", "..", std::string(257, 'x'), "task-2"});
        fix.finish();
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.made().pairs.failed_by_reason[static_cast<std::size_t>(reason::bad_request)] == 3);
        CHECK(fix.result_of("..").attempts == 0);
        CHECK(fix.service.requests().size() == 2);
    }

    TEST_CASE(
        "engine: a service that throttles and refuses by turns stops for its refusals, and no pair fails for them")
    {
        engine_fixture fix({.max_in_flight = 4});
        std::size_t asked = 0;
        fix.service.answer_others([&](seen_request const&)
                                  { return ++asked % 3 == 0 ? http(503, "{}", "Retry-After: 1\r\n") : http(401); });
        fix.start(task_ids(200));
        fix.finish();
        CHECK(fix.error() == errc::credentials_refused);
        CHECK(fix.made().pairs.settled() == 0);
    }
}
