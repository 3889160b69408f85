#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::crash
{

/** What a journal says of a pair. */
struct pair_facts
{
    std::uint64_t results = 0;
    std::string outcome{};
    std::string reason{};
    bool ambiguous = false;
    std::uint64_t attempts = 0;
    /** A process was about to send it, and has neither noted a result nor taken that back. */
    bool is_in_flight = false;
    /** Some record of it says so. */
    bool was_ambiguous = false;
};

/** A journal read by other means than the product's own: a JSON library, line by line. */
struct journal_facts
{
    std::map<std::string, pair_facts> pairs{};  // as pair_name names them
    /** By the last process, and not begun. */
    std::deque<std::string> planned{};
    std::uint64_t processes = 0;
    std::uint64_t rejected = 0;
    /** The last record says that the run is finished. */
    bool is_finished = false;
    /** Of a last line that is not whole. */
    std::uint64_t torn_bytes = 0;
    /** Lines that are no JSON objects with a type, by their numbers from 1. */
    std::vector<std::uint64_t> unreadable{};
};

journal_facts read_journal(std::string_view text);

}  // namespace batch_cancel::crash
