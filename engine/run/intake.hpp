#pragma once

#include <batch_cancel/pair_source.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace batch_cancel::run
{

/** Reads pairs ahead from the source, a block at a time, and hands them to the lanes one by one: while they take from one block,
    the next one is read. Pairs change places with those that the lanes are done with, so that their strings are used again.
    Used on the run's strand. */
class intake
{
public:
    explicit intake(pair_source& from);

    /** Take the next pair, if one is here.
        @return  False if none is; `into` is then untouched. */
    bool take(pair& into);

    /** Read the next block. Throws what the source throws.
        @return  Its pairs, which are here from `publish` on. Valid until then.
        @pre wants_more() */
    boost::asio::awaitable<std::span<pair const>> read();

    /** Let the lanes have the block that was read. */
    void publish() noexcept;

    /** There is room for a block, and the source may have more. */
    bool wants_more() const noexcept
    {
        return !ended_ && ahead_.filled == 0;
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
        return here_;
    }

    /** Pairs pulled from the source so far. */
    std::uint64_t pulled() const noexcept
    {
        return pulled_;
    }

private:
    struct block
    {
        std::vector<pair> pairs;
        std::size_t filled = 0;
        std::size_t next = 0;  // to be taken
    };

    pair_source& from_;
    block current_;
    block ahead_;
    std::size_t here_{0};
    std::uint64_t pulled_{0};
    bool ended_{false};
};

}  // namespace batch_cancel::run
