#pragma once

#include "cli/commands/exit_code.hpp"
#include "cli/commands/rejection_log.hpp"
#include "cli/commands/resumption.hpp"
#include "cli/input/pair_input.hpp"
#include "cli/options/run_options.hpp"
#include "cli/service/service_access.hpp"

namespace batch_cancel::cli
{

/** Read all of the input and write to stdout what would be sent: the first pairs, or with -v all, as CSV, which can be read
    again, with the counts in a comment; or with --json the counts as one object.
    @param resumed  The run that would be gone on with; null for a new one.
    @par Errors  Throws input_error. */
exit_code dry_run(run_options const& options, service_access const& service, pair_input& input,
                  rejection_log& rejections, resumption* resumed, console& out);

}  // namespace batch_cancel::cli
