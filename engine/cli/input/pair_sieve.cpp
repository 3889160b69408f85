#include "cli/input/pair_sieve.hpp"

#include <utility>

namespace batch_cancel::cli
{

pair_sieve::pair_sieve(std::optional<shard> own, rejection_sink rejected)
    : own_(own)
    , rejected_(std::move(rejected))
{
}

void pair_sieve::restart(rejection_sink rejected, std::uint64_t max_pairs)
{
    rejected_ = std::move(rejected);
    max_pairs_ = max_pairs;
    seen_.clear();
    counts_ = {};
}

bool pair_sieve::is_ours(pair const& read) const
{
    return !own_ || shard_of(read, own_->count) == own_->number;
}

void pair_sieve::count_rejected(pair_reader const& from)
{
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
        auto const read = from.next(into);
        if (read == pair_reader::step::more)
            return step::more;
        if (read == pair_reader::step::end)
            return step::end;
        ++counts_.lines;
        if (read == pair_reader::step::rejected)
            count_rejected(from);
        else if (!is_ours(into))
            ++counts_.other_shards;
        else if (!seen_.insert(into))
            ++counts_.duplicates;
        else if (counts_.pairs != max_pairs_)
        {
            ++counts_.pairs;
            return step::pair;
        }
        else
        {
            --counts_.lines;
            return step::over_limit;
        }
    }
}

}  // namespace batch_cancel::cli
