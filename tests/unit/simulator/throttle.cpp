#include "asker.hpp"

#include "simulator/client_holds.hpp"
#include "simulator/token_bucket.hpp"

#include <utility>

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

    TEST_CASE("service: a client that was told nothing is not counted for what another one was told")
    {
        asker fix({.throttle_per_second = 0.1});
        auto const task = fix.task(0, 0);
        auto const path = asker::root + "/" + fix.job(0) + "/users/" + task + "/cancel";
        auto const call = [&](simulator::visitor who, std::string const& agent, std::string const& token)
        {
            auto const own = std::exchange(fix.token, token);
            std::swap(fix.from, who);
            auto const made = fix.ask("POST", path, "User-Agent: " + agent + "\r\n");
            fix.token = own;
            return made.status();
        };
        auto const hasty = fix.token;
        auto const innocent = fix.service.tokens().issue(fix.now + 1s);
        simulator::visitor const here{.address = "127.0.0.1"};
        CHECK(call(here, "a", hasty) == 202);
        CHECK(call(here, "a", hasty) == 429);
        fix.now += 1s;
        CHECK(call(here, "a", innocent) == 429);
        CHECK(fix.counts().early == 0);  // another token
        CHECK(call(here, "b", hasty) == 429);
        CHECK(fix.counts().early == 0);  // another program
        CHECK(call({.address = "127.0.0.2"}, "a", hasty) == 429);
        CHECK(fix.counts().early == 0);  // another machine
        CHECK(call(here, "a", hasty) == 429);
        CHECK(fix.counts().early == 1);
        fix.now += 250ms;
        CHECK(call(here, "b", hasty) == 429);
        CHECK(fix.counts().early == 2);  // it has been told by now
    }

    TEST_CASE("client_holds: a client that has waited long enough is not held, nor are the many that came and went")
    {
        simulator::client_holds holds;
        simulator::client_holds::time_point now{1h};
        for (int n = 0; n < 5000; ++n)
        {
            holds.hold("token " + std::to_string(n), "agent", "here", now, now + 1s);
            now += 10ms;
        }
        CHECK(holds.should_wait("token 4970", "agent", "here", now));
        CHECK_FALSE(holds.should_wait("token 4890", "agent", "here", now));
        CHECK_FALSE(holds.should_wait("token 0", "agent", "here", now));
        CHECK_FALSE(holds.should_wait("token 4970", "agent", "there", now));
    }

    TEST_CASE("service: a share of the requests is throttled by chance, however slowly they come")
    {
        asker fix({.jobs = 1, .tasks_per_job = 2000, .throttle_share = 0.1});
        unsigned throttled = 0;
        for (std::size_t n = 0; n < 2000; ++n)
        {
            auto const made = fix.cancel(fix.job(0), fix.task(0, n));
            throttled += made.status() == 429 ? 1 : 0;
            CHECK((made.status() == 202 || made.holds("\r\nRetry-After: 1\r\n")));
            fix.now += 2s;
        }
        CHECK(throttled > 140);
        CHECK(throttled < 260);
        auto const seen = fix.counts();
        CHECK(seen.throttled == throttled);
        CHECK(seen.accepted == 2000 - throttled);
        CHECK(seen.early == 0);
    }

    TEST_CASE("service: with more in flight than it can serve it answers 503 and carries nothing out")
    {
        asker fix({.busy_above = 2});
        fix.service.enter();
        fix.service.enter();
        CHECK(fix.cancel(fix.job(0), fix.task(0, 0)).status() == 202);
        fix.service.enter();
        auto const refused = fix.cancel(fix.job(0), fix.task(0, 1));
        CHECK(refused.status() == 503);
        CHECK_FALSE(refused.holds("Retry-After"));
        CHECK(fix.counts().busy == 1);
        CHECK(fix.counts().tasks_asked == 1);
        fix.service.leave();
        CHECK(fix.cancel(fix.job(0), fix.task(0, 1)).status() == 202);
    }
}
