#include "traffic/concurrency_limit.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel;
using namespace batch_cancel::traffic;
using namespace std::chrono_literals;

namespace
{

using time_point = concurrency_limit::time_point;
using duration = concurrency_limit::duration;

/** A limit in use. */
struct limited_run
{
    concurrency_limit limit;
    time_point now = test_start;

    void answers(int count, duration latency = 1ms)
    {
        for (int i = 0; i < count; ++i)
        {
            limit.on_answer(now, now + latency, limit.allowed());
            now += 1us;
        }
    }

    /** A second and a little; with the last of its answers the limit judges it. */
    void second(duration latency, int count = 100, unsigned in_flight = 4096)
    {
        for (int i = 1; i < count; ++i)
            limit.on_answer(now, now + latency, in_flight);
        now += 1010ms;
        limit.on_answer(now - latency, now, in_flight);
    }
};

limited_run at_most(unsigned most)
{
    limited_run made{concurrency_limit(most)};
    made.answers(static_cast<int>(most), 10ms);
    return made;
}

}  // namespace

TEST_SUITE("concurrency_limit")
{
    TEST_CASE("concurrency_limit: starts with 4, or fewer where fewer are allowed")
    {
        CHECK(concurrency_limit(64).allowed() == 4);
        CHECK(concurrency_limit(64).cause() == pace_cause::starting);
        CHECK(concurrency_limit(3).allowed() == 3);
        CHECK(concurrency_limit(3).cause() == pace_cause::unbounded);
    }

    TEST_CASE("concurrency_limit: held at the most, whatever comes")
    {
        limited_run run{concurrency_limit(64, concurrency_limit::mode::held)};
        CHECK(run.limit.allowed() == 64);
        run.limit.on_throttled(test_start, test_start + 1s);
        run.limit.on_failure(test_start + 2s, test_start + 3s);
        run.second(1ms);
        run.second(1s);
        CHECK(run.limit.allowed() == 64);
        CHECK(run.limit.cause() == pace_cause::unbounded);
    }

    TEST_CASE("concurrency_limit: one more with each answer, up to the most")
    {
        limited_run run{concurrency_limit(64)};
        run.answers(1);
        CHECK(run.limit.allowed() == 5);
        run.answers(58);
        CHECK(run.limit.allowed() == 63);
        CHECK(run.limit.cause() == pace_cause::starting);
        run.answers(10);
        CHECK(run.limit.allowed() == 64);
        CHECK(run.limit.cause() == pace_cause::unbounded);
    }

    TEST_CASE("concurrency_limit: does not grow while less than half of it is used")
    {
        limited_run run{concurrency_limit(64)};
        run.limit.on_answer(test_start, test_start + 1ms, 1);
        CHECK(run.limit.allowed() == 4);
        run.limit.on_answer(test_start, test_start + 1ms, 2);
        CHECK(run.limit.allowed() == 5);
    }

    TEST_CASE("concurrency_limit: throttling and failures cut it to 0.7 and say so")
    {
        auto throttled = at_most(100);
        throttled.limit.on_throttled(throttled.now, throttled.now + 1ms);
        CHECK(throttled.limit.allowed() == 70);
        CHECK(throttled.limit.cause() == pace_cause::throttled);
        auto failing = at_most(100);
        failing.limit.on_failure(failing.now, failing.now + 1ms);
        CHECK(failing.limit.allowed() == 70);
        CHECK(failing.limit.cause() == pace_cause::failing);
    }

    TEST_CASE("concurrency_limit: is cut once for all that was in flight together")
    {
        auto run = at_most(100);
        auto const cut_at = run.now + 1s;
        run.limit.on_throttled(run.now, cut_at);
        run.limit.on_throttled(cut_at - 1ns, cut_at + 1s);
        run.limit.on_failure(cut_at - 1ns, cut_at + 2s);
        CHECK(run.limit.allowed() == 70);
        run.limit.on_failure(cut_at, cut_at + 3s);
        CHECK(run.limit.allowed() == 49);
    }

    TEST_CASE("concurrency_limit: one request is always allowed")
    {
        auto run = at_most(64);
        for (int i = 0; i < 100; ++i)
        {
            run.now += 1s;
            run.limit.on_failure(run.now, run.now + 1ms);
        }
        CHECK(run.limit.allowed() == 1);
        run.now += 1s;
        run.answers(3);
        CHECK(run.limit.allowed() == 2);
    }

    TEST_CASE("concurrency_limit: after a cut it grows by one a round trip, from what was started since")
    {
        auto run = at_most(100);
        auto const before = run.now;
        run.now += 1s;
        run.limit.on_throttled(before, run.now);
        for (int i = 0; i < 200; ++i)
            run.limit.on_answer(before, run.now, 70);
        CHECK(run.limit.allowed() == 70);
        run.answers(69);
        CHECK(run.limit.allowed() == 70);
        run.answers(3);
        CHECK(run.limit.allowed() == 71);
        CHECK(run.limit.cause() == pace_cause::throttled);
        run.answers(10'000);
        CHECK(run.limit.allowed() == 100);
        CHECK(run.limit.cause() == pace_cause::unbounded);
    }

    TEST_CASE("concurrency_limit: latency half as high again is tolerated, more lowers it")
    {
        auto run = at_most(100);
        run.second(10ms);
        run.second(10ms);
        run.second(14ms);
        CHECK(run.limit.allowed() == 100);
        run.second(100ms);
        // 0.8 * 100 + 0.2 * (0.5 * 100 + 4)
        CHECK(run.limit.allowed() == 90);
        CHECK(run.limit.cause() == pace_cause::slow_answers);
        // Lowered again, and not grown in between.
        run.second(100ms, 90);
        CHECK(run.limit.allowed() == 82);
    }

    TEST_CASE("concurrency_limit: grows again once latency is the usual one")
    {
        auto run = at_most(100);
        run.second(10ms);
        run.second(100ms);
        run.second(10ms);
        auto const lowered = run.limit.allowed();
        REQUIRE(lowered < 100);
        run.second(10ms, 3000);
        CHECK(run.limit.allowed() == 100);
        CHECK(run.limit.cause() == pace_cause::unbounded);
    }

    TEST_CASE("concurrency_limit: seconds with few answers, or few requests in flight, say nothing of latency")
    {
        auto few = at_most(100);
        few.second(10ms);
        few.second(100ms, 9);
        CHECK(few.limit.allowed() == 100);
        auto idle = at_most(100);
        idle.second(10ms);
        idle.second(100ms, 100, 49);
        CHECK(idle.limit.allowed() == 100);
    }

    TEST_CASE("concurrency_limit: what is usual may be learnt while few requests are in flight")
    {
        limited_run run{concurrency_limit(100)};
        run.now += 1s;
        run.answers(1);
        run.second(10ms, 100, 1);
        run.answers(96);
        REQUIRE(run.limit.allowed() == 100);
        run.second(100ms, 1000);
        CHECK(run.limit.allowed() < 100);
    }

    TEST_CASE("concurrency_limit: a second that says nothing does not keep it from growing")
    {
        auto run = at_most(100);
        run.second(10ms);
        run.second(100ms);
        REQUIRE(run.limit.allowed() == 90);
        run.second(100ms, 9);
        run.answers(500);
        CHECK(run.limit.allowed() > 92);
    }

    TEST_CASE("concurrency_limit: latency that rises with load settles it where the service is still busy")
    {
        // A service of one core: 1 ms each, one after another, and 9 ms on the way.
        limited_run run{concurrency_limit(64)};
        unsigned lowest = 64;
        for (int second = 0; second < 300; ++second)
        {
            auto const in_flight = run.limit.allowed();
            auto const latency = std::max<duration>(10ms, in_flight * 1ms);
            run.second(latency, static_cast<int>(in_flight * 1s / latency), in_flight);
            if (second > 60)
                lowest = std::min(lowest, run.limit.allowed());
        }
        CHECK(lowest >= 10);
        CHECK(run.limit.allowed() < 40);
    }

    TEST_CASE("concurrency_limit: latency that does not follow the limit becomes the usual one")
    {
        auto run = at_most(64);
        run.second(10ms);
        unsigned lowest = 64;
        for (int second = 0; second < 60; ++second)
        {
            run.second(100ms, 640);
            lowest = std::min(lowest, run.limit.allowed());
        }
        CHECK(lowest < 64);
        CHECK(lowest > 35);
        CHECK(run.limit.allowed() == 64);
    }

    TEST_CASE("concurrency_limit: what is usual comes down quickly")
    {
        auto run = at_most(64);
        run.second(100ms);
        for (int second = 0; second < 60; ++second)
            run.second(10ms, 640);
        REQUIRE(run.limit.allowed() == 64);
        run.second(50ms);
        CHECK(run.limit.allowed() < 64);
    }

    TEST_CASE("concurrency_limit: after an outage it grows quickly to nearly what was borne before")
    {
        concurrency_limit limit(64);
        auto now = test_start;
        for (int i = 0; i != 80; ++i)
            limit.on_answer(now, now, limit.allowed());
        REQUIRE(limit.allowed() == 64);
        for (int i = 0; i != 30; ++i)
        {
            now += 1s;
            limit.on_failure(now, now);
        }
        REQUIRE(limit.allowed() == 1);
        limit.on_recovery();
        now += 1s;
        for (int i = 0; i != 57; ++i)
            limit.on_answer(now, now, limit.allowed());
        CHECK(limit.allowed() == 58);
        for (int i = 0; i != 57; ++i)
            limit.on_answer(now, now, limit.allowed());
        CHECK(limit.allowed() <= 59);
    }

    TEST_CASE("concurrency_limit: when failures are over it grows quickly, if they stay away")
    {
        concurrency_limit limit(64);
        auto now = test_start;
        auto const answer = [&](int count)
        {
            for (int i = 0; i != count; ++i)
                limit.on_answer(now, now, limit.allowed());
        };
        answer(80);
        REQUIRE(limit.allowed() == 64);
        for (int i = 0; i != 30; ++i)
        {
            now += 1s;
            limit.on_failure(now, now);
        }
        REQUIRE(limit.allowed() == 1);
        now += 4999ms;
        answer(20);
        CHECK(limit.allowed() < 10);
        now += 1ms;
        answer(60);
        CHECK(limit.allowed() >= 57);
        CHECK(limit.allowed() <= 59);

        SUBCASE("having got there, by one a round trip as ever")
        {
            auto const reached = limit.allowed();
            answer(60);
            CHECK(limit.allowed() <= reached + 2);
        }
        SUBCASE("fewer answers say nothing")
        {
            now += 1s;
            for (int i = 0; i != 30; ++i)
            {
                now += 1s;
                limit.on_failure(now, now);
            }
            now += 1min;
            answer(10);
            CHECK(limit.allowed() < 6);
        }
    }

    TEST_CASE("concurrency_limit: what fails again while it grows quickly is not grown to quite as far")
    {
        concurrency_limit limit(64);
        auto now = test_start;
        auto const answer = [&](int count)
        {
            for (int i = 0; i != count; ++i)
                limit.on_answer(now, now, limit.allowed());
        };
        auto const fail = [&](int count)
        {
            for (int i = 0; i != count; ++i)
            {
                now += 1s;
                limit.on_failure(now, now);
            }
        };
        answer(80);
        fail(30);
        now += 5s;
        answer(30);
        fail(30);
        REQUIRE(limit.allowed() == 1);
        now += 5s;
        answer(80);
        CHECK(limit.allowed() >= 51);
        CHECK(limit.allowed() <= 53);
    }
}
