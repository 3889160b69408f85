#include <batch_cancel/summary.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace batch_cancel;
using namespace std::chrono_literals;

TEST_SUITE("summary")
{
    TEST_CASE("latency_histogram: nothing added is zero everywhere")
    {
        latency_histogram const none;
        CHECK(none.count() == 0);
        CHECK(none.min() == 0ns);
        CHECK(none.mean() == 0ns);
        CHECK(none.max() == 0ns);
        CHECK(none.quantile(0.5) == 0ns);
    }

    TEST_CASE("latency_histogram: smallest, mean and largest are exact")
    {
        latency_histogram some;
        for (auto const value : {30ms, 10ms, 20ms})
            some.add(value);
        CHECK(some.count() == 3);
        CHECK(some.min() == 10ms);
        CHECK(some.mean() == 20ms);
        CHECK(some.max() == 30ms);
    }

    TEST_CASE("latency_histogram: a single value is every quantile, from a microsecond to beyond an hour")
    {
        for (std::int64_t ns = 1000; ns < std::int64_t{4000} * 1000 * 1000 * 1000; ns = ns * 21 / 20 + 1)
        {
            latency_histogram one;
            one.add(std::chrono::nanoseconds{ns});
            CHECK(one.quantile(0).count() == ns);
            CHECK(one.quantile(1).count() == ns);
        }
    }

    TEST_CASE("latency_histogram: quantiles are never less, nor more than a part in 32 above, the true value")
    {
        std::mt19937_64 random(7);
        std::vector<std::int64_t> values;
        latency_histogram all;
        for (int i = 0; i < 5000; ++i)
        {
            auto const power = std::uniform_real_distribution<>(3, 12.6)(random);
            values.push_back(static_cast<std::int64_t>(std::pow(10.0, power)));
            all.add(std::chrono::nanoseconds{values.back()});
        }
        std::sort(values.begin(), values.end());
        for (double const share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.9999})
        {
            auto const rank = static_cast<std::size_t>(std::ceil(share * 5000));
            auto const exact = values[rank - 1];
            auto const told = all.quantile(share).count();
            CHECK(told >= exact);
            CHECK(told <= exact + exact / 32);
        }
    }

    TEST_CASE("latency_histogram: adding one to another is adding its values, and odd values do no harm")
    {
        latency_histogram left;
        left.add(5ms);
        latency_histogram right;
        right.add(-1ms);
        right.add(100h);
        left.add(right);
        left.add(latency_histogram{});
        CHECK(left.count() == 3);
        CHECK(left.min() == 0ms);
        CHECK(left.max() == 100h);
        CHECK(left.quantile(1) == 100h);
        latency_histogram empty;
        empty.add(right);
        CHECK(empty.min() == 0ms);
        CHECK(empty.count() == 2);
    }

    TEST_CASE("pair_totals: a result counts in its outcome, its reason if it failed, and as ambiguous if it is")
    {
        pair_totals totals;
        totals.count({.outcome = outcome::accepted});
        totals.count({.outcome = outcome::conflict, .ambiguous = true});
        totals.count({.outcome = outcome::failed, .reason = reason::timeout, .ambiguous = true});
        CHECK(totals.accepted == 1);
        CHECK(totals.conflict == 1);
        CHECK(totals.failed == 1);
        CHECK(totals.settled() == 3);
        CHECK(totals.ambiguous == 2);
        CHECK(totals.failed_by_reason[static_cast<std::size_t>(reason::timeout)] == 1);
        CHECK(totals.pairs == 0);
        CHECK(totals.unprocessed == 0);
    }
}
