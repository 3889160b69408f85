#pragma once

#include <batch_cancel/clock.hpp>
#include <batch_cancel/endpoint.hpp>
#include <batch_cancel/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel
{

/** Connect to one address instead of asking the resolver, as curl's option of the same name. */
struct resolve_override
{
    std::string host{};
    std::uint16_t port = 0;
    /** IPv4 or IPv6 address, without brackets. */
    std::string address{};
};

/** Read "HOST:PORT:ADDRESS"; brackets around an IPv6 address may be there.
    @par Errors  Throws described_error with errc::bad_configuration and a text that says what is wrong. */
resolve_override parse_resolve_override(std::string_view text);

/** How connections are made. */
struct tls_transport_options
{
    using duration = std::chrono::steady_clock::duration;

    /** The service to connect to. Without `secure` connections are plain TCP, and only loopback addresses are connected to:
        any other that an override or the resolver gives is a failure at connect_step::resolve, and nothing is sent. */
    batch_cancel::endpoint service{};

    /** PEM file of roots trusted beside the system's. Empty: none. */
    std::filesystem::path ca_file{};

    /** PEM file of a client certificate chain, and of its key. Empty: none. Both or neither. */
    std::filesystem::path certificate_file{};
    std::filesystem::path key_file{};

    /** File whose first line is the password of an encrypted key. Empty: there is none, and an encrypted key is an error. Nobody
        is ever asked. Read when the transport is made. */
    std::filesystem::path key_password_file{};

    /** Longest time to resolve the name and connect, all addresses together, and again for the TLS handshake. Greater than
        zero. */
    duration connect_timeout = std::chrono::seconds{10};

    std::vector<resolve_override> resolve_overrides{};
};

/** The real transport: TCP without delay, TLS 1.2 or newer with chain and host name checked, SNI, ALPN http/1.1, session
    resumption. There is no way to turn the checks off.

    The addresses of the name are tried as RFC 8305 has it: one after the other, IPv6 and IPv4 in turn, the next one as soon as one
    has failed or has not answered within 250 ms; the first to accept is used. An address that failed goes last for 60 s, and for
    longer (up to 10 min) when it fails again.

    @param executor  Where its sockets live: the engine's own executor.
    @param clock     Not owned.
    @par Errors  Throws described_error with errc::bad_configuration: a file cannot be read or holds no certificate or key, a
                 key is encrypted and its password is missing or wrong, or OpenSSL refuses a setting. std::invalid_argument: the
                 executor is empty, or a time limit is out of its bounds. */
std::unique_ptr<transport> make_tls_transport(boost::asio::any_io_executor executor, tls_transport_options options,
                                              clock& clock = real_clock());

}  // namespace batch_cancel
