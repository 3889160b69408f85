#pragma once

#include <string>
#include <string_view>

namespace batch_cancel::journal_format
{

/** How much of a file is needed to tell what it is. */
constexpr std::size_t kind_bytes = 512;

/** Say why a file whose first line is not a record is not a journal, and what to do, if that can be told.
    @param start  The first bytes of the file, all of them if it is shorter than kind_bytes. Not empty.
    @return       Empty if it begins as a journal does: then it is a damaged one. */
std::string other_kind(std::string_view start);

}  // namespace batch_cancel::journal_format
