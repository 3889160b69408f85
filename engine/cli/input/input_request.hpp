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

/** How to read an input. */
struct reading_rules
{
    input_format format = input_format::automatic;
    /** Further columns or members whose values travel with the pair. */
    std::vector<std::string> carry{};
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
};

}  // namespace batch_cancel::cli
