#include "cli/render/visible_text.hpp"

#include <cstdint>

namespace batch_cancel::cli
{

namespace
{

constexpr std::string_view replacement = "\xef\xbf\xbd";

struct decoded
{
    std::uint32_t code_point = 0;
    std::size_t length = 0;  // 0: no UTF-8
};

// RFC 3629: no overlong form, no surrogate, nothing beyond U+10FFFF.
decoded decode(std::string_view text) noexcept
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const first = byte(0);
    if (first < 0x80)
        return {first, 1};
    std::size_t const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length)
        return {};
    std::uint32_t code_point = first & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
    {
        if ((byte(i) & 0xc0) != 0x80)
            return {};
        code_point = code_point << 6 | (byte(i) & 0x3f);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code_point < least[length] || code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
        return {};
    return {code_point, length};
}

// Controls, what turns the direction of writing, line separators, and what has no width.
bool must_be_shown(std::uint32_t c) noexcept
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

void append_hex(std::string& out, std::uint32_t value, int digits)
{
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        out += "0123456789abcdef"[value >> shift & 15];
}

void append_shown(std::string& out, std::uint32_t c)
{
    if (c == '\n')
        out += "\\n";
    else if (c == '\r')
        out += "\\r";
    else if (c == '\t')
        out += "\\t";
    else if (c < 0x80)
    {
        out += "\\x";
        append_hex(out, c, 2);
    }
    else if (c < 0x10000)
    {
        out += "\\u";
        append_hex(out, c, 4);
    }
    else
    {
        out += "\\U";
        append_hex(out, c, 8);
    }
}

}  // namespace

std::string visible_text(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty())
    {
        auto const next = decode(text);
        if (next.length == 0)
            out += replacement;
        else if (must_be_shown(next.code_point))
            append_shown(out, next.code_point);
        else
            out += text.substr(0, next.length);
        text.remove_prefix(next.length == 0 ? 1 : next.length);
    }
    return out;
}

}  // namespace batch_cancel::cli
