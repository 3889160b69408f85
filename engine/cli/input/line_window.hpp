#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** A stretch of a text that is read in blocks, and the place in it: bytes go in behind, lines come out in front.

    Its memory is that of a few lines: a line longer than `longest_line` is told as such and left out. */
class line_window
{
public:
    /** More than the longest record of a journal. */
    static constexpr std::size_t longest_line = 256 * 1024;

    /** Bytes that may be read, though not changed, beyond any line; simdjson wants them. */
    static constexpr std::size_t padding = 64;

    enum class state : std::uint8_t
    {
        /** `line()` is a whole line. */
        whole,
        /** More bytes are needed. */
        cut,
        /** There is a line, but too long a one; `skip_line()` leaves it out. */
        too_long,
        /** The text is at its end. */
        end,
    };

    line_window();

    /** Where to put bytes. What was got from `line()` and `rest()` is invalid afterwards. Never empty. */
    std::span<char> space();

    /** Say that `count` bytes have been put there. */
    void commit(std::size_t count) noexcept;

    /** Leave out all that is there, from the start of the line on. */
    void drop_rest() noexcept
    {
        end_ = scanned_ = feed_ = begin_;
    }

    /** Say that no more bytes will come. */
    void finish() noexcept;

    bool finished() const noexcept
    {
        return finished_;
    }

    /** Look for the next line. */
    state find_line() noexcept;

    /** The line found, without its LF, CRLF or CR. */
    std::string_view line() const noexcept;

    /** All that is there, from the start of the line on. */
    std::string_view rest() const noexcept;

    /** Number of the line that begins `rest()`; the first is 1. */
    std::uint64_t line_number() const noexcept
    {
        return line_number_;
    }

    /** Go on behind the line found. */
    void skip_line() noexcept;

    /** Go on `size` bytes further on, in which `line_ends` lines end. */
    void skip(std::size_t size, std::uint64_t line_ends) noexcept;

private:
    void find_end() noexcept;

    std::vector<char> bytes_;
    std::size_t begin_{0};
    std::size_t end_{0};
    std::size_t scanned_{0};   // from begin_ to here there is no line end
    std::size_t feed_{0};      // from begin_ to here there is no LF
    std::size_t line_end_{0};  // of the line found: where its LF or CR stands, or end_
    std::size_t ending_{0};    // bytes there that end it
    std::uint64_t line_number_{1};
    bool finished_{false};
    bool discarding_{false};  // within a line that was too long
};

}  // namespace batch_cancel::cli
