#pragma once

#include <array>
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

private:
    std::uint64_t state_;
};

/** Factors of a log-normal distribution around 1: how latencies spread. A table, since every request draws some. */
class spread
{
public:
    /** @param sigma  Of the factors' logarithm. */
    explicit spread(double sigma);

    double draw(dice& from) const noexcept
    {
        return factors_[from.bits() >> (64 - bits)];
    }

private:
    static constexpr unsigned bits = 10;

    std::array<double, 1U << bits> factors_{};
};

}  // namespace batch_cancel::simulation
