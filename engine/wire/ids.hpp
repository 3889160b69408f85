#pragma once

#include "wire/wiped_string.hpp"

#include <string>
#include <string_view>

namespace batch_cancel::wire
{

/** Longest id, in bytes. */
inline constexpr std::size_t longest_id = 256;

/** Tell whether a job or task id can be one path segment of a request: 1 to 256 bytes of UTF-8 without control characters,
    and neither "." nor "..", which a URL parser on the way would resolve. */
bool is_sendable_id(std::string_view id) noexcept;

/** Append `id` as one path segment: every byte but the unreserved ones percent-encoded (RFC 3986 section 2.3). */
void append_path_segment(std::string& out, std::string_view id);
void append_path_segment(wiped_string& out, std::string_view id);

}  // namespace batch_cancel::wire
