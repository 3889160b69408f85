#pragma once

#include "hostile_run.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace batch_cancel::test
{

/** A 202 with these fields, each with its line end, and this after the header. */
std::string taken(std::string const& fields, std::string const& rest = "");

/** No control character, and UTF-8: fit for a line of a log. */
bool is_one_clean_line(std::string const& text);

/** Has each of these answer a pair of its own, "bad-1" on, one request at a time; pairs in between, "good-0" on, are answered
    well, so that an answer that spills over would be credited to one of those, and is found out. A "bad" pair that is sent
    again is answered well too. */
class one_by_one : public hostile_run
{
public:
    explicit one_by_one(std::vector<fault_reply> const& replies, engine_options wanted = {});

    /** The result of the pair that was answered by `replies[i]`. */
    result const& answered(std::size_t i) const
    {
        return result_of("bad-" + std::to_string(i + 1));
    }

    /** Tell whether nothing was sent over a connection after it had given a bad answer. */
    bool closed_after_each() const;
};

}  // namespace batch_cancel::test
