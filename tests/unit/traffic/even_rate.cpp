#include "traffic/even_rate.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::traffic;
using namespace std::chrono_literals;

TEST_SUITE("even_rate")
{
    TEST_CASE("even_rate: without a bound the next start is always due")
    {
        even_rate rate;
        rate.on_start(test_start);
        rate.on_start(test_start);
        CHECK(rate.per_second() == 0);
        CHECK(rate.next_start() <= test_start);
    }

    TEST_CASE("even_rate: starts are one spacing apart")
    {
        even_rate rate(20);
        CHECK(rate.per_second() == 20);
        CHECK(rate.next_start() <= test_start);
        rate.on_start(test_start);
        CHECK(rate.next_start() == test_start + 50ms);
        rate.on_start(test_start + 50ms);
        CHECK(rate.next_start() == test_start + 100ms);
    }

    TEST_CASE("even_rate: a timer that fires late costs no rate")
    {
        even_rate slow(20);
        even_rate fast(10'000);
        slow.on_start(test_start);
        slow.on_start(test_start + 54ms);
        CHECK(slow.next_start() == test_start + 100ms);
        fast.on_start(test_start);
        fast.on_start(test_start + 5ms);
        CHECK(fast.next_start() == test_start + 200us);
    }

    TEST_CASE("even_rate: idle time is not caught up")
    {
        even_rate slow(20);
        even_rate fast(10'000);
        slow.on_start(test_start);
        slow.on_start(test_start + 55ms);
        CHECK(slow.next_start() == test_start + 105ms);
        fast.on_start(test_start);
        fast.on_start(test_start + 6ms);
        CHECK(fast.next_start() == test_start + 6ms + 100us);
    }

    TEST_CASE("even_rate: another rate counts from the next start on")
    {
        even_rate rate(20);
        rate.on_start(test_start);
        rate.set(1);
        CHECK(rate.next_start() == test_start + 50ms);
        rate.on_start(test_start + 50ms);
        CHECK(rate.next_start() == test_start + 1050ms);
        rate.set(0);
        rate.on_start(test_start + 1050ms);
        CHECK(rate.next_start() <= test_start + 1050ms);
    }
}
