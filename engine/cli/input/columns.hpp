#pragma once

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

/** Compare two names without regard to the case of ASCII letters. */
bool same_name(std::string_view left, std::string_view right) noexcept;

/** Find a name in a list.
    @return  Its place, or the size of the list. */
std::size_t find_name(std::span<std::string_view const> names, std::string_view name) noexcept;

/** Where the columns of a delimited text are. */
struct columns
{
    std::size_t job = 0;
    std::size_t task = 1;
    /** Whether an earlier attempt of the pair may have been carried out. */
    std::optional<std::size_t> ambiguous{};
    /** In the order of `--carry`. */
    std::vector<std::size_t> carried{};
    /** One of our own reports, in which a cell that looks like a formula has a quote in front. */
    bool is_report = false;

    /** Number of fields of a row that are looked at. */
    std::size_t wanted() const noexcept;
};

/** A cell of one of our reports without the apostrophe that keeps it from being run as a formula. */
std::string_view without_guard(std::string_view cell) noexcept;

/** Tell whether a row holds a known name, which makes it a header. */
bool is_header(std::span<std::string_view const> row) noexcept;

/** Tell whether a header has both columns. */
bool has_both_columns(std::span<std::string_view const> row) noexcept;

/** Find the columns by a header.
    @param carry    Names of the columns to carry along.
    @param place    "file:line", for the error's text.
    @par Errors     Throws input_error: a column is missing, or is there twice. */
columns columns_of(std::span<std::string_view const> header, std::span<std::string const> carry,
                   std::string_view place);

}  // namespace batch_cancel::cli
