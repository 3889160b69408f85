#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace batch_cancel::cli
{

/** Tell whether two paths lead to one file: however they are spelled, by whatever links, and also if it is not there yet. */
bool is_same_file(std::filesystem::path const& one, std::filesystem::path const& other);

/** A file that no report may take the place of. */
struct kept_file
{
    std::filesystem::path path{};
    /** For people: "the journal a.jsonl". */
    std::string name{};
};

/** Check that reports take the place of no file that is to be kept, nor of each other.
    @par Errors  Throws usage_error: one does. */
void check_reports_replace_nothing(std::vector<std::filesystem::path> const& reports,
                                   std::vector<kept_file> const& kept);

}  // namespace batch_cancel::cli
