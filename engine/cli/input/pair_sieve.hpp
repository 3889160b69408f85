#pragma once

#include "cli/input/pair_reader.hpp"
#include "pairs/pair_table.hpp"

#include <batch_cancel/journal_record.hpp>
#include <batch_cancel/journal_remainder.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace batch_cancel::cli
{

/** Told about each line that is no pair. */
using rejection_sink = std::function<void(rejected_line const&)>;

/** Lets through what a process has to do of an input: neither lines that are no pairs, nor pairs that were there before,
    nor those of other shards, nor, when a run is resumed, those that have an outcome or are sent without the input's help.
    Counts all of them. */
class pair_sieve
{
public:
    enum class step : std::uint8_t
    {
        pair,
        /** The reader wants bytes. */
        more,
        /** The file is at its end. */
        end,
        /** There is one pair more than wanted. It is left out of all counts until `let_through`. */
        over_limit,
        /** There are more rejected lines than wanted. */
        over_rejected,
    };

    /** @param own       Not set: all pairs are ours. Lines that are no pairs belong to shard 1.
        @param known     What is known of a run that is resumed; null for a new one. Must outlive this object. */
    pair_sieve(std::optional<shard> own, journal_remainder* known);

    /** Read on to the next pair that goes through. */
    step next(pair_reader& from, pair& into);

    /** `complete` is left to others. Its pairs are also those that are not let through because a run is resumed. */
    input_counts const& counts() const noexcept
    {
        return counts_;
    }

    /** Begin anew, with everything forgotten but which pairs some line has said to be ambiguous.
        @param rejected   Takes the place of the former one.
        @param max_pairs  Most pairs to let through. */
    void restart(rejection_sink rejected, std::uint64_t max_pairs = std::numeric_limits<std::uint64_t>::max());

    /** Pairs of earlier readings, or of the journal, that have not come in this one. */
    std::uint64_t missing() const noexcept
    {
        return known_ != nullptr ? known_->missing() : seen_.size() - counts_.pairs;
    }

    /** How many lines may be rejected from now on before `next` ends the reading; not set: all. */
    void limit_rejected(std::optional<rejection_limit> limit) noexcept
    {
        max_rejected_ = limit;
    }

    /** Lines of any shard that were rejected. */
    std::uint64_t rejected_of_all() const noexcept
    {
        return rejected_of_all_;
    }

    /** Let through as many pairs as come, and reject as many lines. */
    void lift_limits() noexcept
    {
        max_pairs_ = std::numeric_limits<std::uint64_t>::max();
        max_rejected_.reset();
    }

    /** Count the pair that was over the limit. */
    void let_through() noexcept
    {
        ++counts_.lines;
        ++counts_.pairs;
    }

private:
    step next_of_ours(pair_reader& from, pair& into);
    bool is_ours(pair const& read) const;
    journal_remainder::standing meet(pair& read);
    journal_remainder::standing meet_anew(pair& read);
    void count_rejected(pair_reader const& from);

    std::optional<shard> own_;
    journal_remainder* known_;
    rejection_sink rejected_;

    // Pairs of all readings, unless a run is resumed, whose pairs are known as it is; and by their numbers in it: whether they
    // have been met in this reading, and whether a line has said that they are ambiguous, though it be a duplicate.
    pairs::pair_table seen_;
    std::vector<bool> met_;
    std::vector<bool> ambiguous_;

    input_counts counts_;
    std::uint64_t rejected_of_all_{0};
    std::uint64_t max_pairs_{std::numeric_limits<std::uint64_t>::max()};
    std::optional<rejection_limit> max_rejected_;
    rejected_line told_;  // kept for its memory
};

}  // namespace batch_cancel::cli
