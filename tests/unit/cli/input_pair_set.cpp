#include "cli/input/pair_set.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace batch_cancel;
using namespace batch_cancel::cli;

TEST_SUITE("input_pair_set")
{
    TEST_CASE("pair_set: a pair is new once")
    {
        pair_set seen;
        CHECK(seen.insert({.job_id = "j", .task_id = "t"}));
        CHECK_FALSE(seen.insert({.job_id = "j", .task_id = "t"}));
        CHECK(seen.insert({.job_id = "jt", .task_id = ""}));
        CHECK(seen.insert({.job_id = "J", .task_id = "t"}));
        CHECK(seen.size() == 3);
        seen.clear();
        CHECK(seen.insert({.job_id = "j", .task_id = "t"}));
        CHECK(seen.size() == 1);
    }

    TEST_CASE("pair_set: GUIDs are compared without case")
    {
        pair_set seen;
        CHECK(seen.insert({.job_id = "aaaaaaaa-0000-0000-0000-00000000000b", .task_id = "t"}));
        CHECK_FALSE(seen.insert({.job_id = "AAAAAAAA-0000-0000-0000-00000000000B", .task_id = "t"}));
    }

    TEST_CASE("pair_set: takes at most 64 bytes a pair, the moment of growth included")
    {
        pair_set seen;
        std::uint64_t state = 1;
        auto const next = [&state]
        {
            state += 0x9e3779b97f4a7c15;
            auto mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
            return mixed ^ (mixed >> 27);
        };
        std::size_t largest_table_share = 0;
        for (std::size_t count = 1; count <= 300'000; ++count)
        {
            REQUIRE(seen.insert(pair_hash{.high = next() * 0x94d049bb133111eb, .low = next()}));
            if (count >= 4096)
                largest_table_share =
                    std::max(largest_table_share, (seen.capacity_bytes() + seen.capacity_bytes() / 128) / count);
        }
        CHECK(seen.size() == 300'000);
        CHECK(largest_table_share <= 64);
    }

    TEST_CASE("pair_set: a hash of zeros is a hash like any other")
    {
        pair_set seen;
        CHECK(seen.insert(pair_hash{}));
        CHECK_FALSE(seen.insert(pair_hash{}));
    }

    TEST_CASE("shard_of: the place of a pair is the same for ever, whatever the case of its letters")
    {
        CHECK(shard_of({.job_id = "j", .task_id = "t"}, 1) == 1);
        CHECK(shard_of({.job_id = "Wave 7", .task_id = "T"}, 1000) ==
              shard_of({.job_id = "wave 7", .task_id = "t"}, 1000));
        CHECK(shard_of(
                  {.job_id = "add14989-aaaa-bbbb-cccc-0123456789ab", .task_id = "6a88de8d-0000-0000-0000-000000000001"},
                  1000) == 442);
        CHECK(shard_of({.job_id = "Wave 7", .task_id = "t"}, 7) == 1);
    }

    TEST_CASE("shard_of: shards are of about the same size")
    {
        std::array<int, 4> sizes{};
        for (int i = 0; i != 4000; ++i)
            ++sizes[shard_of({.job_id = "j", .task_id = std::to_string(i)}, 4) - 1];
        for (auto const size : sizes)
            CHECK(std::abs(size - 1000) < 120);
    }
}
