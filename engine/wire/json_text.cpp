#include "wire/json_text.hpp"

#include "wire/utf8.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace batch_cancel::wire
{

namespace
{

// What a byte needs: nothing, an escape, or a look at the UTF-8 sequence that it begins.
enum class need : std::uint8_t
{
    nothing,
    escape,
    sequence,
};

constexpr auto needs = []
{
    std::array<need, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c)
    {
        if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
            table[c] = need::escape;
        else if (c >= 0x80)
            table[c] = need::sequence;
    }
    return table;
}();

// Sixteen bytes that are looked at together. An array would have a check of its own for the stack and for each index.
using sixteen [[gnu::vector_size(16)]] = std::uint8_t;

// Copies sixteen bytes, and marks those that are not printable ASCII, or a quote or a backslash.
inline void copy_noting_odd(char const* from, char* to, sixteen& odd) noexcept
{
    sixteen bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    std::memcpy(to, &bytes, sizeof bytes);
    odd |= reinterpret_cast<sixteen>((bytes - 0x20 >= 0x5f) | (bytes == '"') | (bytes == '\\'));
}

bool is_zero(sixteen bytes) noexcept
{
    auto const [low, high] = std::bit_cast<std::array<std::uint64_t, 2>>(bytes);
    return (low | high) == 0;
}

// Copies a text and tells whether it may stay as it is, as nearly every text may.
bool copy_plain(char* to, std::string_view text) noexcept
{
    if (text.size() < sizeof(sixteen))
    {
        auto odd = need::nothing;
        for (std::size_t at = 0; at < text.size(); ++at)
        {
            to[at] = text[at];
            odd = std::max(odd, needs[static_cast<unsigned char>(text[at])]);
        }
        return odd == need::nothing;
    }
    sixteen odd{};
    auto const last = text.size() - sizeof odd;
    for (std::size_t at = 0; at < last; at += sizeof odd)
        copy_noting_odd(text.data() + at, to + at, odd);
    copy_noting_odd(text.data() + last, to + last, odd);
    return is_zero(odd);
}

char* put_text(char* to, std::string_view text) noexcept
{
    return to + text.copy(to, text.size());
}

char* put_code(char* to, unsigned code) noexcept
{
    static constexpr char hex[] = "0123456789abcdef";
    to = put_text(to, "\\u");
    for (int shift = 12; shift >= 0; shift -= 4)
        *to++ = hex[code >> shift & 15];
    return to;
}

char* put_escape(char* to, unsigned char c) noexcept
{
    switch (c)
    {
    case '"':
        return put_text(to, "\\\"");
    case '\\':
        return put_text(to, "\\\\");
    case '\n':
        return put_text(to, "\\n");
    case '\r':
        return put_text(to, "\\r");
    case '\t':
        return put_text(to, "\\t");
    default:
        return put_code(to, c);
    }
}

// The code point of a sequence of two or three bytes; 0 of any other, since none of those is escaped.
unsigned code_point_of(std::string_view sequence) noexcept
{
    auto const bits = [sequence](std::size_t at, unsigned mask)
    { return static_cast<unsigned char>(sequence[at]) & mask; };
    if (sequence.size() == 2)
        return bits(0, 0x1f) << 6 | bits(1, 0x3f);
    if (sequence.size() == 3)
        return bits(0, 0x0f) << 12 | bits(1, 0x3f) << 6 | bits(2, 0x3f);
    return 0;
}

// Of a terminal: the C1 controls. Of a line: what ends it, and what turns its direction.
constexpr bool is_disruptive(unsigned code) noexcept
{
    return (code >= 0x80 && code <= 0x9f) || code == 0x61c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

char* put_sequence(char* to, std::string_view sequence) noexcept
{
    if (sequence.empty())
        return put_text(to, replacement_character);
    auto const code = code_point_of(sequence);
    return is_disruptive(code) ? put_code(to, code) : put_text(to, sequence);
}

char* put_escaped(char* to, std::string_view text) noexcept
{
    for (std::size_t at = 0; at < text.size();)
    {
        auto const c = static_cast<unsigned char>(text[at]);
        std::size_t length = 1;
        if (needs[c] == need::escape)
            to = put_escape(to, c);
        else if (needs[c] == need::nothing)
            *to++ = text[at];
        else
        {
            length = utf8_sequence_length(text.substr(at));
            to = put_sequence(to, text.substr(at, length));
        }
        at += std::max<std::size_t>(length, 1);
    }
    return to;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text)
{
    auto const begin = out.size();
    out.resize(begin + text.size() + 2);
    auto* const to = out.data() + begin;
    if (copy_plain(to + 1, text)) [[likely]]
    {
        to[0] = to[text.size() + 1] = '"';
        return;
    }
    out.resize(begin + most_json(text.size()));
    out.resize(static_cast<std::size_t>(put_json_string(out.data() + begin, text) - out.data()));
}

char* put_json_string(char* to, std::string_view text) noexcept
{
    *to++ = '"';
    to = copy_plain(to, text) ? to + text.size() : put_escaped(to, text);
    *to++ = '"';
    return to;
}

void json_object_writer::number(std::string_view name, double value, int decimals)
{
    key(name);
    if (!std::isfinite(value))
    {
        out_ += "null";
        return;
    }
    std::array<char, 352> digits;  // the longest fixed double has 309 digits before its point
    auto const end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals).ptr;
    std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    if (decimals > 0)
    {
        text = text.substr(0, text.find_last_not_of('0') + 1);
        if (text.ends_with('.'))
            text.remove_suffix(1);
    }
    out_ += text;
}

}  // namespace batch_cancel::wire
