#include "cli/commands/way_on.hpp"

#include <string_view>

namespace batch_cancel::cli
{

namespace
{

bool leaves_something(leftover_facts const& facts) noexcept
{
    auto const code = facts.code;
    bool const has_left_journal = facts.was_stopped && !facts.journal.empty();
    return code != exit_code::all_well && code != exit_code::not_all_well && code != exit_code::internal_error &&
           (code != exit_code::not_usable || facts.is_resumed || has_left_journal);
}

}  // namespace

std::string shell_word(std::string const& path)
{
    if (path.starts_with('-'))  // else it is taken for an option
        return shell_word("./" + path);
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:,@%";
    if (path.find_first_not_of(plain) == std::string::npos)
        return path;
    std::string text{"'"};
    for (char const letter : path)
        text += letter == '\'' ? std::string{"'\\''"} : std::string(1, letter);
    return text + "'";
}

std::string way_on_text(leftover_facts const& facts)
{
    if (!leaves_something(facts))
        return {};
    bool const is_finished = facts.code == exit_code::not_written && !facts.was_stopped;
    if (is_finished && facts.journal.empty())
        return "the run is finished, but there is no journal that tells what it came to";
    if (facts.journal.empty())
        return "to go on, run the input again: pairs that were cancelled are then answered as conflicts, since there "
               "is no journal that tells them apart";
    auto const journal = shell_word(facts.journal.string());
    if (is_finished)
        return "the run is finished, and its journal whole: batch-cancel report " + journal;
    auto const text = "to go on: batch-cancel resume " + journal;
    return facts.needs_input ? text + " - with the same input on stdin again" : text;
}

}  // namespace batch_cancel::cli
