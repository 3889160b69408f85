#include "core/last_responses.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace batch_cancel::core
{

namespace
{

std::string_view name_of_step(connect_step failed) noexcept
{
    switch (failed)
    {
    case connect_step::resolve:
        return "no address";
    case connect_step::connect:
        return "connect";
    case connect_step::proxy:
        return "proxy";
    case connect_step::proxy_sign_in:
        return "proxy sign-in";
    case connect_step::handshake:
        return "TLS handshake";
    case connect_step::certificate:
        return "certificate";
    case connect_step::protocol:
        return "TLS version";
    case connect_step::client_certificate:
        return "client certificate";
    }
    return "unknown";
}

}  // namespace

last_responses::counted last_responses::by_frequency() const
{
    std::map<response, std::size_t> counts;
    for (std::size_t i = 0; i != count_; ++i)
        ++counts[ring_[i]];
    counted sorted(counts.begin(), counts.end());
    std::sort(sorted.begin(), sorted.end(),
              [](auto const& a, auto const& b) { return std::tie(b.second, a.first) < std::tie(a.second, b.first); });
    return sorted;
}

std::string last_responses::name_of(response seen)
{
    if (!seen.was_sent)
        return "no connection (" + std::string(name_of_step(seen.failed)) + ')';
    if (seen.status != 0)
        return "HTTP " + std::to_string(seen.status);
    return "no response (" + std::string(to_string(seen.why)) + ')';
}

bool last_responses::is_trouble(response seen) noexcept
{
    return seen.status == 0 || seen.status == 408 || seen.status == 425 || seen.status == 429 || seen.status >= 500;
}

std::string last_responses::text() const
{
    std::string text;
    for (auto const& [seen, count] : by_frequency())
    {
        text += text.empty() ? "" : ", ";
        text += name_of(seen) + ": " + std::to_string(count) + " of " + std::to_string(count_);
    }
    return text;
}

std::string last_responses::troubles() const
{
    std::string text;
    for (auto const& [seen, count] : by_frequency())
    {
        if (!is_trouble(seen))
            continue;
        text += (text.empty() ? "" : ", ") + name_of(seen) + ": " + std::to_string(count);
        if (text.find(" of ") == std::string::npos)
            text += " of " + std::to_string(count_) + " responses";
    }
    return text;
}

}  // namespace batch_cancel::core
