#include "core/even_rate.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::core;
using namespace std::chrono_literals;

namespace
{

constexpr even_rate::time_point start{1000h};

}  // namespace

TEST_SUITE("even_rate")
{
    TEST_CASE("even_rate: without a bound the next start is always due")
    {
        even_rate rate;
        rate.on_start(start);
        rate.on_start(start);
        CHECK(rate.per_second() == 0);
        CHECK(rate.next_start() <= start);
    }

    TEST_CASE("even_rate: starts are one spacing apart")
    {
        even_rate rate(20);
        CHECK(rate.per_second() == 20);
        CHECK(rate.next_start() <= start);
        rate.on_start(start);
        CHECK(rate.next_start() == start + 50ms);
        rate.on_start(start + 50ms);
        CHECK(rate.next_start() == start + 100ms);
    }

    TEST_CASE("even_rate: a timer that fires late costs no rate")
    {
        even_rate slow(20);
        even_rate fast(10'000);
        slow.on_start(start);
        slow.on_start(start + 54ms);
        CHECK(slow.next_start() == start + 100ms);
        fast.on_start(start);
        fast.on_start(start + 5ms);
        CHECK(fast.next_start() == start + 200us);
    }

    TEST_CASE("even_rate: idle time is not caught up")
    {
        even_rate slow(20);
        even_rate fast(10'000);
        slow.on_start(start);
        slow.on_start(start + 55ms);
        CHECK(slow.next_start() == start + 105ms);
        fast.on_start(start);
        fast.on_start(start + 6ms);
        CHECK(fast.next_start() == start + 6ms + 100us);
    }

    TEST_CASE("even_rate: another rate counts from the next start on")
    {
        even_rate rate(20);
        rate.on_start(start);
        rate.set(1);
        CHECK(rate.next_start() == start + 50ms);
        rate.on_start(start + 50ms);
        CHECK(rate.next_start() == start + 1050ms);
        rate.set(0);
        rate.on_start(start + 1050ms);
        CHECK(rate.next_start() <= start + 1050ms);
    }
}
