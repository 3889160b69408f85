#pragma once

#include "judge.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace batch_cancel::simulation
{

/** Values, and the seed of the worst. */
class figures
{
public:
    void add(double value, std::uint64_t seed);
    void add(figures const& others);

    bool empty() const noexcept
    {
        return values_.empty();
    }

    std::size_t size() const noexcept
    {
        return values_.size();
    }

    /** Of what was added so far; 0 if that is nothing.
        @param share  0 to 1. */
    double percentile(double share) const;

    std::uint64_t seed_of_least() const;
    std::uint64_t seed_of_most() const;

private:
    struct entry
    {
        double value;
        std::uint64_t seed;
    };

    void sort() const;

    mutable std::vector<entry> values_{};
    mutable bool is_sorted_{true};
};

/** The judgements of one kind of service, or of all. */
class tally
{
public:
    void add(judgement const& of, std::uint64_t seed);

    figures refused{};
    figures used{};
    figures rise_s{};
    figures time{};
    figures attempts{};
    figures late_refused{};
    figures failed{};
    figures goodput{};
    figures probes{};
    figures waiting{};
    std::uint64_t runs = 0;
    std::uint64_t unfinished = 0;
    std::uint64_t early_starts = 0;
    std::uint64_t too_many_in_flight = 0;
    std::uint64_t late_rises = 0;  // of limiters that take two requests at once: others refuse by chance
};

}  // namespace batch_cancel::simulation
