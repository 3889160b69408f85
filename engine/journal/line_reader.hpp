#pragma once

#include "journal/append_file.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::journal_format
{

/** Thrown for a line that is too long to be one of ours. */
struct line_too_long
{
};

/** Reads the whole lines of a file, up to the size that the file had at first, through one buffer. */
class line_reader
{
public:
    /** Throws system_error with the system's code if the size cannot be had. */
    explicit line_reader(descriptor file);

    /** Read the next line.

        @return  The line without its end, with room for simdjson behind it; valid until the next call. None at the end.
        @par Errors  Throws system_error with the system's code, or line_too_long. */
    std::optional<std::string_view> next();

    void rewind() noexcept;

    /** The first bytes of the file, so many at most. Throws system_error. */
    std::string first_bytes(std::size_t most) const;

    /** Lines read so far, and their bytes. */
    std::uint64_t lines() const noexcept
    {
        return lines_;
    }

    std::uint64_t whole_bytes() const noexcept
    {
        return line_offset_;
    }

    std::uint64_t size() const noexcept
    {
        return size_;
    }

    descriptor const& file() const noexcept
    {
        return file_;
    }

private:
    std::string_view unread() const noexcept
    {
        return {buffer_.get() + begin_, end_ - begin_};
    }

    bool fill();
    void make_room();

    descriptor file_;
    std::uint64_t size_{0};         // where reading ends
    std::uint64_t file_offset_{0};  // of what is read into the buffer next
    std::uint64_t line_offset_{0};  // of the next line
    std::uint64_t lines_{0};
    std::unique_ptr<char[]> buffer_;  // capacity_ bytes, and padding
    std::size_t capacity_{0};
    std::size_t begin_{0};
    std::size_t end_{0};
};

}  // namespace batch_cancel::journal_format
