#include "cli/commands/way_on.hpp"

#include <algorithm>
#include <string_view>

namespace batch_cancel::cli
{

namespace
{

bool has_stopped(exit_code code) noexcept
{
    return code != exit_code::all_well && code != exit_code::not_all_well && code != exit_code::not_usable &&
           code != exit_code::internal_error;
}

// As a shell takes it for one word.
std::string quoted(std::string const& path)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:,@%";
    if (path.find_first_not_of(plain) == std::string::npos)
        return path;
    std::string text{"'"};
    for (char const letter : path)
        text += letter == '\'' ? std::string{"'\\''"} : std::string(1, letter);
    return text + "'";
}

}  // namespace

std::string way_on_text(leftover_facts const& facts)
{
    if (!has_stopped(facts.code))
        return {};
    if (facts.journal.empty())
        return "to go on, run the input again: pairs that were cancelled are then answered as conflicts, since there "
               "is no "
               "journal that tells them apart";
    auto const journal = quoted(facts.journal.string());
    if (facts.journal_failed)
        return "pairs that " + journal +
               " does not name have not been sent; to go on, run the input again: pairs that " +
               "were cancelled are then answered as conflicts";
    std::string text;
    if (facts.unprocessed != 0)
        text = "to go on: batch-cancel report " + journal +
               " --select unprocessed -o rest.csv && batch-cancel run rest.csv, with the options of this run";
    if (!facts.input_complete)
        text += std::string{text.empty() ? "" : "; "} +
                "the input was not read to its end, and what came after the pairs in " + journal + " has not been sent";
    return text.empty() ? "the results: batch-cancel report " + journal : text;
}

}  // namespace batch_cancel::cli
