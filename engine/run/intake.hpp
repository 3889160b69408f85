#pragma once

#include "net/wait_list.hpp"

#include <batch_cancel/pair_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace batch_cancel::run
{

/** Pulls pairs from the source a block at a time and hands them to the lanes one by one. Pairs change places with those
    that the lanes are done with, so that their strings are used again. Used on the run's strand. */
class intake
{
public:
    explicit intake(pair_source& from);

    /** Take the next pair, if one is here.
        @return  False if none is; `into` is then untouched. */
    bool take(pair& into);

    /** Read the next block. Throws what the source throws.
        @pre !has_ended() && !is_reading() && no pair is here */
    boost::asio::awaitable<void> refill();

    bool is_reading() const noexcept
    {
        return reading_;
    }

    /** The end that the last read gave was that of the read, which was interrupted, and not of the source. */
    void forget_end() noexcept
    {
        ended_ = false;
    }

    /** The source has no more pairs; some may still be here. */
    bool has_ended() const noexcept
    {
        return ended_;
    }

    /** The source has no more pairs, and none is here. */
    bool is_empty() const noexcept
    {
        return ended_ && here() == 0;
    }

    std::size_t here() const noexcept
    {
        return filled_ - next_;
    }

    /** Pairs pulled from the source so far. */
    std::uint64_t pulled() const noexcept
    {
        return pulled_;
    }

private:
    pair_source& from_;
    std::vector<pair> block_;
    std::size_t next_{0};
    std::size_t filled_{0};
    std::uint64_t pulled_{0};
    bool reading_{false};
    bool ended_{false};
};

}  // namespace batch_cancel::run
