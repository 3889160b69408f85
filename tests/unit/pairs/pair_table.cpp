#include "pairs/pair_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

using namespace batch_cancel;
using namespace batch_cancel::pairs;

TEST_SUITE("pair_table")
{
    TEST_CASE("pair_table: a pair is new once, and keeps its number")
    {
        pair_table seen;
        auto const insert = [&](char const* job, char const* task)
        { return seen.insert(seen.key_of({.job_id = job, .task_id = task})); };
        CHECK_FALSE(seen.find(seen.key_of({.job_id = "j", .task_id = "t"})));
        CHECK(insert("j", "t").is_new);
        CHECK_FALSE(insert("j", "t").is_new);
        CHECK(insert("j", "t").at == 0);
        CHECK(insert("jt", "").is_new);
        CHECK(insert("J", "t").at == 2);
        CHECK(seen.size() == 3);
        CHECK(seen.find(seen.key_of({.job_id = "jt", .task_id = ""})) == 1u);
    }

    TEST_CASE("pair_table: an expected number only makes it quicker")
    {
        pair_table seen;
        std::vector<pair_key> keys;
        for (int i = 0; i != 2000; ++i)
            seen.insert(keys.emplace_back(seen.key_of({.job_id = "j", .task_id = std::to_string(i)})));
        auto const unknown = seen.key_of({.job_id = "j", .task_id = "none"});
        for (pair_table::number at = 0; at != keys.size(); ++at)
        {
            for (auto const expected : {at, at + 1, pair_table::number{0}, ~pair_table::number{0}})
                CHECK(seen.find(keys[at], expected) == at);
            CHECK_FALSE(seen.find(unknown, at));
        }
    }

    TEST_CASE("pair_table: finds all of many, and takes at most 64 bytes a pair, the moment of growth included")
    {
        pair_table seen;
        std::mt19937_64 bits(1);
        auto const next = [&] { return pair_key{{bits() & 3, 0, bits(), 5}}; };
        std::size_t largest_share = 0;
        constexpr std::size_t wanted = 300'000;
        for (std::size_t count = 1; count <= wanted; ++count)
        {
            REQUIRE(seen.insert(next()).is_new);
            if (count >= 4096)
                largest_share = std::max(largest_share, (seen.capacity_bytes() + seen.capacity_bytes() / 64) / count);
        }
        CHECK(seen.size() == wanted);
        CHECK(largest_share <= 64);
        bits.seed(1);
        std::size_t found = 0;
        for (std::size_t at = 0; at != wanted; ++at)
            found += seen.find(next()) == at ? 1 : 0;
        CHECK(found == wanted);
    }

    TEST_CASE("pair_table: a key of zeros is a key like any other")
    {
        pair_table seen;
        CHECK(seen.insert({}).is_new);
        CHECK_FALSE(seen.insert({}).is_new);
        CHECK(seen.find({}) == 0u);
    }
}
