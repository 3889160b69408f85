#pragma once

#include "cli/commands/exit_code.hpp"
#include "cli/commands/resumption.hpp"
#include "cli/console/console.hpp"
#include "cli/options/run_options.hpp"

#include <string>

namespace batch_cancel::cli
{

/** Cancel the pairs of an input, as asked for.

    @param token    Value of the token variable.
    @param resumed  The run that is gone on with; null begins one.
    @par Errors   Throws usage_error, input_error, system_error or std::invalid_argument for what cannot be used; nothing
                  has been sent then. */
exit_code run_pairs(run_options const& options, secret_text token, terminal_facts const& terminal, console& out,
                    resumption* resumed);

}  // namespace batch_cancel::cli
