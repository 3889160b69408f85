#pragma once

#include <batch_cancel/journal_record.hpp>

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::journal_format
{

/** Why a line is no record, for people. */
struct bad_record
{
    std::string cause{};
};

/** Reads one journal line at a time. Strict: members that a record must have are there and of their type, or the line is
    none; members that it does not know are passed over, but in records of a pair, some of whose members may be missing. */
class record_parser
{
public:
    /** Read a line.

        @param line  Without its line end. simdjson::SIMDJSON_PADDING bytes behind it must be readable.
        @par Errors  Throws bad_record. */
    void parse(std::string_view line, journal_record& into);

private:
    simdjson::dom::parser json_;
    std::vector<std::string> carried_;  // names of the columns, from the last record of a run
};

}  // namespace batch_cancel::journal_format
