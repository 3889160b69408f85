#pragma once

#include <batch_cancel/journal_record.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::cli
{

/** Form of an input. */
enum class input_format : std::uint8_t
{
    /** By its content. */
    automatic,
    csv,
    tsv,
    jsonl,
};

/** Encoding of an input; a byte order mark at the start of a file counts for more. */
enum class input_encoding : std::uint8_t
{
    /** UTF-8; other bytes stop the reading. */
    automatic,
    /** Lines with other bytes are rejected one by one. */
    utf_8,
    utf_16,
    windows_1252,
};

/** Which further columns are looked for besides those that `reading_rules::carry` names. */
enum class known_columns : std::uint8_t
{
    ignored,
    /** Columns that are carried without asking are reported, but not carried in this reading. */
    noted,
};

/** How to read an input. */
struct reading_rules
{
    input_format format = input_format::automatic;
    /** Further columns or members whose values travel with the pair. */
    std::vector<std::string> carry{};
    input_encoding encoding = input_encoding::automatic;
    /** Columns or members of the ids; empty: by the known names. */
    std::string job_column{};
    std::string task_column{};
    /** Whether a column of `carry` may be missing if it is one that is carried without asking; its values are empty then. */
    bool known_may_be_missing = false;
    known_columns known = known_columns::ignored;
};

/** How many lines may be rejected. */
struct rejection_limit
{
    /** Number of lines; not set: no bound. */
    std::optional<std::uint64_t> lines{};
    /** Share of the lines with content, 0 to 1, once there are `fewest_lines` of them; not set: no bound. */
    std::optional<double> share = 0.1;

    static constexpr std::uint64_t fewest_lines = 20;

    /** As it was given, for messages. */
    std::string text = "10%";

    bool operator==(rejection_limit const&) const = default;

    /** Tell whether an input, or what is known of it, has more rejected lines. */
    bool is_exceeded(std::uint64_t rejected, std::uint64_t lines_with_content) const noexcept
    {
        bool const are_too_many = lines && rejected > *lines;
        bool const is_share_too_large =
            share && lines_with_content >= fewest_lines &&
            static_cast<double>(rejected) > *share * static_cast<double>(lines_with_content);
        return are_too_many || is_share_too_large;
    }
};

/** What to read. */
struct input_request
{
    /** Paths; "-" is stdin, once at most. At least one. */
    std::vector<std::string> files{};
    /** The files are named by a journal: besides stdin, only regular files are opened. */
    bool only_regular_files = false;
    reading_rules rules{};
    /** Not set: all pairs. */
    std::optional<batch_cancel::shard> shard{};
    /** A reading ends before it would give more pairs. */
    std::uint64_t max_pairs = std::numeric_limits<std::uint64_t>::max();
    rejection_limit max_rejected{};
    /** Whether columns with known names are carried without asking. */
    bool carry_known = true;
};

}  // namespace batch_cancel::cli
