#include "cli/input/pair_set.hpp"

#include <algorithm>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t first_slots = 16;
constexpr pair_hash free_slot{};

}  // namespace

bool pair_set::place(std::vector<pair_hash>& slots, pair_hash hash) noexcept
{
    auto const mask = slots.size() - 1;
    for (auto at = static_cast<std::size_t>(hash.low) & mask;; at = (at + 1) & mask)
    {
        if (slots[at] == hash)
            return false;
        if (slots[at] == free_slot)
        {
            slots[at] = hash;
            return true;
        }
    }
}

void pair_set::grow(table& grown)
{
    std::vector<pair_hash> larger(std::max(first_slots, 2 * grown.slots.size()));
    for (auto const& hash : grown.slots)
        if (hash != free_slot)
            place(larger, hash);
    grown.slots.swap(larger);
}

bool pair_set::insert(pair_hash hash)
{
    if (hash == free_slot)
        hash.low = 1;
    auto& chosen = tables_[hash.high >> 56];
    if (4 * (chosen.used + 1) > 3 * chosen.slots.size())
        grow(chosen);
    if (!place(chosen.slots, hash))
        return false;
    ++chosen.used;
    ++size_;
    return true;
}

void pair_set::clear() noexcept
{
    for (auto& cleared : tables_)
    {
        std::fill(cleared.slots.begin(), cleared.slots.end(), free_slot);
        cleared.used = 0;
    }
    size_ = 0;
}

std::size_t pair_set::capacity_bytes() const noexcept
{
    std::size_t slots = 0;
    for (auto const& counted : tables_)
        slots += counted.slots.size();
    return slots * sizeof(pair_hash);
}

}  // namespace batch_cancel::cli
