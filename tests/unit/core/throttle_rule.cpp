#include "core/throttle_rule.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

using batch_cancel::core::throttle_rule;
using namespace std::chrono_literals;

TEST_SUITE("throttle_rule")
{
    TEST_CASE("throttle_rule: a first refusal goes again when the service opens")
    {
        CHECK(throttle_rule::due(test_start, 1, true, false) == test_start);
    }

    TEST_CASE("throttle_rule: with nothing else to send, nothing is waited for")
    {
        CHECK(throttle_rule::due(test_start, 5, false, true) == test_start);
    }

    TEST_CASE("throttle_rule: pairs that are refused again and again share their turns")
    {
        for (unsigned in_a_row : {2U, 3U, 4U, 5U, 40U})
        {
            auto const first = throttle_rule::due(test_start + 100ms, in_a_row, true, false);
            CHECK(first == throttle_rule::due(test_start + 900ms, in_a_row, true, false));
            CHECK(first >= test_start + 400ms);
            CHECK(first <= test_start + 17s);
        }
        auto const longest = throttle_rule::due(test_start, 40, true, false);
        CHECK(throttle_rule::due(longest, 40, true, false) == longest + 16s);
    }

    TEST_CASE("throttle_rule: the pace hears of a pair twice, and always if there is no other to tell")
    {
        CHECK(throttle_rule::is_of_pace(0, true));
        CHECK(throttle_rule::is_of_pace(1, true));
        CHECK_FALSE(throttle_rule::is_of_pace(2, true));
        CHECK(throttle_rule::is_of_pace(9, false));
    }
}
