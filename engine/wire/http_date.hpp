#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace batch_cancel::wire
{

/** Read an HTTP date in any of its three forms (RFC 9110 section 5.6.7): IMF-fixdate, RFC 850, asctime. A year of two
    digits is taken for the one nearest to 2000-2099, since no service of today sends an older date. */
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) noexcept;

}  // namespace batch_cancel::wire
