#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace batch_cancel::traffic
{

/** How attempts fared by the number in flight when they were sent, the latest 500 counting most: whether those sent while
    more were in flight fail more often, and from which number on.

    A run's number in flight varies by itself, so that a service that fails under load shows itself without an experiment. A
    failure that does not depend on load shows no difference. */
class failure_statistics
{
public:
    /** Where failures begin. */
    struct split
    {
        /** Highest number in flight at which attempts still fare well. */
        unsigned at = 0;
        /** Attempts (faded) that were sent at that number or below. */
        double below = 0;
    };

    /** @param most  Highest number in flight; at least 1. */
    explicit failure_statistics(unsigned most) noexcept;

    /** Take in an attempt that ended.
        @param in_flight  Requests in flight when it was sent, its own included. */
    void add(unsigned in_flight, bool failed) noexcept;

    /** Find the number in flight that tells best those that fail from those that do not. The share above must be twice that
        below and two hundredths more, and the logarithm of the likelihood ratio 7 or more, so that chance is hardly ever
        taken for an edge. Costs a few logarithms for each of up to 64 levels: ask after a failure only. */
    std::optional<split> find_split() const noexcept;

    /** Forget everything. */
    void clear() noexcept;

private:
    static constexpr std::size_t levels = 64;

    struct count
    {
        double attempts = 0;
        double failures = 0;
    };

    std::size_t level_of(unsigned in_flight) const noexcept;
    unsigned highest_in(std::size_t level) const noexcept;

    unsigned most_;
    std::array<count, levels> counts_{};
    double weight_{1};  // of an attempt that is added now; grows, so that earlier ones fade
};

}  // namespace batch_cancel::traffic
