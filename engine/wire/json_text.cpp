#include "wire/json_text.hpp"

#include "wire/utf8.hpp"

#include <array>
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

constexpr std::uint64_t eight_of(std::uint8_t byte) noexcept
{
    return byte * std::uint64_t{0x0101010101010101};
}

// The high bit of each byte of the result that equals `byte`, and perhaps of others above such a one.
constexpr std::uint64_t equal_bytes(std::uint64_t word, std::uint8_t byte) noexcept
{
    auto const zero_where_equal = word ^ eight_of(byte);
    return (zero_where_equal - eight_of(1)) & ~zero_where_equal;
}

// Tells whether none of eight bytes needs anything.
bool are_plain(char const* bytes) noexcept
{
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    auto const controls = (word - eight_of(0x20)) & ~word;
    auto const others = equal_bytes(word, '"') | equal_bytes(word, '\\') | equal_bytes(word, 0x7f);
    return ((word | controls | others) & eight_of(0x80)) == 0;
}

void append_escape(std::string& out, unsigned char c)
{
    static constexpr char hex[] = "0123456789abcdef";
    switch (c)
    {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        out += "\\u00";
        out += hex[c >> 4];
        out += hex[c & 15];
        return;
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text)
{
    out += '"';
    std::size_t plain_from = 0;
    std::size_t at = 0;
    while (at < text.size())
    {
        auto const c = static_cast<unsigned char>(text[at]);
        if (needs[c] == need::nothing) [[likely]]
        {
            ++at;
            while (text.size() - at >= 8 && are_plain(text.data() + at))
                at += 8;
            continue;
        }
        if (needs[c] == need::sequence)
        {
            auto const length = utf8_sequence_length(text.substr(at));
            if (length != 0)
            {
                at += length;
                continue;
            }
        }
        out.append(text.substr(plain_from, at - plain_from));
        if (needs[c] == need::escape)
            append_escape(out, c);
        else
            out += replacement_character;
        ++at;
        plain_from = at;
    }
    out.append(text.substr(plain_from));
    out += '"';
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
