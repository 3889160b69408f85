#include "pairs/guid.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace batch_cancel::pairs
{

namespace
{

// Eight bytes, the first one in the highest place; the letters of a GUID are looked at eight at a time.
std::uint64_t load(char const* bytes) noexcept
{
    std::uint64_t loaded = 0;
    std::memcpy(&loaded, bytes, sizeof loaded);
    if constexpr (std::endian::native == std::endian::little)
        loaded = __builtin_bswap64(loaded);
    return loaded;
}

constexpr std::uint64_t in_each_byte(std::uint64_t byte) noexcept
{
    return byte * 0x0101010101010101;
}

// The top bit of each byte that is at least `least`; for bytes without that bit.
constexpr std::uint64_t at_least(std::uint64_t bytes, unsigned char least) noexcept
{
    return bytes + in_each_byte(0x80U - least);
}

// The top bit of each byte that is no hexadecimal digit.
constexpr std::uint64_t find_no_digits(std::uint64_t bytes) noexcept
{
    constexpr auto top = in_each_byte(0x80);
    auto const plain = bytes & ~top;
    auto const small = plain | in_each_byte(0x20);
    auto const decimal = at_least(plain, '0') & ~at_least(plain, '9' + 1);
    auto const letter = at_least(small, 'a') & ~at_least(small, 'f' + 1);
    return ((decimal | letter) ^ top) & top;
}

// The number that eight digits are.
constexpr std::uint64_t value_of(std::uint64_t digits) noexcept
{
    auto const letters = digits >> 6 & in_each_byte(1);
    auto value = (digits & in_each_byte(0xf)) + 9 * letters;
    value = (value | value >> 4) & 0x00ff00ff00ff00ff;
    value = (value | value >> 8) & 0x0000ffff0000ffff;
    return (value | value >> 16) & 0xffffffff;
}

}  // namespace

std::optional<guid> parse_guid(std::string_view text) noexcept
{
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        return std::nullopt;
    // 8-4-4-4-12: what stands between hyphens is joined to groups of eight.
    constexpr std::uint64_t lower_half = 0xffffffff;
    auto const* const at = text.data();
    std::array<std::uint64_t, 4> const eights{load(at), (load(at + 9) & ~lower_half) | load(at + 14) >> 32,
                                              (load(at + 19) & ~lower_half) | load(at + 24) >> 32, load(at + 28)};
    // A byte with its top bit set may look like a digit otherwise.
    auto const no_ascii = (eights[0] | eights[1] | eights[2] | eights[3]) & in_each_byte(0x80);
    auto const no_digits =
        find_no_digits(eights[0]) | find_no_digits(eights[1]) | find_no_digits(eights[2]) | find_no_digits(eights[3]);
    if ((no_ascii | no_digits) != 0)
        return std::nullopt;
    return guid{value_of(eights[0]) << 32 | value_of(eights[1]), value_of(eights[2]) << 32 | value_of(eights[3])};
}

}  // namespace batch_cancel::pairs
