#include "core/retry_queue.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace batch_cancel::core
{

bool retry_queue::later(entry const& a, entry const& b) noexcept
{
    return std::tie(a.due, a.serial) > std::tie(b.due, b.serial);
}

void retry_queue::push(ticket&& waiting, time_point due)
{
    heap_.push_back({due, next_serial_++, std::make_unique<ticket>(std::move(waiting))});
    std::push_heap(heap_.begin(), heap_.end(), later);
}

void retry_queue::pop(ticket& into)
{
    std::pop_heap(heap_.begin(), heap_.end(), later);
    into = std::move(*heap_.back().waiting);
    heap_.pop_back();
}

}  // namespace batch_cancel::core
