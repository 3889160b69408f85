#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::auth
{

/** Decode base64url (RFC 4648 section 5) with or without padding. Nothing if it is none. */
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace batch_cancel::auth
