#pragma once

#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Write a text so that a shell takes it for one word, whatever bytes it has. Control characters, bytes that are not UTF-8 and
    all else that visible_text would change are written as escapes within $'…', which bash, zsh and ksh read. So what the
    terminal shows is what is pasted. */
std::string shell_word(std::string_view text);

/** The same for a path that stands on a command line by itself: a leading "-" does not make an option of it. */
std::string shell_path(std::string const& path);

/** A command of several words. */
template <class Words>
std::string shell_words(Words const& words)
{
    std::string text;
    for (auto const& word : words)
        text += (text.empty() ? "" : " ") + shell_word(word);
    return text;
}

}  // namespace batch_cancel::cli
