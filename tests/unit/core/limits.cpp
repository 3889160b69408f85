#include "core/halt_rule.hpp"
#include "core/time_rule.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel;
using namespace batch_cancel::core;
using namespace std::chrono_literals;

TEST_SUITE("limits")
{
    TEST_CASE("halt_rule: by number from the first on, by share from the hundredth outcome on")
    {
        halt_rule by_number(2, 0);
        CHECK_FALSE(by_number.on_outcome(outcome::failed));
        CHECK_FALSE(by_number.on_outcome(outcome::conflict));
        CHECK(by_number.on_outcome(outcome::failed));

        halt_rule by_share(0, 0.5);
        for (int i = 0; i != 60; ++i)
            CHECK_FALSE(by_share.on_outcome(outcome::failed));
        for (int i = 0; i != 39; ++i)
            CHECK_FALSE(by_share.on_outcome(outcome::accepted));
        CHECK(by_share.on_outcome(outcome::accepted));
        CHECK(by_share.failed() == 60);
        CHECK(by_share.outcomes() == 100);

        halt_rule never(0, 0);
        for (int i = 0; i != 1000; ++i)
            CHECK_FALSE(never.on_outcome(outcome::failed));
    }

    TEST_CASE("time_rule: patience begins anew with each outcome, the run's time does not")
    {
        time_rule both(10min, 1h, test_start);
        CHECK(both.deadline() == test_start + 10min);
        CHECK(both.stops_by(test_start + 10min) == errc::patience_exhausted);
        CHECK_FALSE(both.stops_by(test_start + 10min - 1ns));
        both.on_progress(test_start + 55min);
        CHECK(both.deadline() == test_start + 1h);
        CHECK(both.stops_by(test_start + 1h) == errc::out_of_time);
        CHECK_FALSE(both.stops_by(test_start + 59min));

        time_rule neither({}, {}, test_start);
        CHECK(neither.deadline() == time_rule::time_point::max());
        CHECK_FALSE(neither.stops_by(test_start + 100000h));
    }
}
