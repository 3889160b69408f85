#include "traffic/failure_limit.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

using namespace batch_cancel::traffic;
using namespace std::chrono_literals;

namespace
{

/** A service and a client that uses all that is allowed: attempts end one after the other, a few milliseconds apart. */
struct played
{
    failure_limit limit;
    failure_limit::time_point now = test_start;
    std::uint64_t bits = 1;
    std::uint64_t attempts = 0;
    std::uint64_t failures = 0;
    double allowed = 0;

    explicit played(unsigned most)
        : limit(most)
    {
    }

    double chance()
    {
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(bits >> 11) / static_cast<double>(1ULL << 53);
    }

    void attempt(bool failed)
    {
        // What is in flight varies a little by itself.
        auto const in_flight = std::max(1U, static_cast<unsigned>(limit.allowed() * (0.7 + 0.3 * chance())));
        now += 5ms;
        limit.on_end({.started = now - 100ms,
                      .ended = now,
                      .in_flight_at_start = in_flight,
                      .in_flight = in_flight,
                      .failed = failed});
        ++attempts;
        failures += failed ? 1 : 0;
        allowed += limit.allowed();
    }

    /** Attempts that fail by chance. */
    void at_random(int count, double share)
    {
        for (int i = 0; i != count; ++i)
            attempt(chance() < share);
    }

    /** Attempts that fail beyond a number in flight. */
    void beyond(int count, unsigned bearable)
    {
        for (int i = 0; i != count; ++i)
        {
            auto const in_flight = std::max(1U, static_cast<unsigned>(limit.allowed() * (0.7 + 0.3 * chance())));
            now += 5ms;
            bool const failed = in_flight > bearable;
            limit.on_end({.started = now - 100ms,
                          .ended = now,
                          .in_flight_at_start = in_flight,
                          .in_flight = in_flight,
                          .failed = failed});
            ++attempts;
            failures += failed ? 1 : 0;
            allowed += limit.allowed();
        }
    }

    void forget_counts()
    {
        attempts = failures = 0;
        allowed = 0;
    }

    double mean_allowed() const
    {
        return allowed / static_cast<double>(attempts);
    }
};

}  // namespace

TEST_SUITE("failure_limit")
{
    TEST_CASE("failure_limit: starts with 4, and one more with each clear response")
    {
        failure_limit limit(64);
        CHECK(limit.allowed() == 4);
        CHECK(limit.is_starting());
        for (int i = 0; i != 60; ++i)
            limit.on_end({.started = test_start, .ended = test_start, .in_flight_at_start = 64, .in_flight = 64});
        CHECK(limit.allowed() == 64);
        CHECK_FALSE(limit.is_starting());
        CHECK(failure_limit(3).allowed() == 3);
    }

    TEST_CASE("failure_limit: does not grow while less than half of it is used")
    {
        failure_limit limit(64);
        limit.on_end({.started = test_start, .ended = test_start, .in_flight_at_start = 1, .in_flight = 1});
        CHECK(limit.allowed() == 4);
        limit.on_end({.started = test_start, .ended = test_start, .in_flight_at_start = 2, .in_flight = 2});
        CHECK(limit.allowed() == 5);
    }

    TEST_CASE("failure_limit: held at the most, whatever fails")
    {
        failure_limit limit(64, limit_mode::held);
        for (int i = 0; i != 100; ++i)
            limit.on_end({.started = test_start, .ended = test_start, .in_flight = 64, .failed = true});
        limit.on_recovery();
        CHECK(limit.allowed() == 64);
        CHECK_FALSE(limit.is_failing());
    }

    TEST_CASE("failure_limit: failures by chance hardly lower what is in flight")
    {
        for (double const share : {0.005, 0.05, 0.2, 0.5, 0.8})
        {
            CAPTURE(share);
            played run(64);
            run.at_random(1'000, share);
            run.forget_counts();
            run.at_random(20'000, share);
            CHECK(run.mean_allowed() > 0.9 * 64);
        }
    }

    TEST_CASE("failure_limit: failures beyond a number in flight hold it there")
    {
        for (unsigned const bearable : {5U, 10U, 20U, 40U})
        {
            CAPTURE(bearable);
            played run(64);
            run.beyond(2'000, bearable);
            run.forget_counts();
            run.beyond(20'000, bearable);
            CHECK(run.mean_allowed() > 0.9 * bearable);
            CHECK(static_cast<double>(run.failures) < 0.02 * static_cast<double>(run.attempts));
            CHECK(run.limit.is_failing());
        }
    }

    TEST_CASE("failure_limit: when the load is borne again it goes back to the most")
    {
        played run(64);
        run.beyond(5'000, 10);
        REQUIRE(run.limit.allowed() < 20);
        run.at_random(4'000, 0);
        CHECK(run.limit.allowed() == 64);
        CHECK_FALSE(run.limit.is_failing());
    }

    TEST_CASE("failure_limit: after an outage it starts again, knowing nothing")
    {
        played run(64);
        run.beyond(5'000, 10);
        run.limit.on_recovery();
        CHECK(run.limit.allowed() == 4);
        CHECK(run.limit.is_starting());
        run.at_random(200, 0);
        CHECK(run.limit.allowed() == 64);
    }
}

TEST_SUITE("failure_statistics")
{
    TEST_CASE("failure_statistics: finds where failures begin, with few levels and with many")
    {
        for (unsigned const most : {8U, 64U, 500U, 4096U})
        {
            CAPTURE(most);
            failure_statistics seen(most);
            auto const edge = most / 2;
            for (unsigned i = 0; i != 400; ++i)
            {
                auto const in_flight = 1 + i * 977 % most;
                seen.add(in_flight, in_flight > edge);
            }
            auto const found = seen.find_split();
            REQUIRE(found);
            CHECK(found->at >= edge);
            CHECK(found->at <= edge + most / 64 + 1);
        }
    }

    TEST_CASE("failure_statistics: sees no edge in failures that come whatever is in flight")
    {
        failure_statistics seen(64);
        for (unsigned i = 0; i != 5'000; ++i)
        {
            seen.add(1 + i * 37 % 64, i % 5 == 0);
            if (i % 5 == 0)
                REQUIRE_FALSE(seen.find_split());
        }
    }

    TEST_CASE("failure_statistics: forgets what was long ago")
    {
        failure_statistics seen(64);
        for (unsigned i = 0; i != 1'000; ++i)
            seen.add(1 + i % 64, i % 64 >= 32);
        REQUIRE(seen.find_split());
        for (unsigned i = 0; i != 5'000; ++i)
            seen.add(1 + i % 64, false);
        CHECK_FALSE(seen.find_split());
        for (unsigned i = 0; i != 100'000; ++i)
            seen.add(1 + i % 64, i % 64 >= 32);  // through the change of weights
        CHECK(seen.find_split());
        seen.clear();
        CHECK_FALSE(seen.find_split());
    }
}
