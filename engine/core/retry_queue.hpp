#pragma once

#include "core/ticket.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace batch_cancel::core
{

/** Pairs that wait for their next attempt, the one that is due first at the front; of two due at once, the one that came
    first. */
class retry_queue
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /** Put a pair in; it is moved from. */
    void push(ticket&& waiting, time_point due);

    /** Take the first pair.
        @pre !empty() */
    void pop(ticket& into);

    /** The first pair.
        @pre !empty() */
    ticket const& front() const noexcept
    {
        return *heap_.front().waiting;
    }

    bool empty() const noexcept
    {
        return heap_.empty();
    }

    std::size_t size() const noexcept
    {
        return heap_.size();
    }

    /** When the first pair is due.
        @pre !empty() */
    time_point next_due() const noexcept
    {
        return heap_.front().due;
    }

    template <class Predicate>
    bool all_of(Predicate holds) const
    {
        return std::all_of(heap_.begin(), heap_.end(), [&](entry const& each) { return holds(*each.waiting); });
    }

private:
    struct entry
    {
        time_point due;
        std::uint64_t serial;
        std::unique_ptr<ticket> waiting;
    };

    static bool later(entry const& a, entry const& b) noexcept;

    std::vector<entry> heap_;
    std::uint64_t next_serial_{0};
};

}  // namespace batch_cancel::core
