#pragma once

#include <cstdint>
#include <string_view>

namespace batch_cancel::cli
{

/** What a text says about something that is true or false. */
enum class truth : std::uint8_t
{
    no,
    yes,
    /** Neither, in any language that is known here. */
    unknown,
};

/** Read a mark as programs and spreadsheets write it: empty, 0, no and "false" in the languages of spreadsheets, or 1, yes and
    "true" in them. Case, and what cannot be seen around it, do not matter.
    @param text  Valid UTF-8. */
truth read_truth(std::string_view text);

}  // namespace batch_cancel::cli
