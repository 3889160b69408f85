#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** Takes rows of delimited text apart (RFC 4180). Keeps its memory from row to row.

    Blanks around an unquoted field are not part of it, nor are those around the quotes of a quoted one. A quote inside
    an unquoted field stands for itself, but for a field like ="a,b", in which it protects what is in it. Rows end with LF, CRLF
    or CR. */
class row_splitter
{
public:
    /** Most bytes between two quotes. */
    static constexpr std::size_t longest_quoted = 64 * 1024;

    enum class state : std::uint8_t
    {
        whole,
        /** More bytes are needed to tell where the row ends. */
        cut,
        unclosed_quote,
        text_after_quote,
    };

    explicit row_splitter(char delimiter) noexcept
        : delimiter_(delimiter)
    {
    }

    char const& delimiter() const noexcept
    {
        return delimiter_;
    }

    /** Take apart a line in which there is no quote, at most `wanted` fields of it. */
    void split_plain(std::string_view line, std::size_t wanted);

    /** Take apart the row at the start of `text`, which may hold quoted line ends.
        @param at_end  Nothing follows `text`. */
    state split(std::string_view text, bool at_end);

    /** The fields of the row; valid as long as its text, and until the next row. */
    std::span<std::string_view const> fields() const noexcept
    {
        return fields_;
    }

    /** Bytes of the row that `split` found whole, its line end included. */
    std::size_t size() const noexcept
    {
        return at_;
    }

private:
    enum class after_field : std::uint8_t
    {
        next_field,
        row_end,
        cut,
        other_text,
    };

    bool is_blank(char byte) const noexcept
    {
        return byte == ' ' || (byte == '\t' && delimiter_ != '\t');
    }

    std::string_view trimmed(std::string_view text) const noexcept;
    void skip_blanks(std::string_view text) noexcept;
    state take_quoted(std::string_view text, bool at_end);
    state take_formula(std::string_view text, bool at_end);
    state take_unquoted(std::string_view text, bool at_end);
    after_field pass_separator(std::string_view text, bool at_end) noexcept;

    char delimiter_;
    std::vector<std::string_view> fields_;
    std::string unescaped_;  // fields that held doubled quotes; reserved for a whole row before any view points here
    std::size_t at_{0};
};

}  // namespace batch_cancel::cli
