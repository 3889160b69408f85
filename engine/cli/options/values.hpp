#pragma once

#include <batch_cancel/journal_record.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** Read a time greater than zero: "250ms", "30s", "5m", "2h".
    @par Errors  As all functions here: std::invalid_argument whose text says what would be right. */
std::chrono::steady_clock::duration parse_time_limit(std::string_view text);

/** Read a shard, "2/8". */
shard parse_shard(std::string_view text);

/** Read a whole number of at least 1. */
std::uint64_t parse_count(std::string_view text);

/** Read names with commas between them, "upn,department". Blanks around them are taken off; none may be empty. */
std::vector<std::string> parse_names(std::string_view text);

/** The Graph root of a cloud: global, usgov, dod, china. */
std::string_view cloud_root(std::string_view name);

}  // namespace batch_cancel::cli
