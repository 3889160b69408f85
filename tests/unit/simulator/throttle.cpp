#include "asker.hpp"

#include "simulator/token_bucket.hpp"

using namespace simulator_tests;
using namespace std::chrono_literals;

TEST_SUITE("throttle")
{
    TEST_CASE("token_bucket: holds what one second brings and fills at its rate")
    {
        simulator::token_bucket::time_point now{1h};
        simulator::token_bucket bucket(10, now);
        auto const let_in = [&](int asks)
        {
            int count = 0;
            for (int n = 0; n < asks; ++n)
                count += bucket.ask(now).count() == 0 ? 1 : 0;
            return count;
        };
        CHECK(let_in(20) == 10);
        now += 500ms;
        CHECK(let_in(20) == 5);
        now += 1h;
        CHECK(let_in(20) == 10);
        int over_time = 0;
        for (int step = 0; step < 1000; ++step)
        {
            now += 10ms;
            over_time += let_in(3);
        }
        CHECK(over_time >= 99);
        CHECK(over_time <= 101);
    }

    TEST_CASE("token_bucket: tells whole seconds until the next is let in")
    {
        simulator::token_bucket::time_point now{1h};
        simulator::token_bucket fast(50, now);
        for (int n = 0; n < 50; ++n)
            CHECK(fast.ask(now) == 0s);
        CHECK(fast.ask(now) == 1s);
        simulator::token_bucket slow(0.1, now);
        CHECK(slow.ask(now) == 0s);
        CHECK(slow.ask(now) == 10s);
        CHECK(slow.ask(now + 9s) == 1s);
        CHECK(slow.ask(now + 10s) == 0s);
    }

    TEST_CASE("service: what comes too fast gets 429 with Retry-After and is not carried out")
    {
        asker fix({.throttle_per_second = 0.1});
        CHECK(fix.cancel(fix.job(0), fix.task(0, 0)).status() == 202);
        auto const refused = fix.cancel(fix.job(0), fix.task(0, 1));
        CHECK(refused.status() == 429);
        CHECK(refused.holds("\r\nRetry-After: 10\r\n"));
        CHECK(refused.holds("\"code\":\"TooManyRequests\""));
        CHECK(refused.holds("\"status\":\"429\""));
        CHECK(fix.counts().throttled == 1);
        CHECK(fix.counts().tasks_asked == 1);
        fix.now += 10s;
        CHECK(fix.cancel(fix.job(0), fix.task(0, 1)).status() == 202);
        CHECK(fix.counts().early == 0);
    }

    TEST_CASE("service: who calls before Retry-After has passed is counted")
    {
        asker fix({.throttle_per_second = 0.1});
        auto const call = [&](simulator::visitor& who)
        {
            std::swap(fix.from, who);
            auto const made = fix.cancel(fix.job(0), fix.task(0, 0));
            std::swap(fix.from, who);
            return made.status();
        };
        simulator::visitor told;
        simulator::visitor other;
        CHECK(call(told) == 202);
        CHECK(call(told) == 429);
        CHECK(fix.counts().early == 0);
        fix.now += 1ms;
        CHECK(call(told) == 429);
        CHECK(fix.counts().early == 1);
        CHECK(call(other) == 429);  // may have been on its way
        CHECK(fix.counts().early == 1);
        fix.now += 250ms;
        simulator::visitor third;
        CHECK(call(third) == 429);
        CHECK(fix.counts().early == 2);
        fix.now += 10s;
        CHECK(call(told) == 409);
        CHECK(fix.counts().early == 2);
    }
}
