#include "cli/input/shard_of.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <string>

using namespace batch_cancel;
using namespace batch_cancel::cli;

TEST_SUITE("input_shard_of")
{
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
