#include "cli/input/pair_sieve.hpp"

#include "cli/input/shard_of.hpp"

#include <utility>

namespace batch_cancel::cli
{

pair_sieve::pair_sieve(std::optional<shard> own, journal_remainder* known)
    : own_(own)
    , known_(known)
{
}

void pair_sieve::restart(rejection_sink rejected, std::uint64_t max_pairs)
{
    rejected_ = std::move(rejected);
    max_pairs_ = max_pairs;
    met_.assign(met_.size(), false);
    if (known_ != nullptr)
        known_->begin_reading();
    counts_ = {};
    rejected_of_all_ = 0;
    max_rejected_.reset();
}

bool pair_sieve::is_ours(pair const& read) const
{
    return !own_ || shard_of(read, own_->count) == own_->number;
}

journal_remainder::standing pair_sieve::meet(pair& read)
{
    return known_ != nullptr ? known_->meet(read) : meet_anew(read);
}

journal_remainder::standing pair_sieve::meet_anew(pair& read)
{
    auto const placed = seen_.insert(seen_.key_of(read));
    if (placed.is_new)
    {
        met_.push_back(false);
        ambiguous_.push_back(false);
    }
    bool const is_ambiguous = read.ambiguous || ambiguous_[placed.at];
    ambiguous_[placed.at] = read.ambiguous = is_ambiguous;
    if (met_[placed.at])
        return journal_remainder::standing::duplicate;
    met_[placed.at] = true;
    return journal_remainder::standing::open;
}

void pair_sieve::count_rejected(pair_reader const& from)
{
    ++rejected_of_all_;
    if (own_ && own_->number != 1)
    {
        ++counts_.other_shards;
        return;
    }
    ++counts_.rejected;
    if (!rejected_)
        return;
    told_.file = from.name();
    told_.line = from.fault_line();
    told_.cause = from.fault();
    rejected_(told_);
}

pair_sieve::step pair_sieve::next(pair_reader& from, pair& into)
{
    auto const comments_before = from.comments();
    auto const found = next_of_ours(from, into);
    counts_.comments += from.comments() - comments_before;
    return found;
}

pair_sieve::step pair_sieve::next_of_ours(pair_reader& from, pair& into)
{
    for (;;)
    {
        if (rejected_of_all_ != 0 && max_rejected_ && max_rejected_->is_exceeded(rejected_of_all_, counts_.lines))
            return step::over_rejected;
        auto const read = from.next(into);
        if (read == pair_reader::step::more)
            return step::more;
        if (read == pair_reader::step::end)
            return step::end;
        ++counts_.lines;
        if (read == pair_reader::step::rejected)
        {
            count_rejected(from);
            continue;
        }
        if (!is_ours(into))
        {
            ++counts_.other_shards;
            continue;
        }
        auto const found = meet(into);
        if (found == journal_remainder::standing::duplicate)
        {
            ++counts_.duplicates;
            continue;
        }
        bool const is_open = found == journal_remainder::standing::open;
        if (is_open && counts_.pairs >= max_pairs_)
        {
            --counts_.lines;
            return step::over_limit;
        }
        ++counts_.pairs;
        if (is_open)
            return step::pair;
    }
}

}  // namespace batch_cancel::cli
