#include "wire/url.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace batch_cancel::wire
{

namespace
{

constexpr std::size_t longest_url = 2048;
constexpr std::size_t longest_name = 253;  // RFC 1035, written with dots
constexpr std::size_t longest_label = 63;
constexpr std::string_view unreserved_marks = "-._~";
constexpr std::string_view sub_delimiters = "!$&'()*+,;=";

[[noreturn]] void refuse(char const* why)
{
    throw std::invalid_argument(why);
}

bool is_letter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_decimal(char c) noexcept
{
    return c >= '0' && c <= '9';
}

bool is_hexadecimal(char c) noexcept
{
    return is_decimal(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string lower_case(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

// Cuts `text` off before the first of `ends`, and returns what was before it.
std::string_view take_until(std::string_view& text, std::string_view ends)
{
    auto const taken = text.substr(0, text.find_first_of(ends));
    text.remove_prefix(taken.size());
    return taken;
}

// A component of RFC 3986: its characters, and percent signs only before two hexadecimal digits.
bool is_component(std::string_view text, std::string_view further) noexcept
{
    for (std::size_t i = 0; i != text.size(); ++i)
    {
        auto const c = text[i];
        if (c == '%')
        {
            if (text.size() - i < 3 || !is_hexadecimal(text[i + 1]) || !is_hexadecimal(text[i + 2]))
                return false;
            continue;
        }
        if (!is_letter(c) && !is_decimal(c) && unreserved_marks.find(c) == std::string_view::npos &&
            sub_delimiters.find(c) == std::string_view::npos && further.find(c) == std::string_view::npos)
            return false;
    }
    return true;
}

void check_characters(std::string_view text)
{
    if (text.size() > longest_url)
        refuse("it is longer than 2048 characters");
    for (auto const c : text)
    {
        auto const byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f)
            refuse("it contains a blank or a control character");
        if (byte > 0x7f)
            refuse("it is not plain ASCII; write an international name in its xn-- form, and a path percent-encoded");
        if (c == '\\')
            refuse("it contains a backslash; write slashes");
    }
}

bool take_scheme(std::string_view& text)
{
    auto const end = text.find("://");
    auto const scheme = lower_case(text.substr(0, end));
    if (end == std::string_view::npos || end == 0 || !std::all_of(scheme.begin(), scheme.end(), is_letter))
        refuse("it is not a URL; write one such as https://graph.microsoft.com");
    if (scheme != "https" && scheme != "http")
        refuse("only https is supported");
    text.remove_prefix(end + 3);
    return scheme == "https";
}

// Whether other programs may take it for an IPv4 address, as inet_aton does with 127.1, 0x7f.1 and 2130706433.
bool looks_numeric(std::string_view name) noexcept
{
    auto last = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
    if (last.starts_with("0x"))
    {
        last.remove_prefix(2);
        return std::all_of(last.begin(), last.end(), is_hexadecimal);
    }
    return std::all_of(last.begin(), last.end(), is_decimal);
}

bool is_dotted_quad(std::string_view text)
{
    boost::system::error_code ec;
    auto const address = boost::asio::ip::make_address_v4(text, ec);
    return !ec && address.to_string() == text;
}

void check_name(std::string_view name)
{
    if (name.size() > longest_name)
        refuse("its host is longer than 253 characters");
    for (bool has_more = true; has_more;)
    {
        auto const label = take_until(name, ".");
        has_more = !name.empty();
        if (has_more)
            name.remove_prefix(1);
        if (label.empty())
            refuse("its host has a dot too many; write it without");
        if (label.size() > longest_label)
            refuse("its host has a part of more than 63 characters");
        if (label.front() == '-' || label.back() == '-')
            refuse("its host has a part that starts or ends with a hyphen");
    }
}

void read_host(std::string_view text, url& into)
{
    if (text.empty())
        refuse("it has no host");
    if (text.find('%') != std::string_view::npos)
        refuse("its host is percent-encoded; write it plainly");
    auto const is_of_name = [](char c) { return is_letter(c) || is_decimal(c) || c == '-' || c == '.' || c == '_'; };
    if (!std::all_of(text.begin(), text.end(), is_of_name))
        refuse("its host has a character that no host has");
    into.host = lower_case(text);
    check_name(into.host);
    if (!looks_numeric(into.host))
        return;
    if (!is_dotted_quad(into.host))
        refuse("its host looks like an address but is not one; write four numbers such as 127.0.0.1");
    into.kind = url::host_kind::ipv4;
}

// What stands between brackets.
void read_ipv6(std::string_view text, url& into)
{
    if (text.find('%') != std::string_view::npos)
        refuse("its IPv6 address has a scope; write an address without one, or a name");
    boost::system::error_code ec;
    auto const address = boost::asio::ip::make_address_v6(text, ec);
    if (ec)
        refuse("what is in brackets is not an IPv6 address");
    into.host = address.to_string();
    into.kind = url::host_kind::ipv6;
}

std::uint16_t read_port(std::string_view text)
{
    unsigned port = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), port);
    if (!std::all_of(text.begin(), text.end(), is_decimal) || read.ec != std::errc{} || port == 0 || port > 65535)
        refuse("its port must be a number from 1 to 65535");
    return static_cast<std::uint16_t>(port);
}

void read_authority(std::string_view text, url& into)
{
    if (auto const at = text.rfind('@'); at != std::string_view::npos)
    {
        into.user_info = text.substr(0, at);
        if (!is_component(*into.user_info, ":"))
            refuse("its user or password has a character that must be percent-encoded");
        text.remove_prefix(at + 1);
    }
    if (text.starts_with('['))
    {
        auto const end = text.find(']');
        if (end == std::string_view::npos)
            refuse("the bracket of its IPv6 address is not closed");
        read_ipv6(text.substr(1, end - 1), into);
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':')
            refuse("only a port may follow its IPv6 address");
    }
    else
        read_host(take_until(text, ":"), into);
    if (!text.empty())
        into.port = read_port(text.substr(1));
}

bool is_dots(std::string_view segment)
{
    std::string decoded;
    for (; !segment.empty(); segment.remove_prefix(1))
    {
        bool const is_encoded_dot = segment.starts_with("%2e") || segment.starts_with("%2E");
        decoded += is_encoded_dot ? '.' : segment.front();
        if (is_encoded_dot)
            segment.remove_prefix(2);
    }
    return decoded == "." || decoded == "..";
}

void read_path(std::string_view text, url& into)
{
    if (!is_component(text, ":@/"))
        refuse("its path has a character that must be percent-encoded");
    into.path = text;
    while (!text.empty())
    {
        text.remove_prefix(1);  // the slash
        auto const segment = take_until(text, "/");
        if (is_dots(segment))
            refuse("its path goes up or nowhere with . or ..; write where it leads");
        if (segment.empty() && !text.empty())
            refuse("its path has two slashes in a row");
    }
}

}  // namespace

url parse_url(std::string_view text)
{
    check_characters(text);
    url result;
    result.secure = take_scheme(text);
    result.port = result.secure ? 443 : 80;
    read_authority(take_until(text, "/?#"), result);
    read_path(take_until(text, "?#"), result);
    if (text.find('#') != std::string_view::npos)
        refuse("it has a fragment, which is never sent; leave out what follows #");
    if (!text.empty())
    {
        result.query = text.substr(1);
        if (!is_component(*result.query, ":@/?"))
            refuse("its query has a character that must be percent-encoded");
    }
    return result;
}

}  // namespace batch_cancel::wire
