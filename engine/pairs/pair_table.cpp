#include "pairs/pair_table.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace batch_cancel::pairs
{

namespace
{

constexpr std::size_t first_slots = 16;

}  // namespace

pair_table::placed pair_table::insert(pair_key const& key)
{
    auto const place = keys_.place_of(key);
    auto& chosen = tables_[place >> 58];
    if (4 * (chosen.used + 1) > 3 * chosen.slots.size())
        grow(chosen);
    auto const hash = static_cast<std::uint32_t>(place);
    auto const mask = chosen.slots.size() - 1;
    auto at = hash & mask;
    for (; chosen.slots[at].number_and_one != 0; at = (at + 1) & mask)
    {
        auto const found = chosen.slots[at].number_and_one - 1;
        if (chosen.slots[at].hash == hash && key_at(found) == key)
            return {.at = found, .is_new = false};
    }
    append(key);
    chosen.slots[at] = {.number_and_one = size_, .hash = hash};
    ++chosen.used;
    return {.at = size_ - 1, .is_new = true};
}

std::optional<pair_table::number> pair_table::find(pair_key const& key) const noexcept
{
    auto const place = keys_.place_of(key);
    auto const& slots = tables_[place >> 58].slots;
    if (slots.empty())
        return std::nullopt;
    auto const hash = static_cast<std::uint32_t>(place);
    auto const mask = slots.size() - 1;
    for (auto at = hash & mask; slots[at].number_and_one != 0; at = (at + 1) & mask)
    {
        auto const found = slots[at].number_and_one - 1;
        if (slots[at].hash == hash && key_at(found) == key)
            return found;
    }
    return std::nullopt;
}

std::size_t pair_table::capacity_bytes() const noexcept
{
    std::size_t slots = 0;
    for (auto const& counted : tables_)
        slots += counted.slots.size();
    return slots * sizeof(slot) + blocks_.size() * sizeof(block);
}

void pair_table::grow(table& grown)
{
    std::vector<slot> larger(std::max(first_slots, 2 * grown.slots.size()));
    auto const mask = larger.size() - 1;
    for (auto const& moved : grown.slots)
    {
        if (moved.number_and_one == 0)
            continue;
        auto at = moved.hash & mask;
        while (larger[at].number_and_one != 0)
            at = (at + 1) & mask;
        larger[at] = moved;
    }
    grown.slots.swap(larger);
}

void pair_table::append(pair_key const& key)
{
    if (size_ == std::numeric_limits<number>::max())
        throw std::length_error("more pairs than a table takes");
    if (size_ / block_size == blocks_.size())
        blocks_.push_back(std::make_unique_for_overwrite<block>());
    (*blocks_[size_ / block_size])[size_ % block_size] = key;
    ++size_;
}

}  // namespace batch_cancel::pairs
