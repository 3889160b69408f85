#include "traffic/outage.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>

using namespace batch_cancel::traffic;
using namespace std::chrono_literals;

TEST_SUITE("outage")
{
    TEST_CASE("outage: probes come further and further apart, and begin anew in the next outage")
    {
        random_bits random(3);
        outage off;
        CHECK_FALSE(off.is_on());
        off.begin(test_start, random);
        CHECK(off.is_on());
        CHECK(off.next_probe() > test_start);
        CHECK(off.next_probe() <= test_start + 1s);
        auto now = test_start;
        for (int i = 0; i != 20; ++i)
        {
            now = off.next_probe();
            off.on_probe(now, random);
            CHECK(off.next_probe() > now);
            CHECK(off.next_probe() <= now + 10s);
        }
        auto const next = off.next_probe();
        off.begin(now, random);
        CHECK(off.next_probe() == next);
        CHECK(off.on_clear(now, now + 1s));
        CHECK_FALSE(off.is_on());
        off.begin(now, random);
        CHECK(off.next_probe() <= now + 1s);
    }

    TEST_CASE("outage: begins after 64 failures in a row, or twice as many as are in flight")
    {
        random_bits random(3);
        for (std::size_t const in_flight : {1U, 32U, 64U, 500U})
        {
            outage off;
            auto const enough = std::max<std::size_t>(64, 2 * in_flight);
            for (std::size_t i = 1; i != enough; ++i)
                off.on_failure(test_start, in_flight, random);
            CHECK_FALSE(off.is_on());
            off.on_failure(test_start, in_flight, random);
            CHECK(off.is_on());
        }
    }

    TEST_CASE("outage: sixteen failures in a row are enough when nothing was clear for ten seconds")
    {
        random_bits random(3);
        outage off;
        CHECK_FALSE(off.on_clear(test_start, test_start));
        for (int i = 0; i != 15; ++i)
            off.on_failure(test_start + 9s, 64, random);
        off.on_failure(test_start + 10s - 1ns, 64, random);
        CHECK_FALSE(off.is_on());
        off.on_failure(test_start + 10s, 64, random);
        CHECK(off.is_on());
    }

    TEST_CASE("outage: a pause is no time without clear responses")
    {
        random_bits random(3);
        outage off;
        CHECK_FALSE(off.on_clear(test_start, test_start));
        off.on_pause(test_start + 1min);
        for (int i = 0; i != 30; ++i)
            off.on_failure(test_start + 1min + 9s, 64, random);
        CHECK_FALSE(off.is_on());
        off.on_failure(test_start + 1min + 10s, 64, random);
        CHECK(off.is_on());
    }

    TEST_CASE("outage: nine failures of ten are none, as long as something gets through")
    {
        random_bits random(3);
        outage off;
        auto now = test_start;
        for (int i = 0; i != 10'000; ++i)
        {
            now += 100ms;
            if (i % 20 == 19)
                CHECK_FALSE(off.on_clear(now, now));
            else
                off.on_failure(now, 64, random);
            REQUIRE_FALSE(off.is_on());
        }
    }

    TEST_CASE("outage: a response to what was sent before it began does not end it")
    {
        random_bits random(3);
        outage off;
        off.begin(test_start, random);
        CHECK_FALSE(off.on_clear(test_start - 1ns, test_start + 1s));
        CHECK(off.is_on());
        CHECK(off.on_clear(test_start, test_start + 1s));
        CHECK_FALSE(off.is_on());
    }
}
