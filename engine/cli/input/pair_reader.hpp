#pragma once

#include "cli/input/columns.hpp"
#include "cli/input/input_request.hpp"
#include "cli/input/json_row.hpp"
#include "cli/input/line_window.hpp"
#include "cli/input/row_splitter.hpp"

#include <batch_cancel/pair.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** Reads the pairs of one file, whose bytes it is given in blocks of any size. Does no I/O. */
class pair_reader
{
public:
    enum class step : std::uint8_t
    {
        pair,
        /** A line that is no pair: `fault()` and `fault_line()` tell more. */
        rejected,
        /** Bytes are wanted: put them into `space()`, then `commit`; or `finish`. */
        more,
        end,
    };

    /** @param name  For messages and the source of each pair, "NAME:LINE". */
    pair_reader(std::string name, reading_rules rules);

    std::span<char> space()
    {
        return window_.space();
    }

    void commit(std::size_t count) noexcept
    {
        window_.commit(count);
    }

    void finish() noexcept
    {
        window_.finish();
    }

    /** Leave out what has come of a row whose end has not. */
    void drop_unfinished() noexcept
    {
        window_.drop_rest();
    }

    /** Go to the next line with content.
        @param into  Every member is assigned if there is a pair, some of them also if there is none.
        @par Errors  Throws input_error: the file as a whole cannot be read. */
    step next(pair& into);

    std::string_view fault() const noexcept
    {
        return fault_;
    }

    std::uint64_t fault_line() const noexcept
    {
        return fault_line_;
    }

    std::uint64_t comments() const noexcept
    {
        return comments_;
    }

    std::string const& name() const noexcept
    {
        return name_;
    }

private:
    enum class layout : std::uint8_t
    {
        unknown,
        delimited,
        json,
        journal,
    };

    bool pass_start();
    std::optional<step> decide_layout(std::string_view line);
    std::optional<step> find_columns(std::string_view line);
    std::optional<step> judge_broken_first_row(std::string_view line);
    row_splitter::state split_first_row(row_splitter& splitter) const;
    row_splitter::state split_here(row_splitter& splitter) const;
    std::optional<step> read_json(std::string_view line, pair& into);
    step read_row(std::string_view line, pair& into);
    step read_quoted_row(pair& into);
    std::string_view fill(std::span<std::string_view const> fields, pair& into) const;
    std::string_view cell(std::span<std::string_view const> fields, std::size_t column) const noexcept;
    void skip_row() noexcept;
    step reject(std::string_view cause) noexcept;
    step finish_pair(pair& into, std::uint64_t line) const;
    std::string place() const;

    std::string name_;
    reading_rules rules_;
    line_window window_;
    row_splitter splitter_{','};
    json_row json_;
    columns columns_;
    std::size_t wanted_{2};
    layout layout_{layout::unknown};
    bool started_{false};  // what may stand before the first line has been passed
    std::string_view fault_;
    std::uint64_t fault_line_{0};
    std::uint64_t comments_{0};
};

}  // namespace batch_cancel::cli
