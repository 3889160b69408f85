#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Tell whether a byte stands somewhere in a text. */
bool has(std::string_view text, char byte) noexcept;

/** Tell whether a text is valid UTF-8. */
bool is_utf8_text(std::string_view text) noexcept;

/** Where the first byte stands that belongs to no character of UTF-8; the text's size if there is none. */
std::size_t find_no_utf8(std::string_view text) noexcept;

/** Ends of lines in a text: LF, CRLF or CR. */
std::uint64_t count_line_ends(std::string_view text) noexcept;

/** Tell whether a line holds nothing but separators and blanks. */
bool is_only(std::string_view line, std::string_view separators) noexcept;

/** What a line such as "sep=;", quoted or not, tells about the rows after it; NUL if it is none. */
char separator_line(std::string_view line) noexcept;

/** Tell whether a line is the one in which PowerShell names a type, "#TYPE …", with its quote before it. */
bool is_quoted_type_line(std::string_view line) noexcept;

/** A text that is short enough to be shown in a message. */
std::string shortened(std::string_view text);

}  // namespace batch_cancel::cli
