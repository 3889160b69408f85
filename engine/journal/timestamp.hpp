#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace batch_cancel::journal_format
{

/** Writes times as RFC 3339 in UTC with milliseconds. Keeps what it wrote down to the second: the lines of a journal come
    many a second. */
class timestamp_writer
{
public:
    static constexpr std::size_t length = 24;

    /** Write `length` bytes, and return their end. */
    char* put(char* to, std::chrono::system_clock::time_point time) noexcept;

private:
    std::int64_t second_{std::numeric_limits<std::int64_t>::min()};
    char prefix_[20]{};  // "2026-11-21T22:10:03."
};

/** Read what timestamp_writer writes, and nothing else: "2026-11-21T22:10:03.412Z". */
std::optional<std::chrono::system_clock::time_point> parse_timestamp(std::string_view text) noexcept;

}  // namespace batch_cancel::journal_format
