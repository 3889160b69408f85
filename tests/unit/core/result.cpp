#include <batch_cancel/result.hpp>

#include <doctest/doctest.h>

using namespace batch_cancel;

TEST_SUITE("result")
{
    TEST_CASE("result: every outcome and every reason is found again by its name")
    {
        for (auto const value : {outcome::accepted, outcome::conflict, outcome::failed})
            CHECK(outcome_from(to_string(value)) == value);
        for (std::size_t i = 0; i < reason_count; ++i)
        {
            auto const value = static_cast<reason>(i);
            CHECK(reason_from(to_string(value)) == value);
        }
    }

    TEST_CASE("result: the names are those of the journal, and no reason is the empty text")
    {
        CHECK(to_string(outcome::conflict) == "conflict");
        CHECK(to_string(reason::none) == "");
        CHECK(to_string(reason::unreadable_response) == "unreadable_response");
        CHECK(to_string(reason::interrupted) == "interrupted");
    }

    TEST_CASE("result: other names are none")
    {
        CHECK_FALSE(outcome_from(""));
        CHECK_FALSE(outcome_from("Accepted"));
        CHECK_FALSE(reason_from("timeouts"));
    }
}
