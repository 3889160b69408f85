#include "wire/json_text.hpp"

#include "wire/utf8.hpp"

#include <array>
#include <cmath>
#include <cstdint>

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

// Sixteen bytes at a time: a loop that compilers turn into a few instructions.
using sixteen = std::array<std::uint8_t, 16>;

void note_odd(char const* bytes, sixteen& odd) noexcept
{
    for (std::size_t i = 0; i < odd.size(); ++i)
    {
        auto const c = static_cast<std::uint8_t>(bytes[i]);
        odd[i] |= static_cast<std::uint8_t>((c < 0x20) | (c >= 0x7f) | (c == '"') | (c == '\\'));
    }
}

// Tells whether a text is written as it is, as nearly every text is.
bool is_plain(std::string_view text) noexcept
{
    sixteen odd{};
    if (text.size() < odd.size())
    {
        for (char const c : text)
            odd[0] |= static_cast<std::uint8_t>(needs[static_cast<unsigned char>(c)]);
        return odd[0] == 0;
    }
    auto const last = text.size() - odd.size();
    for (std::size_t at = 0; at < last; at += odd.size())
        note_odd(text.data() + at, odd);
    note_odd(text.data() + last, odd);
    return odd == sixteen{};
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
    if (is_plain(text)) [[likely]]
    {
        auto const begin = out.size();
        out.append(text.size() + 2, '"');
        text.copy(out.data() + begin + 1, text.size());
        return;
    }
    out += '"';
    std::size_t plain_from = 0;
    std::size_t at = 0;
    while (at < text.size())
    {
        auto const c = static_cast<unsigned char>(text[at]);
        if (needs[c] == need::nothing)
        {
            ++at;
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
