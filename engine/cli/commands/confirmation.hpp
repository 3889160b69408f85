#pragma once

#include "cli/console/console.hpp"
#include "cli/options/run_options.hpp"
#include "cli/service/service_access.hpp"

#include <batch_cancel/journal_record.hpp>

#include <string>

namespace batch_cancel::cli
{

/** What is asked before anything is sent: how many pairs, where, of which tenant. One line without its end. */
std::string question_text(run_options const& options, service_access const& service, input_counts const& found);

/** Ask, on stderr and stdin, once.
    @return  Whether the answer is yes.
    @par Errors  Throws usage_error if there is nobody to ask. */
bool confirm(run_options const& options, service_access const& service, input_counts const& found,
             terminal_facts const& terminal);

}  // namespace batch_cancel::cli
