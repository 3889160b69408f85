#include "cli/input/reading_notes.hpp"

#include "cli/input/columns.hpp"
#include "cli/render/number_text.hpp"

#include <algorithm>

namespace batch_cancel::cli
{

void reading_notes::note_known(std::string_view name)
{
    auto const is_it = [name](std::string const& other) { return same_name(other, name); };
    if (std::none_of(known_columns.begin(), known_columns.end(), is_it))
        known_columns.emplace_back(name);
}

void reading_notes::add(reading_notes const& other)
{
    odd_marks.add(other.odd_marks);
    near_guids.add(other.near_guids);
    for (auto const& name : other.known_columns)
        note_known(name);
}

std::vector<std::string> warnings_of(reading_notes const& notes, reading_notes const& told)
{
    std::vector<std::string> warnings;
    if (notes.near_guids.count > told.near_guids.count)
        warnings.push_back(counted_text(notes.near_guids.count, "task id is", "task ids are") +
                           " nearly a GUID, with a wrong length or digit, and will be sent as written; the first: " +
                           notes.near_guids.first);
    if (notes.odd_marks.count > told.odd_marks.count)
        warnings.push_back(counted_text(notes.odd_marks.count, "line has", "lines have") +
                           " a value in the column 'ambiguous' that is neither true nor false, and counts as true; "
                           "the first: " +
                           notes.odd_marks.first);
    return warnings;
}

}  // namespace batch_cancel::cli
