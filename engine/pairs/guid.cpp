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

// The top bit of each byte that is a hexadecimal digit; for bytes without that bit.
constexpr std::uint64_t find_digits(std::uint64_t bytes) noexcept
{
    auto const small = bytes | in_each_byte(0x20);
    auto const decimal = at_least(bytes, '0') & ~at_least(bytes, '9' + 1);
    auto const letter = at_least(small, 'a') & ~at_least(small, 'f' + 1);
    return decimal | letter;
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

using groups_of_eight = std::array<std::uint64_t, 4>;

inline bool has_length_and_hyphens(std::string_view text) noexcept
{
    return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

// 8-4-4-4-12: what stands between hyphens is joined to groups of eight.
inline groups_of_eight join_groups(std::string_view text) noexcept
{
    constexpr std::uint64_t lower_half = 0xffffffff;
    auto const* const at = text.data();
    return {load(at), (load(at + 9) & ~lower_half) | load(at + 14) >> 32,
            (load(at + 19) & ~lower_half) | load(at + 24) >> 32, load(at + 28)};
}

inline bool are_digits(groups_of_eight const& eights) noexcept
{
    constexpr auto top = in_each_byte(0x80);
    // A byte with its top bit set may look like a digit otherwise, and carries into the next.
    if (((eights[0] | eights[1] | eights[2] | eights[3]) & top) != 0)
        return false;
    auto const digits =
        find_digits(eights[0]) & find_digits(eights[1]) & find_digits(eights[2]) & find_digits(eights[3]);
    return (digits & top) == top;
}

}  // namespace

bool is_guid(std::string_view text) noexcept
{
    return has_length_and_hyphens(text) && are_digits(join_groups(text));
}

std::optional<guid> parse_guid(std::string_view text) noexcept
{
    if (!has_length_and_hyphens(text))
        return std::nullopt;
    auto const eights = join_groups(text);
    if (!are_digits(eights))
        return std::nullopt;
    return guid{value_of(eights[0]) << 32 | value_of(eights[1]), value_of(eights[2]) << 32 | value_of(eights[3])};
}

}  // namespace batch_cancel::pairs
