#pragma once

#include "pairs/pair_key.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace batch_cancel::pairs
{

/** Pairs in the order in which they came, found by their keys.

    A pair takes 32 bytes, and 11 to 22 bytes of the tables by which it is found. Tables grow one at a time, and pairs never
    move: at no moment is all of it there twice. */
class pair_table
{
public:
    /** Of a pair, from 0, in the order in which they came. */
    using number = std::uint32_t;

    struct placed
    {
        number at = 0;
        bool is_new = false;
    };

    pair_key key_of(pair const& named)
    {
        return keys_(named);
    }

    /** Add a pair, unless it is there.
        @par Errors  Throws std::length_error if there are 4,294,967,295 pairs already. */
    placed insert(pair_key const& key);

    std::optional<number> find(pair_key const& key) const noexcept;

    /** As above; quicker if the pair is the one that is expected. */
    std::optional<number> find(pair_key const& key, number expected) const noexcept
    {
        if (expected < size_ && key_at(expected) == key)
            return expected;
        return find(key);
    }

    number size() const noexcept
    {
        return size_;
    }

    /** Bytes that are taken for the pairs. */
    std::size_t capacity_bytes() const noexcept;

private:
    // Slots in a power of two. One holds the number of its pair and a part of the hash of that, which spares most looks at
    // other pairs, and all when a table grows. A slot of zeros is free.
    struct slot
    {
        std::uint32_t number_and_one = 0;
        std::uint32_t hash = 0;
    };

    struct table
    {
        std::vector<slot> slots;
        std::size_t used = 0;
    };

    static constexpr std::size_t block_size = 512;
    using block = std::array<pair_key, block_size>;

    pair_key const& key_at(number at) const noexcept
    {
        return (*blocks_[at / block_size])[at % block_size];
    }

    static void grow(table& grown);
    void append(pair_key const& key);

    key_maker keys_;
    std::array<table, 64> tables_;
    std::vector<std::unique_ptr<block>> blocks_;
    number size_{0};
};

}  // namespace batch_cancel::pairs
