#include "cli/commands/confirmation.hpp"

#include "cli/options/usage_error.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"

#include <algorithm>
#include <iostream>

namespace batch_cancel::cli
{

std::string question_text(run_options const& options, service_access const& service, input_counts const& found)
{
    bool const is_pilot = options.limit != 0 && (!found.complete || options.limit < found.pairs);
    auto text = "Cancel " + (is_pilot ? "the first " + grouped_text(options.limit) + " of " : std::string{}) +
                (found.complete ? "" : "at least ") +
                counted_text(std::max<std::uint64_t>(found.pairs, found.complete ? 0 : 1), "pair", "pairs");
    if (found.duplicates != 0 || found.rejected != 0 || found.other_shards != 0)
        text += " (besides " + counted_text(found.duplicates, "duplicate", "duplicates") + ", " +
                counted_text(found.rejected, "rejected line", "rejected lines") + ", " +
                grouped_text(found.other_shards) + " of other shards)";
    text += " at " + visible_text(service.endpoint_url) + ", " + visible_text(options.api_version);
    text += service.token.tenant.empty() ? ", tenant not known" : ", tenant " + service.token.tenant;
    return text + "? [y/N] ";
}

bool confirm(run_options const& options, service_access const& service, input_counts const& found,
             terminal_facts const& terminal)
{
    auto const& files = options.input.files;
    if (!terminal.stdin_is_terminal || std::find(files.begin(), files.end(), "-") != files.end())
        throw usage_error{"nobody can be asked whether to send: give --yes, or --dry-run to see what would be sent"};
    std::cerr << question_text(options, service, found) << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes" || answer == "YES";
}

}  // namespace batch_cancel::cli
