#pragma once

#include "cli/console/console.hpp"
#include "cli/input/pair_input.hpp"
#include "cli/options/run_options.hpp"

#include <batch_cancel/journal_record.hpp>

namespace batch_cancel::cli
{

/** Warn of what a reading has noted.
    @param told  What has been warned of before, and is now: there is no second warning of the same. */
void tell_notes(pair_input const& input, reading_notes& told, console& out);

/** See whether an input may be sent.
    @param found  By `pair_input::check`.
    @par Errors   Throws input_error: it has no pair, too many pairs, or too many lines that are none. */
void check_counts(run_options const& options, pair_input const& input, input_counts const& found);

}  // namespace batch_cancel::cli
