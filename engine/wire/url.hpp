#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::wire
{

/** An http or https URL whose every part has been checked, so that all programs that read it go to the same host. */
struct url
{
    enum class host_kind : std::uint8_t
    {
        name,
        ipv4,
        ipv6,
    };

    bool secure = true;
    host_kind kind = host_kind::name;
    /** In lower case. An IPv6 address is without brackets and in its shortest form. */
    std::string host{};
    std::uint16_t port = 443;
    /** Empty, or it starts with a slash; percent-encoded. */
    std::string path{};
    /** User and password as written, percent-encoded; none if there is no "@" before the host. */
    std::optional<std::string> user_info{};
    /** Without the question mark; none if there is no question mark. */
    std::optional<std::string> query{};
};

/** Read a URL, more strictly than RFC 3986 does. Programs differ over what else it allows, and one that checks a host may then
    not be the one that connects to it.

    Refused beyond what the RFC refuses: percent-encoded hosts, names that look like numbers (127.1, 0x7f.1, 2130706433), empty
    labels, IPv6 scopes, ports beyond 65535, dot segments and empty segments in the path, fragments, more than 2048 characters.

    @par Errors  Throws std::invalid_argument. Its text says what is wrong and what to write instead ("its port must be …"), and
                 never repeats the URL, which may hold a password. */
url parse_url(std::string_view text);

}  // namespace batch_cancel::wire
