#include "traffic/pacer.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace batch_cancel::traffic;
using namespace std::chrono_literals;
using doctest::Approx;

namespace
{

using time_point = pacer::time_point;
using duration = pacer::duration;

/** A pacer in use, with a service that answers at once. */
struct paced_run
{
    pacer pace{};
    time_point now = test_start;

    void admit(int requests, duration over)
    {
        for (int i = 0; i < requests; ++i)
        {
            pace.on_start(now + i * over / requests);
            pace.on_admitted();
        }
        now += over;
    }

    /** Start whenever the pace allows, and have it admitted. */
    void go_on(duration length)
    {
        auto const end = now + length;
        for (now = std::max(now, pace.next_start()); now < end; now = std::max(now, pace.next_start()))
        {
            pace.on_start(now);
            pace.on_admitted();
        }
        now = end;
    }

    /** Be refused, wait, and start again. */
    void pause(duration length, int refusals = 1)
    {
        for (int i = 0; i < refusals; ++i)
            pace.on_throttled(now, now, now + length, 0);
        now += length;
        pace.on_start(now);
    }

    /** 100 a second for a second, then a pause of one: between 50 and 100 a second. */
    double throttle_first(int refusals = 1)
    {
        admit(100, 1s);
        pause(1s, refusals);
        return pace.per_second();
    }
};

}  // namespace

TEST_SUITE("pacer")
{
    TEST_CASE("pacer: off until the service throttles")
    {
        paced_run run;
        for (int i = 0; i < 1000; ++i)
        {
            run.pace.on_start(test_start);
            run.pace.on_admitted();
        }
        CHECK_FALSE(run.pace.is_on());
        CHECK(run.pace.per_second() == 0);
        CHECK(run.pace.next_start() <= test_start);
    }

    TEST_CASE("pacer: the first pace is half way between what a cycle admitted and what it was refused at")
    {
        paced_run run;
        CHECK(run.throttle_first() == Approx(0.985 * std::sqrt(50.0 * 100.0)));
        CHECK(run.pace.is_on());
    }

    TEST_CASE("pacer: starts are evenly spaced from the first one after the pause")
    {
        paced_run run;
        auto const pace = run.throttle_first();
        auto const spacing = std::chrono::duration<double>(run.pace.next_start() - run.now).count();
        CHECK(spacing == Approx(1 / pace));
        run.pace.on_start(run.now + 10s);
        CHECK(run.pace.next_start() > run.now + 10s);
    }

    TEST_CASE("pacer: many refusals make one pause, that lasts until the latest of its ends")
    {
        paced_run run;
        run.admit(100, 1s);
        run.pace.on_throttled(run.now, run.now, run.now + 1s, 0);
        run.pace.on_throttled(run.now, run.now + 100ms, run.now + 3s, 0);
        run.pace.on_throttled(run.now, run.now + 200ms, run.now + 2s, 0);
        run.now += 3s;
        run.pace.on_start(run.now);
        CHECK(run.pace.per_second() == Approx(0.985 * std::sqrt(25.0 * 100.0)));
    }

    TEST_CASE("pacer: a late refusal of what was started before the pause changes nothing")
    {
        paced_run run;
        auto const pace = run.throttle_first();
        run.pace.on_throttled(run.now - 1100ms, run.now + 100ms, run.now + 1s, 0);
        run.pace.on_start(run.now + 1s);
        CHECK(run.pace.per_second() == pace);
    }

    TEST_CASE("pacer: a cycle that was refused below the pace bounds the search by its own rate")
    {
        paced_run run;
        run.throttle_first();
        run.admit(200, 4s);
        run.pause(1s);
        CHECK(run.pace.per_second() > 40);
        CHECK(run.pace.per_second() < 0.985 * std::sqrt(40.0 * 50.0));
    }

    TEST_CASE("pacer: the more is refused of late, the closer the pace keeps to what was admitted")
    {
        paced_run run;
        run.throttle_first();
        run.admit(200, 4s);
        run.pause(1s, 50);
        CHECK(run.pace.per_second() == Approx(0.985 * 40));
    }

    TEST_CASE("pacer: refusals at the very first throttling are not held against it")
    {
        paced_run run;
        CHECK(run.throttle_first(60) == Approx(0.985 * std::sqrt(50.0 * 100.0)));
    }

    TEST_CASE("pacer: refused again soon, it falls by 20 % at least")
    {
        paced_run run;
        run.admit(100, 1s);
        run.pause(50ms);
        auto const pace = run.pace.per_second();
        run.admit(50, 500ms);
        run.pause(50ms);
        CHECK(run.pace.per_second() == Approx(0.8 * pace));
    }

    TEST_CASE("pacer: a short cycle is judged with the one before it")
    {
        paced_run run;
        run.throttle_first();
        run.admit(5, 500ms);
        run.pause(100ms);
        CHECK(run.pace.per_second() > 0.985 * 105 / 2.6);
    }

    TEST_CASE("pacer: if the first requests are refused, the pause was too short, not the pace too high")
    {
        paced_run run;
        run.throttle_first();
        run.now += 100ms;
        run.pace.on_throttled(run.now - 90ms, run.now, run.now + 1s, 0);
        run.now += 1s;
        run.pace.on_start(run.now);
        // 100 in 3.1 s, while 100 a second stay the bound.
        CHECK(run.pace.per_second() > 42);
        CHECK(run.pace.per_second() < 0.985 * std::sqrt(100 / 3.1 * 100));
    }

    TEST_CASE("pacer: where all is refused it falls no lower than one in five seconds")
    {
        paced_run run;
        run.throttle_first();
        for (int i = 0; i < 200; ++i)
        {
            run.pause(10s);
            run.now += 1ms;
        }
        CHECK(run.pace.per_second() == Approx(0.2));
    }

    TEST_CASE("pacer: after 3 quiet seconds it goes half way to the pace refused")
    {
        paced_run run;
        auto const pace = run.throttle_first();
        run.go_on(2900ms);
        CHECK(run.pace.per_second() == pace);
        run.go_on(200ms);
        CHECK(run.pace.per_second() == Approx(std::sqrt(pace * 100)));
    }

    TEST_CASE("pacer: near the pace refused it holds, then grows faster and faster")
    {
        paced_run run;
        run.throttle_first();
        run.go_on(6100ms);
        auto const held = run.pace.per_second();
        CHECK(held > 90);
        CHECK(held < 100);
        run.go_on(19500ms);
        CHECK(run.pace.per_second() == held);
        run.go_on(600ms);
        CHECK(run.pace.per_second() == Approx(1.015 * held));
        run.go_on(3s);
        CHECK(run.pace.per_second() == Approx(1.015 * 1.03 * held));
        run.go_on(9s);
        CHECK(run.pace.per_second() == Approx(1.015 * 1.03 * 1.06 * 1.12 * 1.24 * held));
    }

    TEST_CASE("pacer: a limit that has risen, as more than a burst shows, is taken up in quick steps")
    {
        paced_run run;
        run.throttle_first();
        run.go_on(6100ms);
        auto const held = run.pace.per_second();
        run.go_on(38s);  // 20 held, six steps of three seconds
        auto const risen = run.pace.per_second();
        CHECK(risen > 2.5 * held);
        run.go_on(4100ms);
        CHECK(run.pace.per_second() == Approx(1.5 * 1.5 * risen));
    }

    TEST_CASE("pacer: of several on one limit, whoever came off worst catches up within seconds")
    {
        paced_run run{.pace = pacer(4)};
        run.throttle_first();
        run.pause(200ms);
        run.pause(200ms);
        auto const low = run.pace.per_second();
        REQUIRE(low < 60);
        run.go_on(12s);
        CHECK(run.pace.per_second() > 1.5 * low);
        paced_run alone;
        alone.throttle_first();
        alone.pause(200ms);
        alone.pause(200ms);
        alone.go_on(12s);
        CHECK(alone.pace.per_second() < 1.3 * low);
    }

    TEST_CASE("pacer: one refusal of a kind sets no pace while little has been sent")
    {
        SUBCASE("among a handful")
        {
            paced_run run;
            run.admit(10, 1s);
            run.pause(1s);
            CHECK_FALSE(run.pace.is_on());
            run.admit(50, 1s);
            run.pause(1s);
            CHECK(run.pace.is_on());
        }
        SUBCASE("among those in flight that were let in")
        {
            paced_run run;
            run.admit(40, 1s);
            run.pace.on_throttled(run.now, run.now, run.now + 1s, 5);
            run.now += 1s;
            run.pace.on_start(run.now);
            CHECK_FALSE(run.pace.is_on());
        }
        SUBCASE("but two do")
        {
            paced_run run;
            run.admit(10, 1s);
            run.pause(1s, 2);
            CHECK(run.pace.is_on());
        }
    }

    TEST_CASE("pacer: a pause that says nothing of the pace takes no time")
    {
        paced_run run;
        paced_run other;
        run.throttle_first();
        other.throttle_first();
        run.admit(100, 2s);
        other.admit(100, 2s);
        other.pace.skip_pause(other.now, other.now + 5s);
        other.pace.skip_pause(other.now + 1s, other.now + 5s);  // the same one
        other.now += 5s;
        run.pause(1s);
        other.pause(1s);
        CHECK(other.pace.per_second() == Approx(run.pace.per_second()).epsilon(0.01));
    }

    TEST_CASE("pacer: refusals that are the same at any pace let it go")
    {
        paced_run run;
        run.admit(60, 100ms);
        run.pause(1s);
        REQUIRE(run.pace.is_on());
        auto lowest = run.pace.per_second();
        // One of fifty is refused, however slowly they come.
        for (int pauses = 0; run.pace.is_on() && pauses < 20; ++pauses)
        {
            lowest = std::min(lowest, run.pace.per_second());
            for (int i = 0; i < 50; ++i)
            {
                run.now = std::max(run.now, run.pace.next_start());
                run.pace.on_start(run.now);
                run.pace.on_admitted();
            }
            run.pause(1s);
        }
        CHECK_FALSE(run.pace.is_on());
        CHECK(lowest > 5);
    }

    TEST_CASE("pacer: it does not grow while something else holds requests back")
    {
        paced_run run;
        auto const pace = run.throttle_first();
        run.admit(static_cast<int>(30 * pace), 60s);
        CHECK(run.pace.per_second() == pace);
    }

    TEST_CASE("pacer: after many refusals it probes no sooner than 24 s later")
    {
        paced_run run;
        run.throttle_first();
        run.admit(200, 4s);
        run.pause(1s, 50);
        auto const pace = run.pace.per_second();
        run.go_on(23500ms);
        CHECK(run.pace.per_second() == pace);
        run.go_on(1s);
        CHECK(run.pace.per_second() > pace);
    }

    TEST_CASE("pacer: refusals are forgotten over a minute")
    {
        paced_run run;
        run.throttle_first();
        run.admit(200, 4s);
        run.pause(1s, 50);
        run.admit(2000, 200s);  // too slow to make the pace grow: it is time that forgets, not what is admitted
        run.pause(2s, 1);
        auto const after_quiet = run.pace.per_second();
        run.go_on(22s);  // longer than it holds, shorter than it would wait while many were refused of late
        CHECK(run.pace.per_second() > after_quiet);
    }

    TEST_CASE("pacer: refused when it had grown, it goes back to the pace that was held before")
    {
        paced_run run;
        run.throttle_first();
        run.go_on(6100ms);
        auto const held = run.pace.per_second();
        run.go_on(21s);
        REQUIRE(run.pace.per_second() == Approx(1.015 * held));
        SUBCASE("after the first step") {}
        SUBCASE("after the second, which a burst may have carried")
        {
            run.go_on(4s);
            REQUIRE(run.pace.per_second() == Approx(1.015 * 1.03 * held));
        }
        run.pause(20s, 100);
        CHECK(run.pace.per_second() == Approx(0.985 * held));
    }

    TEST_CASE("pacer: refused in its search, it is bounded by the rate of the last step, not of the slower ones before")
    {
        paced_run run;
        auto const first = run.throttle_first();
        run.go_on(4s);
        auto const refused = run.pace.per_second();
        REQUIRE(refused == Approx(std::sqrt(first * 100)));
        run.pause(1s);
        auto const admitted = 3 * first + refused;
        auto const kept = admitted / 5;
        auto const boldness = 0.5 * (1 - 1 / (admitted + 2) / 0.025);
        CHECK(run.pace.per_second() == Approx(0.985 * kept * std::pow(refused / kept, boldness)).epsilon(0.01));
    }

    TEST_CASE("pacer: it holds for half as long when it has waited before")
    {
        paced_run run;
        run.throttle_first();
        run.admit(200, 4s);
        run.pause(1s, 50);
        run.go_on(27500ms);  // 24 for the refusals, and a step of its search
        auto const held = run.pace.per_second();
        CHECK(held > 45);
        run.go_on(9s);
        CHECK(run.pace.per_second() == held);
        run.go_on(1s);
        CHECK(run.pace.per_second() == Approx(1.015 * held));
    }

    TEST_CASE("pacer: a pace that is refused though it was held is given up")
    {
        paced_run run;
        run.throttle_first();
        run.go_on(6100ms);
        auto const held = run.pace.per_second();
        run.pause(10s, 100);
        CHECK(run.pace.per_second() < 0.5 * held);
    }

    TEST_CASE("pacer: after a long climb only its last steps count")
    {
        paced_run run;
        run.throttle_first();
        run.go_on(60s);
        auto const reached = run.pace.per_second();
        REQUIRE(reached > 500);
        run.pause(100ms, 300);
        CHECK(run.pace.per_second() > 0.6 * reached);
        CHECK(run.pace.per_second() < reached);
    }
}
