#pragma once

#include "cli/input/input_request.hpp"

#include <batch_cancel/journal_record.hpp>
#include <batch_cancel/options.hpp>

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

/** Read a time greater than zero, or "none", which is zero. */
std::chrono::steady_clock::duration parse_optional_limit(std::string_view text);

/** Read how much is done in a time: "50/s", "600/min"; "50" is 50/s. 0.001/s to 1,000,000/s.
    @return  Per second. */
double parse_pace(std::string_view text);

/** How many failed pairs stop a run. */
struct halt_limits
{
    /** Number of pairs; 0 sets no bound. */
    std::uint64_t failed = 0;
    /** Share of the outcomes, 0 to 1; 0 sets no bound. */
    double share = 0;

    bool operator==(halt_limits const&) const = default;
};

/** Read "fail=20", "fail=5%" or "none". Each text may be several with commas between them; a number and a share may stand
    together, each once. What is not named sets no bound. */
halt_limits parse_halt(std::vector<std::string> const& texts);

/** Read how many lines may be rejected: "20", "5%" or "none". */
rejection_limit parse_rejection_limit(std::string_view text);

/** Names of the columns that hold the ids; empty where none is given. */
struct id_columns
{
    std::string job{};
    std::string task{};

    bool operator==(id_columns const&) const = default;
};

/** Read "job=NAME,task=NAME", or one of the two. */
id_columns parse_id_columns(std::string_view text);

/** Read "retry" or "stop". */
after_ambiguous parse_after_ambiguous(std::string_view text);

/** Read a shard, "2/8". */
shard parse_shard(std::string_view text);

/** Read a whole number of at least 1. */
std::uint64_t parse_count(std::string_view text);

/** Read names with commas between them, "upn,department". Blanks around them are taken off; none may be empty. */
std::vector<std::string> parse_names(std::string_view text);

/** The text that parse_names reads. */
std::string names_text(std::vector<std::string> const& names);

/** The Graph root of a cloud: global, usgov, dod, china. */
std::string_view cloud_root(std::string_view name);

/** The name of the cloud whose Graph root this is; empty if it is none of theirs. Throws nothing. */
std::string_view cloud_of(std::string_view root) noexcept;

}  // namespace batch_cancel::cli
