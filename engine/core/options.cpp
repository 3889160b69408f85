#include <batch_cancel/errc.hpp>
#include <batch_cancel/options.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <stdexcept>

namespace batch_cancel
{

namespace
{

// A URL for people to see: without user and password. An "@" that is no end of these hides more than need be.
std::string without_user(std::string_view url)
{
    auto const end = url.rfind('@');
    if (end == std::string_view::npos)
        return std::string(url);
    auto const slashes = url.find("//");
    auto const begin = slashes < end ? slashes + 2 : 0;
    return std::string(url.substr(0, begin)) + "…" + std::string(url.substr(end));
}

[[noreturn]] void refuse_url(std::string_view url, std::string_view why)
{
    throw described_error(errc::bad_configuration,
                          "\"" + without_user(url) + "\" cannot be the service: " + std::string(why));
}

bool is_loopback(std::string const& host)
{
    if (host == "localhost")
        return true;
    boost::system::error_code ec;
    auto const address = boost::asio::ip::make_address(host, ec);
    return !ec && address.is_loopback();
}

// Boost 1.81 takes "host:abc" for the host "hostabc".
bool has_odd_port(std::string_view url)
{
    auto const slashes = url.find("//");
    auto authority = slashes == std::string_view::npos ? std::string_view{} : url.substr(slashes + 2);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    auto const after_ipv6 = authority.rfind(']');
    auto const colon = authority.find(':', after_ipv6 == std::string_view::npos ? 0 : after_ipv6);
    return colon != std::string_view::npos &&
           authority.find_first_not_of("0123456789", colon + 1) != std::string_view::npos;
}

std::string host_of(boost::urls::url_view const& parsed)
{
    if (parsed.host_type() == boost::urls::host_type::ipv6)
        return parsed.host_ipv6_address().to_string();
    auto host = parsed.host();
    std::transform(host.begin(), host.end(), host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return host;
}

void require(bool holds, char const* what)
{
    if (!holds)
        throw std::invalid_argument(what);
}

bool is_printable(char c)
{
    return c >= 0x20 && c < 0x7f;
}

}  // namespace

std::string endpoint::authority() const
{
    bool const is_ipv6 = host.find(':') != std::string::npos;
    auto text = is_ipv6 ? '[' + host + ']' : host;
    if (port != (secure ? 443 : 80))
        text += ':' + std::to_string(port);
    return text;
}

std::string endpoint::to_url() const
{
    return (secure ? "https://" : "http://") + authority() + base_path;
}

endpoint parse_endpoint(std::string_view url)
{
    auto const parsed = boost::urls::parse_uri(url);
    if (!parsed)
        refuse_url(url, "it is no URL; one like https://graph.microsoft.com is wanted");
    endpoint result;
    result.secure = parsed->scheme_id() == boost::urls::scheme::https;
    if (!result.secure && parsed->scheme_id() != boost::urls::scheme::http)
        refuse_url(url, "only https is spoken");
    // Behind an unencoded slash of a password it is part of the path.
    if (url.find('@') != std::string_view::npos)
        refuse_url(url, "a user or password has no place in it");
    if (parsed->has_query() || parsed->has_fragment())
        refuse_url(url, "a query or fragment has no place in it");
    if (has_odd_port(url))
        refuse_url(url, "its port is not a number from 1 to 65535");
    result.host = host_of(*parsed);
    if (result.host.empty())
        refuse_url(url, "it names no host");
    if (!std::all_of(result.host.begin(), result.host.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
        refuse_url(url, "its host is not plain ASCII; write an international name in its xn-- form");
    result.port = result.secure ? 443 : 80;
    if (parsed->has_port() && !parsed->port().empty())
    {
        result.port = parsed->port_number();
        if (result.port == 0)
            refuse_url(url, "its port is not a number from 1 to 65535");
    }
    if (!result.secure && !is_loopback(result.host))
        refuse_url(url,
                   "plain http is taken for loopback addresses alone, since a token goes with each request; use https");
    result.base_path = std::string(parsed->encoded_path());
    while (result.base_path.ends_with('/'))
        result.base_path.pop_back();
    return result;
}

void validate(engine_options const& options)
{
    using namespace std::chrono_literals;
    require(!options.service.host.empty(), "engine_options::service must have a host");
    require(!options.api_version.empty() &&
                std::all_of(options.api_version.begin(), options.api_version.end(),
                            [](char c) { return c == '.' || std::isalnum(static_cast<unsigned char>(c)); }),
            "engine_options::api_version must be letters, digits and dots");
    require(options.max_in_flight >= 1 && options.max_in_flight <= 4096,
            "engine_options::max_in_flight must be 1 to 4096");
    require(options.attempt_timeout > 0s, "engine_options::attempt_timeout must be greater than zero");
    require(options.max_attempts >= 1, "engine_options::max_attempts must be at least 1");
    require(options.max_rate == 0 || (options.max_rate >= 0.001 && options.max_rate <= 1e6),
            "engine_options::max_rate must be 0 or 0.001 to 1,000,000 a second");
    require(options.patience >= 0s, "engine_options::patience must not be negative");
    require(options.max_duration >= 0s, "engine_options::max_duration must not be negative");
    require(options.paused_for >= 0s, "engine_options::paused_for must not be negative");
    require(options.max_failed_share >= 0 && options.max_failed_share <= 1,
            "engine_options::max_failed_share must be 0 to 1");
    require(std::all_of(options.user_agent.begin(), options.user_agent.end(), is_printable),
            "engine_options::user_agent must be visible ASCII and blanks");
}

}  // namespace batch_cancel
