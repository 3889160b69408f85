#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace batch_cancel::simulator
{

using guid = std::array<unsigned char, 16>;
using guid_text = std::array<char, 36>;

/** Write a GUID in lower case with hyphens. */
guid_text to_text(guid const& id) noexcept;

/** Read a GUID of 36 characters, in either case; nothing for any other text. */
std::optional<guid> parse_guid(std::string_view text) noexcept;

inline std::string_view view(guid_text const& text) noexcept
{
    return {text.data(), text.size()};
}

}  // namespace batch_cancel::simulator
