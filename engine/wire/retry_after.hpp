#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace batch_cancel::wire
{

/** Read a Retry-After value: seconds, seconds with decimals (seen from Graph: 2.128), or an HTTP date.

    @param value   The header's value, blanks around it taken off.
    @param answer  The answer's own Date, by which a date is measured: the service's clock need not be ours.
    @param now     Measures a date where the answer has no readable Date.
    @return        How long to wait, rounded up to milliseconds; none for what is negative, past, beyond a hundred years, or
                   neither. Zero is a value. */
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                           std::optional<std::chrono::sys_seconds> answer,
                                                           std::chrono::system_clock::time_point now) noexcept;

}  // namespace batch_cancel::wire
