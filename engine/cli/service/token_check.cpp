#include "cli/service/token_check.hpp"

#include "cli/input/columns.hpp"
#include "cli/options/values.hpp"
#include "cli/progress/progress_text.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"
#include "core/loopback.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace batch_cancel::cli
{

namespace
{

using std::chrono::seconds;

constexpr std::string_view graph_application = "00000003-0000-0000-c000-000000000000";

// A run that nothing bounds may well be longer.
constexpr std::chrono::minutes soon{10};

std::string_view without_slash(std::string_view url)
{
    return url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
}

// A token of one cloud is refused by the others. What stands before a service of another name is not known.
bool is_for(std::string_view named, endpoint const& service)
{
    auto const root = service.to_url();
    // Scheme and host are the same in any case, and all that is compared.
    auto const audience = in_lower_case(without_slash(named));
    if (audience == graph_application || audience == root)
        return true;
    return cloud_of(root).empty() && !cloud_of(audience).empty();
}

std::string span_text(std::chrono::system_clock::duration span)
{
    return time_span_text(std::chrono::duration_cast<std::chrono::milliseconds>(span));
}

std::string refusal_of(bearer_token const& token, endpoint const& service, std::chrono::system_clock::time_point now)
{
    constexpr std::size_t longest_audience = 100;
    if (token.expires && *token.expires <= now)
        return "the token of " + token.name + " expired " + span_text(now - *token.expires) +
               " ago; get a new one for the target tenant";
    if (!token.claims || token.claims->audiences.empty() || core::is_loopback_host(service.host()))
        return {};
    auto const& audiences = token.claims->audiences;
    if (std::any_of(audiences.begin(), audiences.end(), [&service](auto const& each) { return is_for(each, service); }))
        return {};
    return "the token of " + token.name + " is for " + visible_text(audiences.front().substr(0, longest_audience)) +
           ", not for Microsoft Graph; get one for " + service.to_url();
}

std::string warning_of(bearer_token const& token, token_use const& use, std::chrono::system_clock::time_point now)
{
    if (!token.expires)
        return {};
    auto const left = *token.expires - now;
    auto text = "the token of " + token.name + " expires in " + span_text(left);
    auto const least = use.rate > 0 ? static_cast<double>(use.pairs) / use.rate : 0;
    bool const is_too_short = least > std::chrono::duration<double>(left).count();
    if (!is_too_short && left >= soon)
        return {};
    if (is_too_short)
        text += ", and " + counted_text(use.pairs, "pair", "pairs") + " take at least " +
                span_text(seconds{static_cast<std::int64_t>(std::min(least, 1e9))}) + " at this rate";
    return text + (token.source->can_change() ? "; put a new one there before that"
                                              : "; give --token-file to be able to renew it during the run");
}

}  // namespace

token_findings check_token(bearer_token const& token, token_use const& use, std::chrono::system_clock::time_point now)
{
    token_findings found{.refusal = refusal_of(token, use.service, now), .warning = {}};
    if (found.refusal.empty())
        found.warning = warning_of(token, use, now);
    return found;
}

}  // namespace batch_cancel::cli
