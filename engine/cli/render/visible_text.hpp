#pragma once

#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Make text from outside fit to be shown on a terminal: control characters (C0, DEL, C1), line ends and tabs included, and the
    characters that turn the direction of writing or cannot be seen are written as escapes, "\x1b" or "\u202e", and bytes
    that are no UTF-8 as U+FFFD. All else stays as it is. */
std::string visible_text(std::string_view text);

}  // namespace batch_cancel::cli
