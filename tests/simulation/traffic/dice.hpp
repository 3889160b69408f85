#pragma once

#include <cstdint>

namespace batch_cancel::simulation
{

/** A small random source (splitmix64). Making one costs nothing, so each visit to the service has its own: whatever the
    client's policy, the same visit of the same pair meets the same luck, and two policies differ by what they do. */
class dice
{
public:
    explicit dice(std::uint64_t seed) noexcept
        : state_(seed)
    {
    }

    /** The luck of one visit of one pair. */
    dice(std::uint64_t seed, std::uint64_t pair, std::uint64_t visit) noexcept;

    std::uint64_t bits() noexcept;

    /** Evenly in [0, 1). */
    double share() noexcept;

    double evenly(double from, double to) noexcept;

    /** Evenly by ratio: as likely between 1 and 2 as between 10 and 20. */
    double by_ratio(double from, double to) noexcept;

    /** A whole number, both ends included. */
    int whole(int from, int to) noexcept;

    bool one_in(double chance) noexcept;

    /** Time until the next of events that come at random. */
    double gap(double mean) noexcept;

    /** Of a log-normal distribution. */
    double around(double median, double sigma) noexcept;

private:
    std::uint64_t state_;
};

}  // namespace batch_cancel::simulation
