#include "cli/commands/way_on.hpp"

#include "cli/render/shell_word.hpp"

namespace batch_cancel::cli
{

namespace
{

bool leaves_something(leftover_facts const& facts) noexcept
{
    auto const code = facts.code;
    bool const has_left_journal = facts.was_stopped && !facts.journal.empty();
    if (facts.has_sent_nothing)
        return code != exit_code::internal_error;
    return code != exit_code::all_well && code != exit_code::not_all_well && code != exit_code::internal_error &&
           (code != exit_code::not_usable || facts.is_resumed || has_left_journal);
}

}  // namespace

std::string_view other_version(std::string_view api_version) noexcept
{
    return api_version == "beta" ? "v1.0" : "beta";
}

std::string new_version_text(std::string_view api_version)
{
    return "run the input again with --api-version " + std::string{other_version(api_version)} +
           ", or with another --endpoint; a resume cannot change either";
}

std::string resume_command_text(leftover_facts const& facts)
{
    auto text = "batch-cancel resume " + shell_path(facts.journal.string());
    for (auto const& input : facts.inputs)
        text += ' ' + (input == "-" ? input : shell_path(input));
    if (!facts.to_repeat.empty())
        text += ' ' + shell_words(facts.to_repeat);
    return text;
}

std::string way_on_text(leftover_facts const& facts)
{
    if (facts.code == exit_code::not_usable && !facts.unknown_version.empty())
        return new_version_text(facts.unknown_version);
    if (!leaves_something(facts))
        return {};
    bool const is_finished = facts.code == exit_code::not_written && !facts.was_stopped;
    if (is_finished && facts.journal.empty())
        return "the run is finished, but there is no journal that tells what it came to";
    if (facts.has_sent_nothing)
        return "nothing was sent, so no journal was kept; run the same command again";
    if (facts.journal.empty())
        return "to go on, run the input again: pairs that were cancelled are then answered as conflicts, since there "
               "is no journal that tells them apart";
    if (is_finished)
        return "the run is finished, and its journal whole: batch-cancel report " + shell_path(facts.journal.string());
    auto const command = resume_command_text(facts);
    return facts.needs_input ? "to go on, with the same input on stdin again: " + command : "to go on: " + command;
}

}  // namespace batch_cancel::cli
