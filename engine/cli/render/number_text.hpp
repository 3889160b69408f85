#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Write a number with at most `decimals` digits after its point, without zeros at its end: "41.7". */
std::string decimal_text(double value, int decimals);

/** Write a duration in seconds with at most three decimals. */
std::string seconds_text(std::chrono::nanoseconds value);

/** Write a duration in milliseconds with at most three decimals. */
std::string milliseconds_text(std::chrono::nanoseconds value);

/** Write a time as RFC 3339 in UTC with milliseconds: "2026-11-21T22:10:03.412Z". */
std::string time_text(std::chrono::system_clock::time_point time);

/** Write a number with commas between its thousands: "1,234,567". */
std::string grouped_text(std::uint64_t value);

/** Write a number of things: "1 pair", "2,000 pairs". */
std::string counted_text(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace batch_cancel::cli
