#include "wire/utf8.hpp"

#include <simdjson.h>

namespace batch_cancel::wire
{

std::size_t utf8_sequence_length(std::string_view text) noexcept
{
    if (text.empty())
        return 0;
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const first = byte(0);
    if (first < 0x80)
        return 1;
    std::size_t length = 0;
    // The second byte's range shuts out overlong forms, surrogates and what lies beyond U+10FFFF (RFC 3629 section 4).
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf)
        length = 2;
    else if (first >= 0xe0 && first <= 0xef)
    {
        length = 3;
        low = first == 0xe0 ? 0xa0 : 0x80;
        high = first == 0xed ? 0x9f : 0xbf;
    }
    else if (first >= 0xf0 && first <= 0xf4)
    {
        length = 4;
        low = first == 0xf0 ? 0x90 : 0x80;
        high = first == 0xf4 ? 0x8f : 0xbf;
    }
    if (length == 0 || text.size() < length || byte(1) < low || byte(1) > high)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
    {
        if ((byte(i) & 0xc0) != 0x80)
            return 0;
    }
    return length;
}

bool is_utf8(std::string_view text) noexcept
{
    return simdjson::validate_utf8(text.data(), text.size());
}

void assign_utf8(std::string& out, std::string_view text, std::size_t limit)
{
    if (text.size() <= limit && is_utf8(text))
    {
        out.assign(text);
        return;
    }
    out.clear();
    for (std::size_t at = 0; at < text.size();)
    {
        auto const length = utf8_sequence_length(text.substr(at));
        auto const piece = length == 0 ? replacement_character : text.substr(at, length);
        if (out.size() + piece.size() > limit)
            return;
        out.append(piece);
        at += length == 0 ? 1 : length;
    }
}

}  // namespace batch_cancel::wire
