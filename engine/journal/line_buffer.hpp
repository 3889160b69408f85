#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <string_view>

namespace batch_cancel::journal_format
{

/** Text that grows line by line. Its room is looked at once a line, not for each piece of it. */
class line_buffer
{
public:
    /** Where the next line goes, with room for so many bytes. What went there before without end_at is forgotten. */
    char* room(std::size_t bytes)
    {
        if (capacity_ - size_ < bytes) [[unlikely]]
            grow(bytes);
        return bytes_.get() + size_;
    }

    /** Take in what was written up to here. */
    void end_at(char const* end) noexcept
    {
        size_ = static_cast<std::size_t>(end - bytes_.get());
        assert(size_ <= capacity_);
    }

    std::string_view text() const noexcept
    {
        return {bytes_.get(), size_};
    }

    void clear() noexcept
    {
        size_ = 0;
    }

private:
    void grow(std::size_t bytes);

    std::unique_ptr<char[]> bytes_;
    std::size_t size_{0};
    std::size_t capacity_{0};
};

}  // namespace batch_cancel::journal_format
