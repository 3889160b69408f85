#include "support/test_start.hpp"
#include "traffic/outage.hpp"
#include "traffic/retry_budget.hpp"
#include "traffic/retry_share.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <utility>

using namespace batch_cancel::traffic;
using namespace std::chrono_literals;

TEST_SUITE("retries")
{
    TEST_CASE("retry_budget: thirty-five failures use it up; clear answers fill it again, never over the brim")
    {
        retry_budget budget;
        unsigned drawn = 0;
        while (budget.draw(retry_budget::cost::failure))
            ++drawn;
        CHECK(drawn == 35);
        CHECK(budget.left() == 10);
        CHECK(budget.draw(retry_budget::cost::timeout));
        CHECK(budget.left() == 0);
        budget.on_clear_answer(retry_budget::cost::none);
        CHECK(budget.left() == 1);
        budget.on_clear_answer(retry_budget::cost::failure);
        CHECK(budget.left() == 16);
        budget.on_recovery();
        CHECK(budget.left() == 100);
        for (int i = 0; i != 1000; ++i)
            budget.on_clear_answer(retry_budget::cost::none);
        CHECK(budget.left() == retry_budget::capacity);
        budget.on_recovery();
        CHECK(budget.left() == retry_budget::capacity);
    }

    TEST_CASE("retry_share: in any minute a tenth of the first attempts and sixty at most, whatever comes when")
    {
        retry_share share;
        std::deque<std::pair<std::chrono::steady_clock::time_point, bool>> minute;  // when, and whether a retry
        auto now = test_start;
        std::uint64_t bits = 1;
        for (int i = 0; i != 200'000; ++i)
        {
            bits = bits * 6364136223846793005u + 1442695040888963407u;
            auto const kind = bits >> 60;
            now += kind == 0 ? 5s : kind < 4 ? 100ms : 1ms;
            bool const is_retry = share.allows(now);
            if (is_retry)
                share.on_retry(now);
            else if (kind % 2 == 0)
                share.on_first_attempt();
            else
                continue;
            minute.emplace_back(now, is_retry);
            while (minute.front().first <= now - 60s)
                minute.pop_front();
            auto const retries = std::count_if(minute.begin(), minute.end(), [](auto const& e) { return e.second; });
            auto const firsts = static_cast<double>(minute.size()) - static_cast<double>(retries);
            REQUIRE(static_cast<double>(retries) <= firsts / 10 + 60);
        }
    }

    TEST_CASE("retry_share: says when it allows again")
    {
        retry_share share;
        for (int i = 0; i != 24; ++i)
            share.on_retry(test_start);
        CHECK_FALSE(share.allows(test_start));
        CHECK(share.allows_at(test_start) == test_start + 2s);
        CHECK_FALSE(share.allows(test_start + 1999ms));
        CHECK(share.allows(test_start + 2s));
        for (int i = 0; i != 10; ++i)
            share.on_first_attempt();
        CHECK(share.allows(test_start + 1ms));
    }

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
        off.end();
        CHECK_FALSE(off.is_on());
        off.begin(now, random);
        CHECK(off.next_probe() <= now + 1s);
    }
}
