#include "simulator/guid.hpp"

#include <cstddef>

namespace batch_cancel::simulator
{

namespace
{

// Where in the text each byte of a GUID stands.
constexpr std::array<unsigned char, 16> positions{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

constexpr auto hex_values = []
{
    std::array<signed char, 256> table{};
    table.fill(-1);
    for (signed char digit = 0; digit < 10; ++digit)
        table[static_cast<unsigned char>('0' + digit)] = digit;
    for (signed char letter = 0; letter < 6; ++letter)
    {
        table[static_cast<unsigned char>('a' + letter)] = static_cast<signed char>(10 + letter);
        table[static_cast<unsigned char>('A' + letter)] = static_cast<signed char>(10 + letter);
    }
    return table;
}();

int hex_value(char c) noexcept
{
    return hex_values[static_cast<unsigned char>(c)];
}

}  // namespace

guid_text to_text(guid const& id) noexcept
{
    static constexpr char digits[] = "0123456789abcdef";
    guid_text text;
    text[8] = text[13] = text[18] = text[23] = '-';
    for (std::size_t i = 0; i < id.size(); ++i)
    {
        text[positions[i]] = digits[id[i] >> 4];
        text[positions[i] + std::size_t{1}] = digits[id[i] & 15];
    }
    return text;
}

std::optional<guid> parse_guid(std::string_view text) noexcept
{
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        return std::nullopt;
    guid id;
    int seen = 0;
    for (std::size_t i = 0; i < id.size(); ++i)
    {
        int const high = hex_value(text[positions[i]]);
        int const low = hex_value(text[positions[i] + std::size_t{1}]);
        seen |= high | low;
        id[i] = static_cast<unsigned char>(high * 16 + low);
    }
    if (seen < 0)
        return std::nullopt;
    return id;
}

}  // namespace batch_cancel::simulator
