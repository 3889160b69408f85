#include "support/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;

namespace
{

std::vector<std::string> numbered(std::size_t count)
{
    std::vector<std::string> ids;
    for (std::size_t i = 1; i <= count; ++i)
        ids.push_back("task-" + std::to_string(i));
    return ids;
}

std::size_t position(std::vector<std::string> const& notes, std::string const& note)
{
    auto const found = std::find(notes.begin(), notes.end(), note);
    REQUIRE_MESSAGE(found != notes.end(), note);
    return static_cast<std::size_t>(found - notes.begin());
}

}  // namespace

TEST_SUITE("engine")
{
    TEST_CASE("engine: every pair of a source gets exactly one result, and the totals add up")
    {
        engine_fixture fix;
        fix.service.answer("task-2", http(409, R"({"error":{"code":"Conflict","message":"Cancel is not possible."}})"));
        fix.service.answer("task-3", http(404, R"({"error":{"code":"NotFound","message":"no task"}})"));
        fix.start(numbered(500));
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

    TEST_CASE("engine: never more connections or requests in flight than allowed, and connections are used again")
    {
        engine_fixture fix({.max_in_flight = 7});
        fix.service.answer_others(
            [](seen_request const&)
            {
                auto slow = accepted();
                slow.delay = 20ms;
                return slow;
            });
        fix.start(numbered(100));
        CHECK(fix.engine->progress().in_flight == 7);
        fix.finish();
        CHECK(fix.service.most_open() == 7);
        CHECK(fix.service.connects() == 7);
        CHECK(fix.made().requests.connections_opened == 7);
    }

    TEST_CASE("engine: the journal knows a pair before it is sent, and its result before it is counted")
    {
        engine_fixture fix({.max_in_flight = 1});
        std::vector<std::string> seen_at_request;
        fix.service.answer_others(
            [&](seen_request const& request)
            {
                auto const& notes = fix.journal.notes;
                CHECK(position(notes, "admit " + request.task_id) < notes.size() - 1);
                CHECK(notes.back() == "commit");
                return accepted();
            });
        fix.start(numbered(3));
        fix.finish();
        CHECK(fix.journal.notes == std::vector<std::string>{"admit task-1", "commit", "settle task-1", "admit task-2",
                                                            "commit", "settle task-2", "admit task-3", "commit",
                                                            "settle task-3", "commit", "commit"});
    }

    TEST_CASE("engine: each attempt has a client-request-id of its own, and the record tells the last")
    {
        engine_fixture fix;
        fix.service.answer("task-1", http(500));
        fix.start(numbered(1));
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

    TEST_CASE("engine: a 500 may have been carried out; the pair is tried again and stays ambiguous")
    {
        engine_fixture fix;
        fix.service.answer("task-1", http(500));
        fix.service.answer("task-1", http(409));
        fix.start(numbered(1));
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
        fix.start(numbered(1));
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
        fix.start(numbered(20));
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
        fix.start(numbered(1));
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
        fix.start(numbered(1));
        fix.advance(10s);
        CHECK(fix.result_of("task-1").outcome == outcome::accepted);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
        CHECK(fix.service.requests().size() == 1);
        fix.finish();
    }

    TEST_CASE("engine: a request lost on a connection that had served before is sent again at once, and said")
    {
        engine_fixture fix({.max_in_flight = 1});
        fix.service.answer("task-2", {.then = reply::ending::eof});
        fix.start(numbered(2));
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
        fix.start(numbered(3));
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
        fix.start(numbered(2));
        fix.finish();
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.made().pairs.conflict == 0);
        CHECK(fix.service.connects() == 2);
    }

    TEST_CASE("engine: a failure before the first byte is no attempt")
    {
        engine_fixture fix;
        fix.service.fail_next_write(0);
        fix.start(numbered(1));
        fix.finish();
        CHECK(fix.result_of("task-1").attempts == 1);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
    }

    TEST_CASE("engine: a certificate fault at first contact stops the run before anything is sent")
    {
        engine_fixture fix;
        fix.service.fail_connect({.step = connect_step::certificate, .detail = "not trusted: expired"});
        fix.start(numbered(10));
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
            fix.start(numbered(10));
            fix.finish();
            CHECK(fix.error() == errc::first_contact_failed);
            CHECK(fix.service.connects() == 3);
        }
        SUBCASE("works at last")
        {
            for (int i = 0; i < 2; ++i)
                fix.service.fail_connect({.step = connect_step::connect, .detail = "refused"});
            fix.start(numbered(10));
            fix.finish();
            CHECK(!fix.error());
            CHECK(fix.made().pairs.accepted == 10);
            CHECK(fix.made().requests.attempts == 10);
        }
    }

    TEST_CASE("engine: answers that are no HTTP stop the run after ten different pairs")
    {
        engine_fixture fix;
        fix.service.answer_others([](seen_request const&) { return reply{.bytes = "SSH-2.0-OpenSSH_9.2\r\n"}; });
        fix.start(numbered(500));
        fix.finish();
        CHECK(fix.error() == errc::not_http);
        CHECK(fix.made().pairs.settled() == 0);
        CHECK(fix.made().pairs.unprocessed == 128);  // all that had been pulled
        auto const ambiguous = std::count_if(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                                             [](pair const& left) { return left.ambiguous; });
        CHECK(static_cast<std::size_t>(ambiguous) == fix.service.requests().size());
    }

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
        fix.start(numbered(10));
        fix.engine->stop(stop_kind::drain);
        fix.finish();
        CHECK(fix.error() == boost::asio::error::operation_aborted);
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
        fix.start(numbered(10));
        fix.engine->stop(stop_kind::abort);
        fix.settle_down();
        REQUIRE(fix.has_ended());
        CHECK(fix.made().pairs.unprocessed == 10);
        auto const ambiguous =
            std::count_if(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                          [](pair const& left) { return left.ambiguous && left.earlier_attempts == 1; });
        CHECK(ambiguous == 3);
    }

    TEST_CASE("engine: a stop ends a wait at the gate and a connect under way")
    {
        engine_fixture fix({.max_in_flight = 2});
        SUBCASE("gate")
        {
            fix.service.answer_others([](seen_request const&) { return http(429, "{}", "Retry-After: 3600\r\n"); });
        }
        SUBCASE("connect")
        {
            fix.service.delay_connects(1h);
        }
        fix.start(numbered(5));
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

    TEST_CASE("engine: a journal that fails ends the run; nothing is sent after it")
    {
        for (std::size_t good = 0; good < 12; ++good)
        {
            CAPTURE(good);
            engine_fixture fix({.max_in_flight = 2});
            fix.journal.commits_left = good;
            fix.start(numbered(6));
            fix.finish();
            if (!fix.error())
                break;
            CHECK(fix.error() == errc::journal_not_writable);
            CHECK(fix.made().pairs.unprocessed == 6 - fix.made().pairs.settled());
            CHECK(fix.results.results().size() == fix.made().pairs.settled());
            for (auto const& settled : fix.results.results())
                CHECK(position(fix.journal.notes, "settle " + settled.pair.task_id) < fix.journal.notes.size());
        }
    }

    TEST_CASE("engine: a token that is refused is replaced once for all, and the pairs are sent again")
    {
        struct two_tokens final : token_source
        {
            boost::asio::awaitable<access_token> get(std::uint64_t refused) override
            {
                ++asked;
                access_token token{refused == 0 ? "old" : "new", refused == 0 ? 1u : 2u};
                co_return token;
            }
            int asked = 0;
        };
        engine_fixture fix;
        auto source = std::make_unique<two_tokens>();
        auto const* const tokens = source.get();
        fix.tokens = std::move(source);
        fix.service.answer_others(
            [](seen_request const& request)
            { return request.bytes.find("Bearer new\r\n") != std::string::npos ? accepted() : http(401); });
        fix.start(numbered(100));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 100);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(tokens->asked == 2);
        auto const refused = std::count_if(fix.service.requests().begin(), fix.service.requests().end(),
                                           [](seen_request const& request)
                                           { return request.bytes.find("Bearer old\r\n") != std::string::npos; });
        CHECK(refused <= 64);
    }

    TEST_CASE("engine: credentials that the service refuses from the start stop the run; those pairs stay unprocessed")
    {
        for (unsigned const status : {401u, 403u})
        {
            for (std::size_t const pairs : {500u, 3u})  // many, and fewer than the limit
            {
                CAPTURE(status);
                CAPTURE(pairs);
                engine_fixture fix({.max_in_flight = 8});
                fix.service.answer_others([&](seen_request const&) { return http(status); });
                fix.start(numbered(pairs));
                fix.finish();
                CHECK(fix.error() == errc::credentials_refused);
                CHECK(fix.error() == condition::resumable);
                CHECK(fix.made().pairs.settled() == 0);
                CHECK(fix.service.requests().size() <= 20 + 8);
                CHECK(fix.journal.leavings.size() == fix.made().pairs.unprocessed);
            }
        }
    }

    TEST_CASE("engine: a pair that is refused among others that are not fails by itself")
    {
        engine_fixture fix({.max_in_flight = 1});
        fix.service.answer("task-1", http(403));
        fix.service.answer("task-2", http(401));
        fix.service.answer("task-2", http(401));
        fix.start(numbered(10));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.result_of("task-1").reason == reason::forbidden);
        CHECK(fix.result_of("task-1").attempts == 1);
        CHECK(fix.result_of("task-2").reason == reason::unauthorized);
        CHECK(fix.result_of("task-2").attempts == 2);
        CHECK(fix.made().pairs.accepted == 8);
    }

    TEST_CASE(
        "engine: a service that throttles and refuses by turns stops for its refusals, and no pair fails for them")
    {
        engine_fixture fix({.max_in_flight = 4});
        std::size_t asked = 0;
        fix.service.answer_others([&](seen_request const&)
                                  { return ++asked % 3 == 0 ? http(503, "{}", "Retry-After: 1\r\n") : http(401); });
        fix.start(numbered(200));
        fix.finish();
        CHECK(fix.error() == errc::credentials_refused);
        CHECK(fix.made().pairs.settled() == 0);
    }

    TEST_CASE("engine: a pair whose token alone is refused fails by itself, also as the last one")
    {
        engine_fixture fix({.max_in_flight = 2});
        fix.service.answer("task-1", http(401));
        fix.service.answer("task-1", http(401));
        auto slow = accepted();
        slow.delay = 1s;
        fix.service.answer("task-3", slow);
        fix.service.answer("task-4", slow);
        fix.start(numbered(4));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.result_of("task-1").reason == reason::unauthorized);
    }

    TEST_CASE("engine: a retry after a lost answer goes over a new connection, not over an idle one")
    {
        engine_fixture fix({.max_in_flight = 2});
        auto slow = accepted();
        slow.delay = 1s;
        fix.service.answer("task-1", slow);
        fix.service.answer("task-2", slow);
        fix.service.answer("task-3", {.delay = 2s, .then = reply::ending::eof});
        fix.start(numbered(3));
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

    TEST_CASE("engine: a stop right after the start is not lost")
    {
        for (bool const is_serial : {false, true})
        {
            engine_fixture fix({.executor_is_serial = is_serial});
            fix.service.delay_connects(1h);
            fix.start_and(numbered(5), [&] { fix.engine->stop(stop_kind::drain); });
            fix.finish();
            CHECK(fix.error() == boost::asio::error::operation_aborted);
            CHECK(fix.service.requests().empty());
        }
    }

    TEST_CASE("engine: a 503 whose Retry-After cannot be read throttles, and backs off by itself")
    {
        engine_fixture fix({.max_attempts = 1});
        fix.service.answer("task-1", http(503, "{}", "Retry-After: soon\r\n"));
        fix.start(numbered(1));
        CHECK_FALSE(fix.has_ended());
        fix.finish();
        CHECK(fix.result_of("task-1").outcome == outcome::accepted);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
    }

    TEST_CASE("engine: a token that cannot be put into a header is never sent")
    {
        engine_fixture fix;
        fix.tokens = make_fixed_token("line\r\nbreak");
        fix.start(numbered(3));
        fix.finish();
        CHECK(fix.error() == errc::token_not_available);
        CHECK(fix.service.requests().empty());
        CHECK(fix.made().detail.find("line") == std::string::npos);
    }
}
