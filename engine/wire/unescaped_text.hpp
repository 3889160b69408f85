#pragma once

#include "wire/wiped_string.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace batch_cancel::wire
{

/** Tell whether a text has a character that begins an escape as `unescaped_text` knows them. Costs about one instruction for
    each character. */
bool may_have_escapes(std::string_view text) noexcept;

/** A text with its escapes undone, which knows where in the source each of its characters stood.

    Escapes of HTML (`&#43;`, `&#x2B;`, `&plus;`), of links (`%2B`, `%u002B`), and of JSON and the languages and logs like it
    (`\u002b`, `\u{2b}`, `\x2B`, `\053`, `\/`), in any mixture. Only those of visible ASCII and the blank are undone; what is
    no escape stays as it is. It may hold a secret, so it overwrites its memory. */
class unescaped_text
{
public:
    /** The text as it is.
        @param source  Not owned: must live as long as this. */
    explicit unescaped_text(std::string_view source);

    std::string_view text() const noexcept
    {
        return text_;
    }

    /** Where in the source the character at `at` begins, or for the end of the text where the source ends. */
    std::size_t source_of(std::size_t at) const noexcept
    {
        return places_[at];
    }

    /** Undo one layer of escapes; what an escape stood for may be part of another.
        @return  False if there was none. */
    bool unescape();

private:
    wiped_string text_;
    std::vector<std::size_t> places_;  // of each character, and of the end
};

}  // namespace batch_cancel::wire
