#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::cli
{

/** Something that people should know about lines that are pairs all the same: how many there are, and the first. */
struct noted_lines
{
    std::uint64_t count = 0;
    /** "file:line: value". */
    std::string first{};

    /** Count a line; `place` makes its "file:line". */
    template <class Place>
    void note(Place const& place, std::string_view value)
    {
        if (count++ == 0)
            first = place().append(": ").append(value);
    }

    void add(noted_lines const& other)
    {
        if (count == 0)
            first = other.first;
        count += other.count;
    }
};

/** What a reading has found besides pairs and lines that are none. */
struct reading_notes
{
    /** Lines whose mark `ambiguous` is neither true nor false in any language known; it counts as true. */
    noted_lines odd_marks{};
    /** Lines whose task id was probably meant to be a GUID, and is none. */
    noted_lines near_guids{};
    /** Columns or members that are carried without asking, as the input spells them; none twice, whatever its case. */
    std::vector<std::string> known_columns{};

    void note_known(std::string_view name);
    void add(reading_notes const& other);
};

/** The warnings about what was noted, but for what has been told already. */
std::vector<std::string> warnings_of(reading_notes const& notes, reading_notes const& told = {});

}  // namespace batch_cancel::cli
