#pragma once

#include "cli/input/input_request.hpp"
#include "cli/input/reading_notes.hpp"

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

    explicit json_row(reading_rules const& rules);
    json_row(json_row&&) noexcept;
    json_row& operator=(json_row&&) noexcept;
    ~json_row();

    /** Read a line.
        @param line     Has line_window::padding readable bytes behind it.
        @param journal  The line is of a journal, whose `result` lines alone are pairs.
        @param into     Its ids, mark and carried values are assigned if the line is a pair, some of them also if not.
        @param notes    Members that are carried without asking are added if the rules want it. */
    kind read(std::string_view line, bool journal, pair& into, reading_notes& notes);

    /** The mark `ambiguous` of the last line if it is neither true nor false; empty otherwise. */
    std::string_view odd_mark() const noexcept
    {
        return odd_mark_;
    }

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
    std::string odd_mark_;
};

}  // namespace batch_cancel::cli
