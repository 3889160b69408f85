#pragma once

#include "cli/input/columns.hpp"
#include "cli/input/input_request.hpp"
#include "cli/input/json_row.hpp"
#include "cli/input/line_window.hpp"
#include "cli/input/reading_notes.hpp"
#include "cli/input/row_splitter.hpp"
#include "cli/input/text_decoder.hpp"

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
        return decoder_ ? decoder_->space() : window_.space();
    }

    void commit(std::size_t count)
    {
        if (decoder_)
            decoder_->decode(count, window_);
        else
            window_.commit(count);
    }

    void finish()
    {
        if (decoder_)
            decoder_->finish(window_);
        window_.finish();
    }

    /** Leave out what has come of a row whose end has not. */
    void drop_unfinished() noexcept
    {
        if (decoder_)
            decoder_->drop_unfinished();
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

    /** Lines that were skipped though they have content: comments, headers that are repeated, rows of a report for lines that
        were rejected. */
    std::uint64_t comments() const noexcept
    {
        return comments_;
    }

    /** What was found so far. */
    reading_notes const& notes() const noexcept
    {
        return notes_;
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
    std::optional<other_encoding> encoding_by(std::string_view start) const;
    void decode_as(other_encoding encoding);
    std::string_view line_fault(std::string_view line) const;
    [[noreturn]] void refuse_encoding(std::string_view line) const;

    bool pass_line(std::string_view line);
    std::optional<step> decide_layout(std::string_view line);
    bool looks_like_json(std::string_view line) const noexcept;
    std::optional<step> find_columns(std::string_view line);
    void check_without_header(std::span<std::string_view const> row);
    std::optional<step> judge_broken_first_row(std::string_view line);
    row_splitter::state split_first_row(row_splitter& splitter) const;
    row_splitter::state split_here(row_splitter& splitter) const;

    std::optional<step> read_json(std::string_view line, pair& into);
    step take_json(pair& into);
    std::optional<step> read_row(std::string_view line, pair& into);
    std::optional<step> read_quoted_row(pair& into);
    std::optional<step> take_row(std::string_view row, pair& into);
    void fill_carried(std::span<std::string_view const> fields, pair& into) const;
    void note_doubts(std::string_view task_id, std::string_view odd_mark);
    std::string_view cell(std::span<std::string_view const> fields, std::size_t column) const noexcept;
    void skip_row() noexcept;
    step reject(std::string_view cause);
    step finish_pair(pair& into) const;

    bool stands_for_rejected(std::span<std::string_view const> fields);
    bool is_no_data(std::string_view row);
    bool is_repeated_header(std::span<std::string_view const> fields) const;
    bool is_separator_row(std::string_view row) const;
    void refuse_other_separator(std::string_view row) const;
    [[noreturn]] void refuse_joined(std::string const& what) const;
    std::string place() const;

    std::string name_;
    reading_rules rules_;
    line_window window_;
    std::optional<text_decoder> decoder_;  // if the bytes are not UTF-8
    row_splitter splitter_{','};
    json_row json_;
    columns columns_;
    std::size_t wanted_{2};
    layout layout_{layout::unknown};
    bool started_{false};         // what may stand before the first line has been passed
    char given_delimiter_{'\0'};  // by a line like "sep=;"
    std::string fault_;
    std::uint64_t fault_line_{0};
    std::uint64_t comments_{0};
    reading_notes notes_;
};

}  // namespace batch_cancel::cli
