#include "pairs/guid.hpp"

namespace batch_cancel::pairs
{

namespace
{

constexpr std::uint8_t no_digit = 0xff;

constexpr auto digit_values = []
{
    std::array<std::uint8_t, 256> table{};
    table.fill(no_digit);
    for (std::uint8_t value = 0; value != 16; ++value)
    {
        table[static_cast<unsigned char>("0123456789abcdef"[value])] = value;
        table[static_cast<unsigned char>("0123456789ABCDEF"[value])] = value;
    }
    return table;
}();

// Digits one after the other, most significant first. What is no digit shows in the upper half of `seen`.
void take_digits(std::string_view digits, std::uint64_t& into, std::uint8_t& seen) noexcept
{
    for (char const digit : digits)
    {
        auto const value = digit_values[static_cast<unsigned char>(digit)];
        seen |= value;
        into = into << 4 | value;
    }
}

}  // namespace

std::optional<guid> parse_guid(std::string_view text) noexcept
{
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        return std::nullopt;
    guid value{};
    std::uint8_t seen = 0;
    take_digits(text.substr(0, 8), value[0], seen);
    take_digits(text.substr(9, 4), value[0], seen);
    take_digits(text.substr(14, 4), value[0], seen);
    take_digits(text.substr(19, 4), value[1], seen);
    take_digits(text.substr(24, 12), value[1], seen);
    if (seen > 0xf)
        return std::nullopt;
    return value;
}

}  // namespace batch_cancel::pairs
