#include <batch_cancel/endpoint.hpp>
#include <batch_cancel/errc.hpp>

#include "core/loopback.hpp"
#include "wire/url.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <stdexcept>

namespace batch_cancel
{

namespace
{

// A URL for people to see: without user and password, and without control characters. An "@" that does not end a password hides
// more than it needs to.
std::string shown(std::string_view url)
{
    std::string text(url);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    auto const end = text.rfind('@');
    if (end == std::string::npos)
        return text;
    auto const slashes = text.find("//");
    auto const begin = slashes < end ? slashes + 2 : 0;
    return text.replace(begin, end - begin, "…");
}

[[noreturn]] void refuse_url(std::string_view url, std::string_view why)
{
    throw described_error(errc::bad_configuration, "\"" + shown(url) + "\" cannot be the service: " + std::string(why));
}

// The API version at the end of a path, in lower case. Requests add it themselves.
std::string_view version_at_end(std::string_view path)
{
    for (std::string_view const version : {"v1.0", "beta"})
    {
        auto const last = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
        if (boost::beast::iequals(last, version))
            return version;
    }
    return {};
}

wire::url checked_url(std::string_view text)
{
    // Behind an unencoded slash of a password it is part of the path.
    if (text.find('@') != std::string_view::npos)
        refuse_url(text, "it must not contain a user or password");
    try
    {
        return wire::parse_url(text);
    }
    catch (std::invalid_argument const& refused)
    {
        refuse_url(text, refused.what());
    }
}

}  // namespace

std::string endpoint::authority() const
{
    auto text = host_.find(':') != std::string::npos ? '[' + host_ + ']' : host_;
    if (port_ != (secure_ ? 443 : 80))
        text += ':' + std::to_string(port_);
    return text;
}

std::string endpoint::to_url() const
{
    return (secure_ ? "https://" : "http://") + authority() + base_path_;
}

endpoint parse_endpoint(std::string_view text)
{
    auto url = checked_url(text);
    if (url.query)
        refuse_url(text, "it must not contain a query");
    if (!url.secure && !core::is_loopback_host(url.host))
        refuse_url(text,
                   "each request carries a token, so plain http is accepted only for loopback addresses; use https");
    if (url.path.ends_with('/'))
        url.path.pop_back();
    if (std::string const version(version_at_end(url.path)); !version.empty())
        refuse_url(text, "the API version is not part of it; leave out /" + version + " and give --api-version " +
                             version + " (engine_options::api_version)");
    endpoint result;
    result.secure_ = url.secure;
    result.has_address_ = url.kind != wire::url::host_kind::name;
    result.host_ = url.host;
    result.port_ = url.port;
    result.base_path_ = url.path;
    return result;
}

}  // namespace batch_cancel
