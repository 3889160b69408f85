#pragma once

#include "virtual_time.hpp"

#include <cstddef>
#include <cstdint>
#include <queue>
#include <tuple>
#include <vector>

namespace batch_cancel::simulation
{

/** Pairs that wait until they are due; of two due at once, the one that came first. */
class waiting_pairs
{
public:
    void push(std::size_t pair, time_point due)
    {
        queue_.push({due, serial_++, pair});
    }

    std::size_t pop()
    {
        auto const pair = queue_.top().pair;
        queue_.pop();
        return pair;
    }

    bool empty() const noexcept
    {
        return queue_.empty();
    }

    std::size_t size() const noexcept
    {
        return queue_.size();
    }

    /** time_point::max() if none waits. */
    time_point next_due() const noexcept
    {
        return queue_.empty() ? time_point::max() : queue_.top().due;
    }

private:
    struct entry
    {
        time_point due;
        std::uint64_t serial;
        std::size_t pair;

        bool operator<(entry const& other) const noexcept
        {
            return std::tie(due, serial) > std::tie(other.due, other.serial);
        }
    };

    std::priority_queue<entry> queue_{};
    std::uint64_t serial_{0};
};

}  // namespace batch_cancel::simulation
