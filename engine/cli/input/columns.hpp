#pragma once

#include "cli/input/input_request.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** Names that a column or member of job ids may have, the preferred first; compared without case. */
std::span<std::string_view const> job_column_names() noexcept;

/** Names that a column or member of task ids may have, the preferred first. */
std::span<std::string_view const> task_column_names() noexcept;

/** Names of columns or members whose values are carried without asking; compared without case. */
std::span<std::string_view const> known_carried_names() noexcept;

/** Compare two names without regard to the case of ASCII letters. */
bool same_name(std::string_view left, std::string_view right) noexcept;

/** A name with the letters A to Z made small. */
std::string in_lower_case(std::string_view name);

/** Find a name in a short list.
    @return  Its place, or the size of the list. */
std::size_t find_name(std::span<std::string_view const> names, std::string_view name) noexcept;

/** Where the columns of a delimited text are. */
struct columns
{
    std::size_t job = 0;
    std::size_t task = 1;
    /** Whether an earlier attempt of the pair may have been carried out. */
    std::optional<std::size_t> ambiguous{};
    /** Of one of our own reports, in which a cell that looks like a formula has a quote in front, and lines that were rejected
        have rows. */
    std::optional<std::size_t> outcome{};
    /** In the order of `--carry`; not set where a column that may be missing is missing. */
    std::vector<std::optional<std::size_t>> carried{};

    bool operator==(columns const&) const = default;

    bool is_report() const noexcept
    {
        return outcome.has_value();
    }

    /** Number of fields of a row that are looked at. */
    std::size_t wanted() const noexcept;
};

/** A cell of one of our reports without the apostrophe that keeps it from being run as a formula. */
std::string_view without_guard(std::string_view cell) noexcept;

/** Tell whether a row holds a known name, or one that `--columns` gives, which makes it a header. */
bool is_header(std::span<std::string_view const> row, reading_rules const& rules) noexcept;

/** Tell whether a row holds a name of each of the two columns. */
bool has_both_columns(std::span<std::string_view const> row, reading_rules const& rules) noexcept;

/** Tell whether a row holds a name that only a header holds: neither a user nor a job would be called so. */
bool has_telling_name(std::span<std::string_view const> row) noexcept;

/** Find the columns by a header.
    @param place    "file:line", for the error's text.
    @par Errors     Throws input_error: a column is missing, or is there twice. */
columns columns_of(std::span<std::string_view const> header, reading_rules const& rules, std::string_view place);

/** Tell whether a column that is carried may be missing from a file. */
bool may_be_missing(std::string_view carried, reading_rules const& rules) noexcept;

/** The names in a header that are carried without asking, as the header spells them. */
std::vector<std::string> known_carried_of(std::span<std::string_view const> header);

}  // namespace batch_cancel::cli
