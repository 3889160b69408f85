#pragma once

#include <batch_cancel/pair.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Reads a pair from one line of JSON. Keeps its memory from line to line. */
class json_row
{
public:
    /** What a line is. */
    enum class kind : std::uint8_t
    {
        pair,
        /** An object that is the first line of a journal. */
        journal_start,
        /** A line of a journal that records something else than a result. */
        other_record,
        /** No pair; `fault` says why. */
        rejected,
    };

    json_row();
    json_row(json_row&&) noexcept;
    json_row& operator=(json_row&&) noexcept;
    ~json_row();

    /** Read a line.
        @param line     Has line_window::padding readable bytes behind it.
        @param carry    Members to carry along.
        @param journal  The line is of a journal, whose `result` lines alone are pairs.
        @param into     Its ids, mark and carried values are assigned if the line is a pair, some of them also if not. */
    kind read(std::string_view line, std::span<std::string const> carry, bool journal, pair& into);

    /** Why the last line was rejected. */
    std::string_view fault() const noexcept
    {
        return fault_;
    }

private:
    struct members;
    struct memory;  // simdjson's: its header costs more to compile than all that includes this one

    kind reject(std::string_view cause) noexcept
    {
        fault_ = cause;
        return kind::rejected;
    }

    std::unique_ptr<memory> memory_;
    std::string_view fault_;
};

}  // namespace batch_cancel::cli
