#include "wire/body_budget.hpp"

#include <doctest/doctest.h>

#include <optional>

using batch_cancel::wire::body_budget;

TEST_SUITE("body_budget")
{
    TEST_CASE("body_budget: shares grow while there is room, and what does not fit changes nothing")
    {
        body_budget all(100);
        body_budget::share one(&all);
        body_budget::share other(&all);
        CHECK(one.grow_to(60));
        CHECK_FALSE(other.grow_to(41));
        CHECK(other.held() == 0);
        CHECK(other.grow_to(40));
        CHECK_FALSE(one.grow_to(61));
        CHECK(one.held() == 60);
        CHECK(one.grow_to(30));  // it has that much
        CHECK(one.held() == 60);
        CHECK(all.held() == 100);
        one.release();
        CHECK(all.held() == 40);
        CHECK(other.grow_to(100));
        CHECK(all.most_held() == 100);
    }

    TEST_CASE("body_budget: a share that ends gives its room back")
    {
        body_budget all(100);
        std::optional<body_budget::share> one(&all);
        CHECK(one->grow_to(100));
        one.reset();
        CHECK(all.held() == 0);
    }

    TEST_CASE("body_budget: an answer whose body matters takes all its room first, or none")
    {
        body_budget all(100);
        body_budget::share page(&all);
        body_budget::share next(&all);
        CHECK(page.grow_to(80));
        CHECK_FALSE(next.grow_to(80));
        CHECK(all.held() == 80);
        page.release();
        CHECK(next.grow_to(80));
    }

    TEST_CASE("body_budget: without a budget a share has no limit")
    {
        body_budget::share alone(nullptr);
        CHECK(alone.grow_to(1'000'000'000));
        CHECK(alone.held() == 1'000'000'000);
        alone.release();
        CHECK(alone.held() == 0);
    }
}
