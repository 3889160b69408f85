#pragma once

#include "cli/input/line_window.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** An encoding that is turned into UTF-8. */
enum class other_encoding : std::uint8_t
{
    utf_16_little_endian,
    utf_16_big_endian,
    windows_1252,
};

/** Turns a text that comes in blocks into UTF-8, and puts it into a window. What is no character of its encoding becomes a
    byte that no UTF-8 text has, so that the line it stands in is rejected: half a surrogate pair, an odd last byte, and the
    five bytes to which windows-1252 gives no meaning. */
class text_decoder
{
public:
    explicit text_decoder(other_encoding from);

    /** Where to put bytes. */
    std::span<char> space() noexcept
    {
        return raw_;
    }

    /** Decode the first `count` bytes of `space()`. */
    void decode(std::size_t count, line_window& into);

    /** Decode bytes of any number. */
    void decode(std::string_view bytes, line_window& into);

    /** No more bytes will come. */
    void finish(line_window& into);

    /** Forget a character that is not whole. */
    void drop_unfinished() noexcept;

    /** Why a line is rejected that holds such a byte. */
    std::string_view fault() const noexcept
    {
        return from_ == other_encoding::windows_1252 ? "the line has a byte that means nothing in windows-1252"
                                                     : "the line is not valid UTF-16";
    }

private:
    void decode_block(std::string_view bytes);
    void decode_single(std::string_view bytes);
    void take_unit(char32_t unit);
    void put_fault();
    void move_into(line_window& into);

    other_encoding from_;
    std::vector<char> raw_;
    std::string decoded_;        // kept for its memory
    bool has_half_unit_{false};  // a byte of UTF-16 waits for its other one
    unsigned half_unit_{0};
    char32_t surrogate_{0};  // the first of a pair waits for the second
};

}  // namespace batch_cancel::cli
