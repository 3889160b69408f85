#include "auth/base64url.hpp"

#include <cstdint>

namespace batch_cancel::auth
{

namespace
{

constexpr int no_letter = -1;

int value_of(char letter) noexcept
{
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9')
        return letter - '0' + 52;
    return letter == '-' ? 62 : letter == '_' ? 63 : no_letter;
}

}  // namespace

std::optional<std::string> decode_base64url(std::string_view text)
{
    while (text.ends_with('='))
        text.remove_suffix(1);
    if (text.size() % 4 == 1)
        return std::nullopt;
    std::string decoded;
    decoded.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (char const letter : text)
    {
        auto const value = value_of(letter);
        if (value == no_letter)
            return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8)
        {
            count -= 8;
            decoded += static_cast<char>((bits >> count) & 0xff);
        }
    }
    return decoded;
}

}  // namespace batch_cancel::auth
