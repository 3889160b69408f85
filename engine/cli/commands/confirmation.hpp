#pragma once

#include "cli/console/console.hpp"
#include "cli/options/run_options.hpp"
#include "cli/service/service_access.hpp"

#include <batch_cancel/journal_record.hpp>

#include <cstdint>
#include <string>

namespace batch_cancel::cli
{

/** Who decides which pairs are cancelled. */
enum class pairs_from : std::uint8_t
{
    /** The user's own input, or a journal that nobody else can write. */
    user,
    /** A journal that others own or may write to. */
    others,
};

/** What is asked before anything is sent: how many pairs, where, of which tenant, whom a connection trusts, where the token comes
    from. One line without its end. */
std::string question_text(run_options const& options, service_access const& service, input_counts const& found,
                          pairs_from who = pairs_from::user);

/** Ask, on stderr and stdin, once.
    @return  Whether the answer is yes.
    @par Errors  Throws usage_error if there is nobody to ask. */
bool confirm(run_options const& options, service_access const& service, input_counts const& found,
             terminal_facts const& terminal, pairs_from who = pairs_from::user);

}  // namespace batch_cancel::cli
