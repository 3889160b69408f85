#include "hostile_run.hpp"
#include "virtual_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
using decision = virtual_run::decision;

namespace
{

std::string http_date(std::chrono::system_clock::time_point when)
{
    auto const seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::string text(64, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
    return text;
}

decision throttle(std::string const& fields, unsigned status = 429)
{
    return {.answer = http(status, "{}", fields)};
}

// A service that throttles by a rule, and knows who came before its Retry-After had passed.
class throttler
{
public:
    // What came in the instant of the answer was under way.
    void look_at(seen_request const& request)
    {
        early_ += request.at > told_at_ && request.at < until_ ? 1u : 0u;
    }

    decision turn_away(seen_request const& request, std::chrono::seconds wait)
    {
        told_at_ = request.at;
        until_ = std::max(until_, request.at + wait);
        ++turned_away_;
        return throttle("Retry-After: " + std::to_string(wait.count()) + "\r\n");
    }

    std::size_t early() const noexcept
    {
        return early_;
    }

    std::size_t turned_away() const noexcept
    {
        return turned_away_;
    }

private:
    clock::time_point told_at_{};
    clock::time_point until_{};
    std::size_t early_{0};
    std::size_t turned_away_{0};
};

// What a single pair, throttled once, waits for its second request.
std::chrono::nanoseconds wait_after(decision const& once)
{
    virtual_run fix({.max_in_flight = 4, .max_attempts = 1});
    fix.serve([&](seen_request const& request)
              { return fix.service.requests().size() == 1 ? once : fix.take(request); });
    fix.start({"task"});
    CHECK(fix.engine->progress().paused_for > 0ms);
    // The civil time may jump as it likes.
    fix.time.jump_wall_time(std::chrono::hours(24));
    fix.finish_and_check({"task"});
    CHECK(fix.result_of("task").outcome == outcome::accepted);
    CHECK(fix.result_of("task").attempts == 2);
    CHECK_FALSE(fix.result_of("task").ambiguous);
    REQUIRE(fix.service.requests().size() == 2);
    return fix.service.requests()[1].at - fix.service.requests()[0].at;
}

void check_waits(std::string const& fields, std::chrono::nanoseconds told)
{
    for (unsigned const status : {429u, 503u, 509u})
    {
        CAPTURE(fields);
        CAPTURE(status);
        auto const waited = wait_after(throttle(fields, status));
        CHECK(waited >= told);
        CHECK(waited <= told + std::max<std::chrono::nanoseconds>(250ms, told / 10));
    }
}

void check_backs_off(std::string const& fields)
{
    CAPTURE(fields);
    auto const waited = wait_after(throttle(fields));
    CHECK(waited >= 100ms);
    CHECK(waited <= 60s);
}

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("D17: a Retry-After that can be read is waited out, never early and hardly longer")
    {
        check_waits("Retry-After: 7\r\n", 7s);
        check_waits("Retry-After: 2.128\r\n", 2128ms);
        check_waits("Retry-After: 315\r\n", 315s);
        check_waits("Retry-After: 3\r\nRetry-After: 7\r\n", 7s);
        check_waits("Retry-After: 7\r\nRetry-After: 3\r\n", 7s);
        check_waits("Retry-After: soon\r\nRetry-After: 4\r\n", 4s);
    }

    TEST_CASE("D17: a date is measured against the answer's own date, else against ours")
    {
        check_waits("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:47 GMT\r\n", 10s);
        virtual_run const sample;
        auto const soon = sample.time.wall_now() + 30s;
        check_waits("Retry-After: " + http_date(soon) + "\r\n", 30s);
    }

    TEST_CASE("D17: one that cannot be read, is past, or is none is a backoff")
    {
        virtual_run const sample;
        auto const yesterday = http_date(sample.time.wall_now() - std::chrono::hours(24));
        for (auto const& value : {std::string("0"), std::string("-1"), std::string("9223372036854775808"),
                                  std::string("soon"), std::string("7s"), std::string("1e3"), std::string("2."),
                                  std::string(), std::string("Sun, 32 Nov 2026 08:49:37 GMT"), yesterday})
            check_backs_off("Retry-After: " + value + "\r\n");
        check_backs_off("");
    }

    TEST_CASE("D17: a wait that outlasts all patience is never cut short: the run stops at once, and the pairs stay "
              "resumable")
    {
        virtual_run const sample;
        auto const next_year = http_date(sample.time.wall_now() + std::chrono::hours(24 * 365));
        for (auto const& value : {std::string("1000000000"), next_year})
        {
            CAPTURE(value);
            virtual_run fix({.max_in_flight = 4});
            fix.serve([&](seen_request const&) { return throttle("Retry-After: " + value + "\r\n"); });
            auto const tasks = numbered("task", 20);
            fix.start(tasks);
            auto const sent = fix.service.requests().size();
            CHECK(sent <= 4);
            fix.finish_and_check(tasks);
            CHECK(fix.service.requests().size() == sent);
            CHECK(fix.seconds() < 1);
            CHECK(fix.error() == errc::patience_exhausted);
            CHECK(fix.made().pairs.unprocessed == 20);
            CHECK(std::none_of(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                               [](pair const& left) { return left.ambiguous; }));
        }
    }

    TEST_CASE("D18: throttled for ten minutes: nobody fails, nothing is sent early, and the pause can be seen")
    {
        virtual_run fix({.max_in_flight = 16, .max_attempts = 1});
        throttler rule;
        fix.serve(
            [&](seen_request const& request)
            {
                rule.look_at(request);
                return fix.seconds() < 600 ? rule.turn_away(request, 5s) : fix.take(request);
            });
        auto const tasks = numbered("task", 200);
        fix.start(tasks);
        fix.advance(2s);
        CHECK(fix.engine->progress().paused_for > 2s);
        CHECK(fix.engine->progress().in_flight == 0);
        fix.finish_and_check(tasks);
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 200);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.made().requests.throttled == rule.turned_away());
        CHECK(rule.early() == 0);
    }

    TEST_CASE("D18: every other request is throttled: nobody fails")
    {
        for (auto const wait : {1s, 0s})
        {
            virtual_run fix({.max_in_flight = 8, .max_attempts = 1});
            throttler rule;
            fix.serve(
                [&](seen_request const& request)
                {
                    rule.look_at(request);
                    return fix.service.requests().size() % 2 == 1 ? rule.turn_away(request, wait) : fix.take(request);
                });
            auto const tasks = numbered("task", 60);
            fix.start(tasks);
            fix.finish_and_check(tasks);
            CHECK(fix.made().pairs.accepted == 60);
            CHECK(fix.made().pairs.ambiguous == 0);
            CHECK(rule.early() == 0);
        }
    }

    TEST_CASE("D18: some connections alone are throttled: all keep still, and nobody fails")
    {
        virtual_run fix({.max_in_flight = 8, .max_attempts = 1});
        throttler rule;
        fix.serve(
            [&](seen_request const& request)
            {
                rule.look_at(request);
                bool const is_throttled = fix.seconds() < 120 && request.connection % 2 == 1;
                auto decided = is_throttled ? rule.turn_away(request, 1s) : fix.take(request);
                decided.answer.delay = 40ms;
                return decided;
            });
        auto const tasks = numbered("task", 300);
        fix.start(tasks);
        fix.finish_and_check(tasks);
        CHECK(fix.made().pairs.accepted == 300);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(rule.turned_away() > 0);
    }
}
