#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace batch_cancel::pairs
{

/** The 128 bits of a GUID, in the order of its digits. */
using guid = std::array<std::uint64_t, 2>;

/** Whether a text is a GUID in its usual form: 8-4-4-4-12 hexadecimal digits of either case, without braces. */
bool is_guid(std::string_view text) noexcept;

/** Read a GUID in its usual form. Nothing if the text is not one; to know only that, is_guid() is cheaper. */
std::optional<guid> parse_guid(std::string_view text) noexcept;

}  // namespace batch_cancel::pairs
