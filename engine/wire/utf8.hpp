#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace batch_cancel::wire
{

/** U+FFFD, in UTF-8: stands where bytes could not be read. */
inline constexpr std::string_view replacement_character = "\xef\xbf\xbd";

/** Length of the valid UTF-8 sequence at the start of `text`: 1 to 4, or 0 if there is none (RFC 3629: no overlong form,
    no surrogate, nothing beyond U+10FFFF). */
std::size_t utf8_sequence_length(std::string_view text) noexcept;

/** Tell whether all of `text` is UTF-8. */
bool is_utf8(std::string_view text) noexcept;

/** Copy `text` over `out`, at most `limit` bytes of it: cut between characters, bytes that are no UTF-8 replaced. */
void assign_utf8(std::string& out, std::string_view text, std::size_t limit);

}  // namespace batch_cancel::wire
