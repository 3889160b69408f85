#include "support/test_start.hpp"
#include "traffic/backoff.hpp"
#include "traffic/gate.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::traffic;
using namespace std::chrono_literals;

TEST_SUITE("waiting")
{
    TEST_CASE("backoff: anywhere between the floor and a ceiling that doubles up to the cap")
    {
        random_bits random(7);
        backoff const kind{.floor = 100ms, .base = 1s, .cap = 60s};
        for (unsigned failures = 1; failures < 40; ++failures)
        {
            auto const ceiling = failures > 6 ? backoff::duration(60s) : backoff::duration(1s * (1 << (failures - 1)));
            backoff::duration largest{};
            for (int i = 0; i < 200; ++i)
            {
                auto const wait = kind.next(failures, random);
                CHECK(wait >= 100ms);
                CHECK(wait <= ceiling);
                largest = std::max(largest, wait);
            }
            CHECK(largest > ceiling / 2);
        }
    }

    TEST_CASE("gate: shut for what was asked, never less, and a tenth more at most")
    {
        for (unsigned seed = 1; seed < 200; ++seed)
        {
            random_bits random(seed);
            gate held;
            CHECK(held.is_open(test_start));
            held.throttle(test_start, 7s, random);
            CHECK_FALSE(held.is_open(test_start + 7s - 1ns));
            CHECK(held.is_open(test_start + 7s + 700ms));
        }
    }

    TEST_CASE("gate: of several answers the latest end counts")
    {
        random_bits random(1);
        gate held;
        held.throttle(test_start, 60s, random);
        held.throttle(test_start + 1s, 2s, random);
        CHECK_FALSE(held.is_open(test_start + 60s - 1ns));
        held.throttle(test_start + 2s, 120s, random);
        CHECK_FALSE(held.is_open(test_start + 122s - 1ns));
    }

    TEST_CASE("gate: without a hint it backs off by itself, longer each time, until something is let through")
    {
        random_bits random(3);
        gate held;
        auto now = test_start;
        gate::duration longest{};
        for (int pause = 0; pause < 50; ++pause)
        {
            held.throttle(now, std::nullopt, random);
            auto const opens = held.opens_at();
            CHECK(opens >= now + 500ms);
            held.throttle(now, std::nullopt, random);  // another answer to what was in flight
            CHECK(held.opens_at() == opens);
            longest = std::max(longest, opens - now);
            now = opens;
        }
        CHECK(longest > 30s);
        CHECK(longest <= 60s);
        held.admitted();
        held.throttle(now, std::nullopt, random);
        CHECK(held.opens_at() <= now + 2s);
    }

    TEST_CASE("gate: a Retry-After of zero is no licence to go on at once")
    {
        random_bits random(5);
        gate held;
        held.throttle(test_start, 0ms, random);
        CHECK_FALSE(held.is_open(test_start + 400ms));
    }
}
