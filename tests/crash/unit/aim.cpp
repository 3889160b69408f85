#include "aim.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>

using batch_cancel::crash::aim;

namespace
{

// Runs make between `fewest` and `most` calls, each time another number.
bool hits(std::uint64_t first_number, std::uint64_t fewest, std::uint64_t most, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    aim at(first_number);
    for (; at.has_tries(); at.miss_fresh_run(fewest + random() % (most - fewest + 1)))
        if (at.number() <= fewest)
            return true;
    return false;
}

}  // namespace

TEST_SUITE("aim")
{
    TEST_CASE("aim: comes to a call that each run makes, however many more another run has made")
    {
        for (std::uint64_t const first_number : {1U, 2U, 50U, 171U, 1'000U, 10'000U})
            for (std::uint64_t const fewest : {1U, 2U, 3U, 25U, 100U})
                for (std::uint64_t seed = 0; seed != 20; ++seed)
                    CHECK(hits(first_number, fewest, fewest + 10 * seed, seed));
    }

    TEST_CASE("aim: does not go back further than it must")
    {
        aim at(125);
        at.miss_fresh_run(97);
        CHECK(at.number() == 87);
        at.miss_resume();
        CHECK(at.number() == 78);
        CHECK(aim(0).number() == 1);
    }

    TEST_CASE("aim: has an end for a call that no run makes")
    {
        aim at(30);
        int tries = 0;
        for (; at.has_tries(); ++tries)
            at.miss_fresh_run(0);
        CHECK(at.number() == 1);
        CHECK(tries == 24);
    }
}
