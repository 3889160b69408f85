#include "cli/input/text_decoder.hpp"

#include "cli/input/characters.hpp"

#include <algorithm>
#include <array>

namespace batch_cancel::cli
{

namespace
{

// A character takes three bytes of UTF-8 for one at the most, which is less than a window has room for at any time.
constexpr std::size_t decoded_block = 16 * 1024;

constexpr char no_utf8 = '\xff';

// Bytes 0x80 to 0x9f; the others are as in Latin-1. Zero: no character.
constexpr std::array<char32_t, 32> windows_1252_letters{0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                                        0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

constexpr bool is_first_surrogate(char32_t unit) noexcept
{
    return unit >= 0xd800 && unit < 0xdc00;
}

constexpr bool is_second_surrogate(char32_t unit) noexcept
{
    return unit >= 0xdc00 && unit < 0xe000;
}

}  // namespace

text_decoder::text_decoder(other_encoding from)
    : from_(from)
    , raw_(decoded_block)
{
}

void text_decoder::decode(std::size_t count, line_window& into)
{
    decode(std::string_view{raw_.data(), count}, into);
}

void text_decoder::decode(std::string_view bytes, line_window& into)
{
    while (!bytes.empty())
    {
        auto const block = bytes.substr(0, decoded_block);
        decode_block(block);
        move_into(into);
        bytes.remove_prefix(block.size());
    }
}

void text_decoder::finish(line_window& into)
{
    if (has_half_unit_ || surrogate_ != 0)
        put_fault();
    drop_unfinished();
    move_into(into);
}

void text_decoder::drop_unfinished() noexcept
{
    has_half_unit_ = false;
    surrogate_ = 0;
}

void text_decoder::move_into(line_window& into)
{
    auto const space = into.space();
    std::copy(decoded_.begin(), decoded_.end(), space.begin());
    into.commit(decoded_.size());
    decoded_.clear();
}

void text_decoder::decode_block(std::string_view bytes)
{
    if (from_ == other_encoding::windows_1252)
        return decode_single(bytes);
    for (char const each : bytes)
    {
        unsigned const byte = static_cast<unsigned char>(each);
        if (!has_half_unit_)
            half_unit_ = byte;
        else
            take_unit(from_ == other_encoding::utf_16_big_endian ? half_unit_ << 8 | byte : half_unit_ | byte << 8);
        has_half_unit_ = !has_half_unit_;
    }
}

void text_decoder::decode_single(std::string_view bytes)
{
    for (char const each : bytes)
    {
        auto const byte = static_cast<unsigned char>(each);
        bool const is_latin = byte < 0x80 || byte >= 0xa0;
        char32_t const letter = is_latin ? byte : windows_1252_letters[byte - 0x80];
        if (letter != 0 || byte == 0)
            append_utf8(decoded_, letter);
        else
            put_fault();
    }
}

void text_decoder::take_unit(char32_t unit)
{
    auto const first = surrogate_;
    surrogate_ = 0;
    if (first != 0 && is_second_surrogate(unit))
        return append_utf8(decoded_, 0x10000 + ((first - 0xd800) << 10) + (unit - 0xdc00));
    if (first != 0 || is_second_surrogate(unit))
        put_fault();
    if (is_first_surrogate(unit))
        surrogate_ = unit;
    else if (!is_second_surrogate(unit))
        append_utf8(decoded_, unit);
}

void text_decoder::put_fault()
{
    decoded_ += no_utf8;
}

}  // namespace batch_cancel::cli
