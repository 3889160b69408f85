#include "journal/line_buffer.hpp"

#include <algorithm>
#include <utility>

namespace batch_cancel::journal_format
{

void line_buffer::grow(std::size_t bytes)
{
    auto const capacity = std::max(2 * capacity_, size_ + bytes);
    auto grown = std::make_unique_for_overwrite<char[]>(capacity);
    text().copy(grown.get(), size_);
    bytes_ = std::move(grown);
    capacity_ = capacity;
}

}  // namespace batch_cancel::journal_format
