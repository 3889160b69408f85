#include "cli/commands/input_check.hpp"

#include "cli/input/input_error.hpp"

#include <string>
#include <utility>

namespace batch_cancel::cli
{

void tell_notes(pair_input const& input, reading_notes& told, console& out)
{
    auto notes = input.notes();
    for (auto const& warning : warnings_of(notes, told))
        out.warning(warning);
    told = std::move(notes);
}

void check_counts(run_options const& options, pair_input const& input, input_counts const& found)
{
    if (input.has_too_many_rejected())
        throw input_error{input.rejected_text()};
    if (found.complete && found.pairs == 0 && found.other_shards == 0)
        throw input_error{
            "there is no pair in the input" +
            (found.rejected != 0 ? ": all " + std::to_string(found.rejected) + " lines are rejected" : std::string{})};
    if (found.pairs > options.input.max_pairs)
        throw input_error{"the input has " + std::to_string(found.pairs) + " pairs, more than --max-pairs " +
                          std::to_string(options.input.max_pairs) + " allows"};
}

}  // namespace batch_cancel::cli
