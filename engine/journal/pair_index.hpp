#pragma once

#include "pairs/pair_table.hpp"

#include <batch_cancel/pair.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

namespace batch_cancel::journal_format
{

/** What is known of a pair, in 8 bytes. */
struct pair_state
{
    /** When its standing result was known, in milliseconds since 1970. */
    std::uint64_t time_ms : 42 = 0;
    std::uint64_t outcome : 2 = 0;
    std::uint64_t reason : 4 = 0;
    /** It has a result. */
    std::uint64_t settled : 1 = 0;
    /** A result or an `unprocessed` record of it is ambiguous. */
    std::uint64_t ambiguous : 1 = 0;
    /** It may be begun without a record of that having come to the disk. */
    std::uint64_t planned : 1 = 0;
    /** It was begun or admitted, and nothing after that tells how its attempts ended. */
    std::uint64_t in_flight : 1 = 0;
    /** It may have been sent before. */
    std::uint64_t begun : 1 = 0;
    /** It has an `unprocessed` record. */
    std::uint64_t left : 1 = 0;
    /** It has been met in this pass. */
    std::uint64_t met : 1 = 0;
    /** Number of the journal that named it last, from 1. */
    std::uint64_t journal : 9 = 0;
};
static_assert(sizeof(pair_state) == 8);

/** The latest time that a state can hold, in milliseconds since 1970: some 139 years. */
inline constexpr std::uint64_t latest_ms = (std::uint64_t{1} << 42) - 1;

/** A time as a state holds it. */
inline std::uint64_t state_time(std::chrono::system_clock::time_point time) noexcept
{
    auto const since = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(since, 0, latest_ms));
}

/** The largest number of a journal. */
inline constexpr std::size_t most_journals = 511;

/** What is known of each pair. */
class pair_index
{
public:
    /** Of a pair, from 0, in the order in which they became known. */
    using number = pairs::pair_table::number;

    /** What is before the first pair. */
    static constexpr number before_first = std::numeric_limits<number>::max();

    /** Find a pair, or make it known. */
    number at(pair const& named)
    {
        auto const placed = known_.insert(known_.key_of(named));
        if (placed.is_new)
            states_.emplace_back();
        return placed.at;
    }

    /** Find a pair, or make it known; quicker if it is the one after `last`, which is then moved to it. */
    number at(pair const& named, number& last)
    {
        auto const found = find(named, last);
        return found ? *found : last = at(named);
    }

    /** Find a pair; nothing if it is not known. */
    std::optional<number> find(pair const& named)
    {
        return known_.find(known_.key_of(named));
    }

    /** As above; quicker if the pair is the one after `last`, which is then moved to it. */
    std::optional<number> find(pair const& named, number& last)
    {
        auto const found = known_.find(known_.key_of(named), last + 1);
        if (found)
            last = *found;
        return found;
    }

    pair_state& operator[](number known) noexcept
    {
        return states_[known];
    }

    pair_state const& operator[](number known) const noexcept
    {
        return states_[known];
    }

    number size() const noexcept
    {
        return known_.size();
    }

private:
    pairs::pair_table known_;
    std::deque<pair_state> states_;  // by their pairs' numbers
};

}  // namespace batch_cancel::journal_format
