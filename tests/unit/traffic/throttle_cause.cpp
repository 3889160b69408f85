#include "traffic/throttle_cause.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace batch_cancel::traffic;
using namespace std::chrono_literals;
using doctest::Approx;

namespace
{

/** Cycles of a service that refuses one request in `one_in`, and pauses for a second. */
struct random_throttling
{
    throttle_cause cause{};
    throttle_cause::time_point now = test_start;
    double one_in = 50;

    throttle_cause::advice cycle(double pace, double refused = 1, bool has_pace = true)
    {
        auto const admitted = one_in - 1;
        auto const active = one_in / pace;
        now += std::chrono::duration_cast<throttle_cause::duration>(std::chrono::duration<double>(active + 1));
        return cause.on_cycle({.pace = pace,
                               .has_pace = has_pace,
                               .admitted = admitted,
                               .refused = refused,
                               .time = active + 1,
                               .active = active,
                               .carried = admitted / (active + 1),
                               .sent_meanwhile = 20,
                               .ended = now});
    }

    /** Until a trial begins, with nothing that bounded the pace at first. */
    throttle_cause::advice find_out()
    {
        CHECK(cycle(500, 1, false).searches);
        CHECK(cycle(50).searches);
        return cycle(20);
    }
};

}  // namespace

TEST_SUITE("throttle_cause")
{
    TEST_CASE("throttle_cause: what a lower pace does not cure lets the pace go")
    {
        random_throttling service;
        auto const last = service.find_out();
        CHECK_FALSE(last.searches);
        CHECK(last.pace == 0);
        CHECK(service.cause.is_trial());
        CHECK(service.cause.uncured() == Approx(2 / 100.0).epsilon(0.1));
    }

    TEST_CASE("throttle_cause: a limiter carries as much at a lower pace, so the search goes on")
    {
        throttle_cause cause;
        auto now = test_start;
        for (double pace : {500.0, 200.0, 120.0, 90.0, 80.0, 60.0, 55.0, 50.0, 45.0})
        {
            now += 10s;
            auto const advice = cause.on_cycle({.pace = pace,
                                                .has_pace = true,
                                                .admitted = 450,
                                                .refused = 1,
                                                .time = 10,
                                                .active = 450 / pace,
                                                .carried = 45,
                                                .ended = now});
            CHECK(advice.searches);
        }
        CHECK_FALSE(cause.is_trial());
    }

    TEST_CASE("throttle_cause: a run of refusals at first, as of an empty bucket, needs more to be called chance")
    {
        random_throttling service;
        CHECK(service.cycle(500, 20, false).searches);
        for (int pauses = 1; pauses < 6; ++pauses)
            CHECK(service.cycle(50).searches);
        CHECK_FALSE(service.cycle(50).searches);
    }

    TEST_CASE("throttle_cause: many refusals in one pause are no chance")
    {
        random_throttling service;
        service.cycle(500, 1, false);
        service.cycle(50);
        CHECK(service.cycle(20, 4).searches);
    }

    TEST_CASE("throttle_cause: what something else than the pace holds back shows nothing")
    {
        random_throttling service;
        service.cycle(500, 1, false);
        service.cycle(50);
        auto const advice = service.cause.on_cycle({.pace = 20,
                                                    .has_pace = true,
                                                    .admitted = 49,
                                                    .refused = 1,
                                                    .time = 50,
                                                    .active = 49,
                                                    .carried = 1,
                                                    .ended = service.now + 50s});
        CHECK(advice.searches);
    }

    TEST_CASE("throttle_cause: a series that slowing down has helped is over")
    {
        random_throttling service;
        service.cycle(500, 1, false);
        service.cycle(50);
        service.cause.on_quiet(400);
        CHECK(service.cycle(20).searches);
        CHECK(service.cycle(20).searches);
    }

    TEST_CASE("throttle_cause: refusals that the share explains leave the pace alone")
    {
        random_throttling service;
        service.find_out();
        for (int pauses = 0; pauses < 50; ++pauses)
        {
            auto const advice = service.cycle(500, 1, false);
            CHECK_FALSE(advice.searches);
            CHECK(advice.pace == 0);
        }
    }

    TEST_CASE("throttle_cause: with a pace at first, it is raised by steps")
    {
        random_throttling service;
        service.cycle(500);
        service.cycle(50);
        auto const first = service.cycle(20);
        CHECK_FALSE(first.searches);
        CHECK(first.pace == 80);
        auto const next = service.cycle(80);
        CHECK_FALSE(next.searches);
        CHECK(next.pace >= 80);
    }

    TEST_CASE("throttle_cause: more than the share explains is a limit after all, and the next trial waits")
    {
        random_throttling service;
        service.find_out();
        auto const wrong = service.cycle(500, 5);
        CHECK(wrong.searches);
        CHECK(wrong.pace <= 20);
        CHECK_FALSE(service.cause.is_trial());
        CHECK(service.cause.uncured() == 0);
        service.cycle(50);
        auto const held = service.cycle(20);
        CHECK(held.searches);
        // It does not help, but it is too early for another trial: the pace stays where it is.
        CHECK(held.pace == 20);
    }

    TEST_CASE("throttle_cause: a trial ends when nothing is refused any more")
    {
        random_throttling service;
        service.find_out();
        service.cause.on_quiet_trial(100, 6);
        CHECK(service.cause.is_trial());
        service.cause.on_quiet_trial(1000, 6);
        CHECK_FALSE(service.cause.is_trial());
    }
}
