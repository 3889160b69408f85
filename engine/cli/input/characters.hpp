#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** A character of a UTF-8 text. */
struct character
{
    char32_t code_point = 0;
    /** Bytes that it takes. */
    std::size_t size = 0;
};

/** The first character of a text that is valid UTF-8 and not empty. */
character first_character(std::string_view text) noexcept;

/** The last one, likewise. */
character last_character(std::string_view text) noexcept;

/** Tell whether a character shows nothing, or only a blank: white space of every kind, no-break spaces, zero width
    characters, directional marks, soft hyphens, fillers, variation selectors, tags. */
bool is_unseen(char32_t code_point) noexcept;

/** Remove characters that cannot be seen from both ends of a valid UTF-8 text, but for those that change how the character
    before them looks, as at the end of an emoji. */
std::string_view without_unseen_ends(std::string_view text) noexcept;

/** How people write a code point, "U+200B". */
std::string code_point_name(char32_t code_point);

/** Append a code point as UTF-8. Not a surrogate, at most U+10FFFF. */
void append_utf8(std::string& out, char32_t code_point);

/** Lower case for the letters of Latin, Greek and Cyrillic that words for true and false are made of; the dotted, the
    dotless and the plain I become the same. Others stay. */
char32_t lower_case(char32_t code_point) noexcept;

}  // namespace batch_cancel::cli
