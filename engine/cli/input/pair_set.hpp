#pragma once

#include "cli/input/pair_hasher.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace batch_cancel::cli
{

/** Pairs seen before, by a keyed hash of 128 bits each.

    Takes at most 64 bytes a pair once there are some thousands: a table is at least three eighths full after it has
    grown, and of the 256 tables only one grows at a time. */
class pair_set
{
public:
    /** Add a pair.
        @return  False if it was there already. */
    bool insert(pair const& seen)
    {
        return insert(hasher_(seen));
    }

    bool insert(pair_hash hash);

    /** Forget all pairs; keeps the memory. */
    void clear() noexcept;

    std::size_t size() const noexcept
    {
        return size_;
    }

    /** Bytes that the tables take. */
    std::size_t capacity_bytes() const noexcept;

private:
    // Slots in a power of two; a slot of zeros is free.
    struct table
    {
        std::vector<pair_hash> slots;
        std::size_t used = 0;
    };

    static bool place(std::vector<pair_hash>& slots, pair_hash hash) noexcept;
    static void grow(table& grown);

    pair_hasher hasher_;
    std::array<table, 256> tables_;
    std::size_t size_{0};
};

}  // namespace batch_cancel::cli
