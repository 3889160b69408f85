#pragma once

#include "scenario.hpp"
#include "world.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::simulation
{

/** How good a course was. Shares are of 1. */
struct judgement
{
    // Of a pure limiter, after the first 60 s:
    std::optional<double> used{};    // of what limit and lanes allow
    std::optional<double> rise_s{};  // until 80 % of a risen limit is used
    bool bears_two = true;           // the limiter takes two requests at once
    double refused = 0;              // of the responses; of all if it is no pure limiter

    // Of any other service:
    std::optional<double> time{};  // over the bound's
    double attempts = 1;           // over the bound's
    double late_refused = 0;       // 429, or 503 for want of a place, after the first 30 s
    double failed = 0;             // of the pairs
    std::uint64_t probes = 0;
    std::size_t most_waiting = 0;
    bool has_finished = true;

    std::uint64_t early_starts = 0;
    bool too_many_in_flight = false;
};

/** @param bound  Not used for a pure limiter. */
judgement judge(scenario const& of, course const& came, course const& bound);

/** Values, and the seed of the worst. */
class figures
{
public:
    void add(double value, std::uint64_t seed);

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

    std::vector<entry> mutable values_{};
    bool mutable is_sorted_{true};
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
    figures probes{};
    figures waiting{};
    std::uint64_t runs = 0;
    std::uint64_t unfinished = 0;
    std::uint64_t early_starts = 0;
    std::uint64_t too_many_in_flight = 0;
    std::uint64_t late_rises = 0;  // of limiters that take two requests at once: others refuse by chance
};

/** Judgements by kind; pure limiters and other services apart. */
class verdict_book
{
public:
    void add(scenario const& of, judgement const& how);

    void print() const;

    /** Tell whether every promise was kept, and print those that were not. */
    bool keeps_promises() const;

private:
    std::map<std::string, tally> limiters_{};
    std::map<std::string, tally> services_{};
    tally all_limiters_{};
    tally all_services_{};
};

}  // namespace batch_cancel::simulation
