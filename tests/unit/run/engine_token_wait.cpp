#include "support/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;

namespace
{

/** A source in which somebody puts tokens, like a file. */
class renewed_tokens final : public token_source
{
public:
    explicit renewed_tokens(std::string first)
        : value_(std::move(first))
    {
    }

    void renew(std::string value)
    {
        value_ = std::move(value);
        ++generation_;
        is_ready = true;
    }

    boost::asio::awaitable<access_token> get(std::uint64_t) override
    {
        ++asked;
        if (!is_ready)
            throw described_error(errc::token_not_ready, "the file is empty");
        access_token token{value_, generation_};
        given_ = generation_;
        co_return token;
    }

    bool can_change() const noexcept override
    {
        return true;
    }

    bool has_news() noexcept override
    {
        return given_ != generation_;
    }

    std::string name() const override
    {
        return "a file";
    }

    int asked = 0;
    bool is_ready = true;

private:
    std::string value_;
    std::uint64_t generation_{1};
    std::uint64_t given_{0};
};

/** An engine, a source of tokens, and a service that takes one token at a time. */
class token_fixture : public engine_fixture
{
public:
    explicit token_fixture(std::string const& first, engine_options wanted = {})
        : engine_fixture(std::move(wanted))
        , taken(first)
    {
        auto made = std::make_unique<renewed_tokens>(first);
        source = made.get();
        tokens = std::move(made);
        service.answer_others(
            [this](seen_request const& request)
            {
                bool const is_good = request.bytes.find("Bearer " + taken + "\r\n") != std::string::npos;
                auto answered = is_good ? accepted() : http(401);
                answered.delay = 100ms;
                return answered;
            });
    }

    bool has_waited() const
    {
        return std::any_of(events.begin(), events.end(),
                           [](auto const& each) { return each.first == engine_event::kind::token_awaited; });
    }

    renewed_tokens* source = nullptr;
    std::string taken;
};

std::string const expired = "eyJhbGciOiJub25lIn0.eyJleHAiOjF9.x";  // {"exp":1}

}  // namespace

TEST_SUITE("engine_token_wait")
{
    TEST_CASE("engine: when a token that has worked is refused, nothing is sent until there is another")
    {
        token_fixture fix("old", {.max_in_flight = 4, .adapt = false});
        fix.start(task_ids(200));
        fix.advance(1s);
        fix.taken = "new";
        fix.advance(5s);
        REQUIRE_FALSE(fix.has_ended());
        CHECK(fix.has_waited());
        CHECK(fix.made_so_far().cause == pace_cause::awaiting_token);
        CHECK(fix.made_so_far().in_flight == 0);
        auto const sent = fix.service.requests().size();
        fix.advance(100s);
        CHECK(fix.service.requests().size() == sent);
        fix.source->renew("new");
        fix.advance(1s);
        CHECK(fix.service.requests().size() > sent);
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 200);
        CHECK(fix.made().pairs.ambiguous == 0);
    }

    TEST_CASE("engine: a token that does not come in time stops the run; those pairs stay unprocessed")
    {
        token_fixture fix("old", {.max_in_flight = 4, .adapt = false});
        fix.start(task_ids(200));
        fix.advance(1s);
        fix.taken = "new";
        auto const since = fix.time.now();
        fix.finish();
        CHECK(fix.error() == errc::credentials_refused);
        CHECK(fix.time.now() - since >= 2min);
        CHECK(fix.time.now() - since < 2min + 5s);
        CHECK(fix.made().pairs.failed == 0);
        CHECK(fix.made().pairs.unprocessed == fix.journal.leavings.size());
        CHECK(fix.made().detail.find("no other token came") != std::string::npos);
    }

    TEST_CASE("engine: a first token that is refused ends the run at once, unless it has expired")
    {
        token_fixture fix("wrong");
        fix.taken = "right";
        fix.start(task_ids(50));
        fix.advance(10s);
        REQUIRE(fix.has_ended());
        CHECK(fix.error() == errc::credentials_refused);
        CHECK_FALSE(fix.has_waited());

        token_fixture late(expired);
        late.taken = "right";
        late.start(task_ids(50));
        late.advance(30s);
        REQUIRE_FALSE(late.has_ended());
        CHECK(late.has_waited());
        CHECK(late.service.requests().size() < 20);  // no other pair need find it out
        late.source->renew("right");
        late.finish();
        CHECK(!late.error());
        CHECK(late.made().pairs.accepted == 50);
    }

    TEST_CASE("engine: no time to wait, or a source that cannot change: the run stops at once")
    {
        token_fixture fix(expired, {.token_wait = {}});
        fix.taken = "right";
        fix.start(task_ids(50));
        fix.advance(10s);
        REQUIRE(fix.has_ended());
        CHECK(fix.error() == errc::credentials_refused);

        token_fixture fixed("any");
        fixed.tokens = make_fixed_token(expired);
        fixed.start(task_ids(50));
        fixed.advance(10s);
        REQUIRE(fixed.has_ended());
        CHECK(fixed.error() == errc::credentials_refused);
    }

    TEST_CASE("engine: a token that is being written is waited for, the first one too")
    {
        for (bool const comes : {true, false})
        {
            CAPTURE(comes);
            token_fixture fix("good");
            fix.source->is_ready = false;
            fix.start(task_ids(50));
            fix.advance(60s);
            REQUIRE_FALSE(fix.has_ended());
            CHECK(fix.service.requests().empty());
            fix.source->is_ready = comes;
            fix.finish();
            if (comes)
            {
                CHECK(!fix.error());
                CHECK(fix.made().pairs.accepted == 50);
                continue;
            }
            CHECK(fix.error() == errc::token_not_available);
            CHECK(fix.made().detail.find("the file is empty") != std::string::npos);
            CHECK(fix.made().pairs.unprocessed == 50);
        }
    }

    TEST_CASE("engine: an empty file at the moment of the refusal")
    {
        token_fixture fix("old", {.max_in_flight = 4, .adapt = false});
        fix.start(task_ids(200));
        fix.advance(1s);
        fix.taken = "new";
        fix.source->renew("new");
        fix.source->is_ready = false;
        fix.advance(2s);
        REQUIRE_FALSE(fix.has_ended());
        fix.source->is_ready = true;
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 200);
    }

    TEST_CASE("engine: the wait for a token has a limit of its own, whatever the patience")
    {
        token_fixture impatient("old", {.max_in_flight = 4, .adapt = false, .patience = 30s});
        impatient.start(task_ids(200));
        impatient.advance(1s);
        impatient.taken = "new";
        impatient.advance(100s);
        CHECK_FALSE(impatient.has_ended());
        impatient.advance(25s);
        REQUIRE(impatient.has_ended());
        CHECK(impatient.error() == errc::credentials_refused);
    }

    TEST_CASE("engine: limits of time and stops end the wait")
    {
        token_fixture hurried("old", {.max_in_flight = 4, .adapt = false, .max_duration = 20s});
        hurried.start(task_ids(2000));
        hurried.advance(1s);
        hurried.taken = "new";
        hurried.advance(20s);
        REQUIRE(hurried.has_ended());
        CHECK(hurried.error() == errc::out_of_time);

        for (auto const how : {stop_kind::drain, stop_kind::abort})
        {
            token_fixture stopped("old", {.max_in_flight = 4, .adapt = false});
            stopped.start(task_ids(200));
            stopped.advance(1s);
            stopped.taken = "new";
            stopped.advance(10s);
            REQUIRE(stopped.has_waited());
            stopped.engine->stop(how);
            stopped.settle_down();
            CHECK(stopped.has_ended());
        }
    }

    TEST_CASE("engine: a token that is replaced early is used, though the old one works")
    {
        token_fixture fix("old", {.max_in_flight = 1, .adapt = false});
        fix.start(task_ids(100));
        fix.advance(3s);
        CHECK(fix.source->asked == 1);
        fix.source->renew("new");
        std::size_t refused = 0;
        fix.service.answer_others(
            [&](seen_request const& request)
            {
                refused += request.bytes.find("Bearer new\r\n") == std::string::npos;
                auto slow = accepted();
                slow.delay = 100ms;
                return slow;
            });
        fix.finish();
        CHECK(!fix.error());
        CHECK(refused <= 11);
        CHECK(fix.source->asked == 2);
        CHECK_FALSE(fix.has_waited());
    }

    TEST_CASE("engine: a pair that alone is refused pauses nobody")
    {
        token_fixture fix("good", {.max_in_flight = 2, .adapt = false});
        fix.service.answer("task-7", http(401));
        fix.service.answer("task-7", http(401));
        fix.start(task_ids(50));
        fix.advance(30s);
        REQUIRE(fix.has_ended());
        CHECK(!fix.error());
        CHECK(fix.result_of("task-7").reason == reason::unauthorized);
        CHECK(fix.made().pairs.accepted == 49);
        CHECK_FALSE(fix.has_waited());
    }
}
