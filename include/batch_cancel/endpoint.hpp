#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace batch_cancel
{

/** Where a service is: scheme, host, port and base path, all of them checked.

    A default-constructed endpoint is the global Microsoft Graph, https://graph.microsoft.com; every other one comes from
    `parse_endpoint`. So no code can hold an endpoint that leads elsewhere than its URL says.

    @par Thread safety  A value: distinct objects are safe. */
class endpoint
{
public:
    endpoint() = default;

    // Copies only: an endpoint that has been moved from would have lost its host.
    endpoint(endpoint const&) = default;
    endpoint& operator=(endpoint const&) = default;

    /** Whether connections use TLS. Without it, the real transport connects to loopback addresses only. */
    bool secure() const noexcept
    {
        return secure_;
    }

    /** Name in lower case, or address without the brackets of an IPv6 address. */
    std::string const& host() const noexcept
    {
        return host_;
    }

    /** Whether the host is an IPv4 or IPv6 address. */
    bool has_address() const noexcept
    {
        return has_address_;
    }

    /** 1 to 65535. */
    std::uint16_t port() const noexcept
    {
        return port_;
    }

    /** Path before the API version: empty or "/some/path", without a slash at its end. */
    std::string const& base_path() const noexcept
    {
        return base_path_;
    }

    /** Write it as a URL, with the port only if it is not the scheme's default. */
    std::string to_url() const;

    /** The Host header's value. */
    std::string authority() const;

    bool operator==(endpoint const&) const = default;

private:
    friend endpoint parse_endpoint(std::string_view url);

    bool secure_{true};
    bool has_address_{false};
    std::string host_{"graph.microsoft.com"};
    std::uint16_t port_{443};
    std::string base_path_{};
};

/** Read the root of a service, "https://graph.microsoft.com".

    Plain http is accepted only for loopback addresses and the name localhost. The API version is no part of a root.

    @return  The endpoint; its URL is the given one in its shortest form.
    @par Errors  Throws described_error with errc::bad_configuration. Its text names the URL without user and password, what is
                 wrong with it, and what to write instead. */
endpoint parse_endpoint(std::string_view url);

}  // namespace batch_cancel
