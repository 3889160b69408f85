#include "cli/input/characters.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace batch_cancel::cli
{

namespace
{

struct code_point_range
{
    char32_t first;
    char32_t last;
};

// In order. Controls that are not white space are left out: an id with one has a fault of its own.
constexpr std::array<code_point_range, 26> unseen{{
    {0x09, 0x0d},        // tab to carriage return
    {0x20, 0x20},        // space
    {0x85, 0x85},        // next line
    {0xa0, 0xa0},        // no-break space
    {0xad, 0xad},        // soft hyphen
    {0x34f, 0x34f},      // combining grapheme joiner
    {0x61c, 0x61c},      // Arabic letter mark
    {0x115f, 0x1160},    // Hangul fillers
    {0x1680, 0x1680},    // Ogham space mark
    {0x17b4, 0x17b5},    // Khmer inherent vowels
    {0x180b, 0x180f},    // Mongolian variation selectors, vowel separator
    {0x2000, 0x200f},    // spaces of fixed width, zero width characters, directional marks
    {0x2028, 0x202f},    // line and paragraph separator, embeddings and overrides, narrow no-break space
    {0x205f, 0x206f},    // mathematical space, word joiner, invisible operators, isolates
    {0x2800, 0x2800},    // Braille blank
    {0x3000, 0x3000},    // ideographic space
    {0x3164, 0x3164},    // Hangul filler
    {0xfe00, 0xfe0f},    // variation selectors
    {0xfeff, 0xfeff},    // byte order mark
    {0xffa0, 0xffa0},    // halfwidth Hangul filler
    {0xfff0, 0xfffb},    // interlinear annotation, and unassigned ones that are to be ignored
    {0x13430, 0x1343f},  // Egyptian hieroglyph format controls
    {0x1bca0, 0x1bca3},  // shorthand format controls
    {0x1d159, 0x1d159},  // musical symbol null notehead
    {0x1d173, 0x1d17a},  // musical format controls
    {0xe0000, 0xe0fff},  // tags, variation selectors supplement
}};

constexpr bool changes_look_before(char32_t code_point) noexcept
{
    return (code_point >= 0xfe00 && code_point <= 0xfe0f) || code_point >= 0xe0000;
}

bool can_be_removed(char32_t code_point) noexcept
{
    return is_unseen(code_point) && !changes_look_before(code_point);
}

constexpr unsigned byte_at(std::string_view text, std::size_t at) noexcept
{
    return static_cast<unsigned char>(text[at]);
}

}  // namespace

character first_character(std::string_view text) noexcept
{
    auto const lead = byte_at(text, 0);
    if (lead < 0x80)
        return {lead, 1};
    auto const size = std::min<std::size_t>(lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4, text.size());
    char32_t code_point = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i != size; ++i)
        code_point = code_point << 6 | (byte_at(text, i) & 0x3f);
    return {code_point, size};
}

character last_character(std::string_view text) noexcept
{
    auto start = text.size() - 1;
    while (start != 0 && (byte_at(text, start) & 0xc0) == 0x80)
        --start;
    return first_character(text.substr(start));
}

bool is_unseen(char32_t code_point) noexcept
{
    auto const* const found = std::find_if(
        unseen.begin(), unseen.end(), [code_point](code_point_range const& range) { return code_point <= range.last; });
    return found != unseen.end() && code_point >= found->first;
}

std::string_view without_unseen_ends(std::string_view text) noexcept
{
    while (!text.empty())
    {
        auto const first = first_character(text);
        if (!can_be_removed(first.code_point))
            break;
        text.remove_prefix(first.size);
    }
    while (!text.empty())
    {
        auto const last = last_character(text);
        if (!can_be_removed(last.code_point))
            break;
        text.remove_suffix(last.size);
    }
    return text;
}

std::string code_point_name(char32_t code_point)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "U+%04X", static_cast<unsigned>(code_point));
    return text.data();
}

void append_utf8(std::string& out, char32_t code_point)
{
    auto const put = [&out](unsigned byte) { out += static_cast<char>(byte); };
    auto const value = static_cast<std::uint32_t>(code_point);
    auto const put_rest = [&](unsigned bits) { put(0x80 | (value >> bits & 0x3f)); };
    if (value < 0x80)
        return put(value);
    if (value < 0x800)
        put(0xc0 | value >> 6);
    else if (value < 0x10000)
        put(0xe0 | value >> 12);
    else
    {
        put(0xf0 | value >> 18);
        put_rest(12);
    }
    if (value >= 0x800)
        put_rest(6);
    put_rest(0);
}

char32_t lower_case(char32_t code_point) noexcept
{
    auto const is_in = [code_point](char32_t first, char32_t last)
    { return code_point >= first && code_point <= last; };
    bool const is_dotted_or_dotless_i = code_point == 0x130 || code_point == 0x131;
    if (is_dotted_or_dotless_i)
        return U'i';
    if (is_in('A', 'Z') || (is_in(0xc0, 0xde) && code_point != 0xd7))
        return code_point + 0x20;
    if (is_in(0x100, 0x137) || is_in(0x14a, 0x177))
        return code_point | 1;
    if (is_in(0x139, 0x148) || is_in(0x179, 0x17e))  // here the capitals are odd
        return code_point + (code_point & 1);
    if (code_point == 0x3c2)  // final sigma
        return 0x3c3;
    if (is_in(0x391, 0x3a9) || is_in(0x410, 0x42f))
        return code_point + 0x20;
    if (is_in(0x400, 0x40f))
        return code_point + 0x50;
    return code_point;
}

}  // namespace batch_cancel::cli
