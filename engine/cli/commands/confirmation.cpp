#include "cli/commands/confirmation.hpp"

#include "cli/options/usage_error.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"

#include <algorithm>
#include <iostream>

namespace batch_cancel::cli
{

namespace
{

// What decides where the token goes, and which one it is.
std::string trust_text(run_options const& options)
{
    std::string text;
    for (auto const& each : options.resolve)
        text += ", --resolve " + visible_text(each);
    if (!options.ca_file.empty())
        text += ", --cacert " + visible_text(options.ca_file.string());
    return text + ", token from " +
           (options.token_file.empty() ? "BATCH_CANCEL_TOKEN" : visible_text(options.token_file.string()));
}

}  // namespace

std::string question_text(run_options const& options, service_access const& service, input_counts const& found,
                          pairs_from who)
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
    text += trust_text(options);
    if (who == pairs_from::others)
        text += ", by a journal that others own or may write to";
    return text + "? [y/N] ";
}

bool confirm(run_options const& options, service_access const& service, input_counts const& found,
             terminal_facts const& terminal, pairs_from who)
{
    auto const& files = options.input.files;
    if (!terminal.stdin_is_terminal || std::find(files.begin(), files.end(), "-") != files.end())
        throw usage_error{"nobody can be asked whether to send: give --yes, or --dry-run to see what would be sent"};
    std::cerr << question_text(options, service, found, who) << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes" || answer == "YES";
}

}  // namespace batch_cancel::cli
