#include "support/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;

TEST_SUITE("engine_credentials")
{
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
        fix.start(task_ids(100));
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

    TEST_CASE("engine: a token that the service sends back is in no record")
    {
        struct known_token final : token_source
        {
            boost::asio::awaitable<access_token> get(std::uint64_t) override
            {
                access_token token{"a-token-that-is-secret", 1};
                co_return token;
            }
        };
        engine_fixture fix;
        fix.tokens = std::make_unique<known_token>();
        fix.service.answer_others(
            [](seen_request const& request)
            {
                auto const at = request.bytes.find("Bearer ");
                auto const field = request.bytes.substr(at, request.bytes.find('\r', at) - at);
                return http(404, R"({"error":{"code":")" + field + R"(","message":"not for )" + field + R"("}})",
                            "request-id: " + field + "\r\n");
            });
        fix.start(task_ids(1));
        fix.finish();
        auto const& settled = fix.result_of("task-1");
        CHECK(settled.message == "not for Bearer [token]");
        CHECK(settled.error_code == "Bearer [token]");
        CHECK(settled.request_id == "Bearer [token]");
    }

    TEST_CASE("engine: a token that was replaced while its request was under way is in no record either")
    {
        struct renewed_token final : token_source
        {
            boost::asio::awaitable<access_token> get(std::uint64_t refused) override
            {
                access_token token{refused == 0 ? "former-and-secret" : "present-and-secret", refused == 0 ? 1u : 2u};
                co_return token;
            }
        };
        engine_fixture fix({.max_in_flight = 2, .adapt = false});
        fix.tokens = std::make_unique<renewed_token>();
        auto slow =
            http(404, R"({"error":{"code":"x","message":"neither former-and-secret nor present-and-secret will do"}})");
        slow.delay = 1s;
        auto refused = http(401);
        refused.delay = 500ms;
        fix.service.answer("task-2", refused);
        fix.service.answer("task-3", slow);
        fix.start(task_ids(3));  // the first one alone makes contact
        fix.finish();
        CHECK(fix.result_of("task-2").attempts == 2);
        CHECK(fix.result_of("task-3").message == "neither [token] nor [token] will do");
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
                fix.start(task_ids(pairs));
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
        fix.start(task_ids(10));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.result_of("task-1").reason == reason::forbidden);
        CHECK(fix.result_of("task-1").attempts == 1);
        CHECK(fix.result_of("task-2").reason == reason::unauthorized);
        CHECK(fix.result_of("task-2").attempts == 2);
        CHECK(fix.made().pairs.accepted == 8);
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
        fix.start(task_ids(4));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.result_of("task-1").reason == reason::unauthorized);
    }

    TEST_CASE("engine: a token that cannot be put into a header is never sent")
    {
        engine_fixture fix;
        fix.tokens = make_fixed_token("line\r\nbreak");
        fix.start(task_ids(3));
        fix.finish();
        CHECK(fix.error() == errc::token_not_available);
        CHECK(fix.service.requests().empty());
        CHECK(fix.made().detail.find("line") == std::string::npos);
    }
}
