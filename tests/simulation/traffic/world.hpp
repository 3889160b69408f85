#pragma once

#include "client.hpp"
#include "scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

namespace batch_cancel::simulation
{

/** Responses that reached the clients in a second. */
struct second_counts
{
    std::uint32_t accepted = 0;
    std::uint32_t throttled = 0;
    std::uint32_t unavailable = 0;
    std::uint32_t failed = 0;  // in any other way

    std::uint32_t all() const noexcept
    {
        return accepted + throttled + unavailable + failed;
    }
};

/** What came of the clients' runs. */
struct course
{
    double ended_s = 0;
    bool has_finished = false;  // every pair has an outcome
    std::uint64_t attempts = 0;
    std::uint64_t throttled = 0;
    std::uint64_t early_starts = 0;  // before a Retry-After of the same run had passed
    std::size_t most_in_flight = 0;  // of one client
    client_counts clients{};         // all of them together
    std::vector<second_counts> seconds{};
    std::uint64_t trace = 0;  // hash of all that happened

    /** Responses in whole seconds from `from_s` up to `to_s`. */
    second_counts between(double from_s, double to_s) const;
};

/** Makes the client of one process.
    @param starts  When it begins. */
using client_maker = std::function<std::unique_ptr<client>(pair_range pairs, std::uint64_t seed, time_point starts)>;

enum class telling : std::uint8_t
{
    nothing,
    each_second,
};

/** When a run that goes badly is broken off. */
struct play_limits
{
    double latest_s = 0;
    std::uint64_t most_throttled = std::numeric_limits<std::uint64_t>::max();
};

/** Let clients meet the scenario's service in virtual time. The same arguments give the same course. */
course play(scenario const& of, client_maker const& make, play_limits const& until, telling what = telling::nothing);

}  // namespace batch_cancel::simulation
