#include "traffic/latency_limit.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel;
using namespace batch_cancel::traffic;
using namespace std::chrono_literals;

namespace
{

using time_point = latency_limit::time_point;
using duration = latency_limit::duration;

/** A limit in use. */
struct limited_run
{
    latency_limit limit;
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
    limited_run made{latency_limit(most)};
    made.answers(static_cast<int>(most), 10ms);
    return made;
}

}  // namespace

TEST_SUITE("latency_limit")
{
    TEST_CASE("latency_limit: starts with 4, or fewer where fewer are allowed")
    {
        CHECK(latency_limit(64).allowed() == 4);
        CHECK(latency_limit(64).cause() == pace_cause::starting);
        CHECK(latency_limit(3).allowed() == 3);
        CHECK(latency_limit(3).cause() == pace_cause::unbounded);
    }

    TEST_CASE("latency_limit: held at the most, whatever comes")
    {
        limited_run run{latency_limit(64, limit_mode::held)};
        CHECK(run.limit.allowed() == 64);
        run.second(1ms);
        run.second(1s);
        CHECK(run.limit.allowed() == 64);
        CHECK(run.limit.cause() == pace_cause::unbounded);
    }

    TEST_CASE("latency_limit: one more with each answer, up to the most")
    {
        limited_run run{latency_limit(64)};
        run.answers(1);
        CHECK(run.limit.allowed() == 5);
        run.answers(58);
        CHECK(run.limit.allowed() == 63);
        CHECK(run.limit.cause() == pace_cause::starting);
        run.answers(10);
        CHECK(run.limit.allowed() == 64);
        CHECK(run.limit.cause() == pace_cause::unbounded);
    }

    TEST_CASE("latency_limit: does not grow while less than half of it is used")
    {
        limited_run run{latency_limit(64)};
        run.limit.on_answer(test_start, test_start + 1ms, 1);
        CHECK(run.limit.allowed() == 4);
        run.limit.on_answer(test_start, test_start + 1ms, 2);
        CHECK(run.limit.allowed() == 5);
    }

    TEST_CASE("latency_limit: latency half as high again is tolerated, more lowers it")
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

    TEST_CASE("latency_limit: grows again once latency is the usual one")
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

    TEST_CASE("latency_limit: seconds with few answers, or few requests in flight, say nothing of latency")
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

    TEST_CASE("latency_limit: what is usual may be learnt while few requests are in flight")
    {
        limited_run run{latency_limit(100)};
        run.now += 1s;
        run.answers(1);
        run.second(10ms, 100, 1);
        run.answers(96);
        REQUIRE(run.limit.allowed() == 100);
        run.second(100ms, 1000);
        CHECK(run.limit.allowed() < 100);
    }

    TEST_CASE("latency_limit: a second that says nothing does not keep it from growing")
    {
        auto run = at_most(100);
        run.second(10ms);
        run.second(100ms);
        REQUIRE(run.limit.allowed() == 90);
        run.second(100ms, 9);
        run.answers(500);
        CHECK(run.limit.allowed() > 92);
    }

    TEST_CASE("latency_limit: latency that rises with load settles it where the service is still busy")
    {
        // A service of one core: 1 ms each, one after another, and 9 ms on the way.
        limited_run run{latency_limit(64)};
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

    TEST_CASE("latency_limit: latency that does not follow the limit becomes the usual one")
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

    TEST_CASE("latency_limit: what is usual comes down quickly")
    {
        auto run = at_most(64);
        run.second(100ms);
        for (int second = 0; second < 60; ++second)
            run.second(10ms, 640);
        REQUIRE(run.limit.allowed() == 64);
        run.second(50ms);
        CHECK(run.limit.allowed() < 64);
    }
}
