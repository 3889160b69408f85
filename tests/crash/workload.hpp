#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace batch_cancel::crash
{

/** An input, and what it has to come to. */
struct workload
{
    std::string text{};
    /** As pair_name names them. */
    std::set<std::string> pairs{};
    std::uint64_t lines = 0;
    std::uint64_t rejected = 0;
    std::uint64_t duplicates = 0;
};

using random_source = std::mt19937_64;

/** A number of 0 to `below` - 1. */
inline std::uint64_t drawn(random_source& random, std::uint64_t below)
{
    return random() % below;
}

inline bool one_in(random_source& random, std::uint64_t so_many)
{
    return drawn(random, so_many) == 0;
}

/** Write the pairs as CSV, among lines that are none and pairs that come twice. */
workload make_workload(std::vector<std::string> const& pairs, random_source& random);

/** The same pairs and others besides, in another order, without the lines that are none. */
workload reordered(workload const& before, std::vector<std::string> const& more, random_source& random);

}  // namespace batch_cancel::crash
