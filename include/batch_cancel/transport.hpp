#pragma once

#include <batch_cancel/endpoint.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace batch_cancel
{

/** What one read or write did. */
struct io_result
{
    boost::system::error_code error{};
    /** Bytes moved; may be more than zero although there is an error. */
    std::size_t bytes = 0;
};

/** An open byte stream to the service, TLS and all already agreed.

    @par Thread safety  Used on the run's strand: at most one read and one write at a time. */
class connection
{
public:
    /** Closes, if that has not been done. */
    virtual ~connection() = default;

    /** Read at least one byte. The end of the stream is `asio::error::eof`.

        A TLS alert about the client's certificate (42 to 48, or 116) is an error of Asio's SSL category whose reason is
        1000 and the alert's number, as OpenSSL has it. Before the first byte of a connection's first answer it means that
        the service has refused the connection and done nothing that was asked over it: such a request is not ambiguous. */
    virtual boost::asio::awaitable<io_result> read_some(boost::asio::mutable_buffer into) = 0;

    /** Write all of `bytes`. After an error, zero `bytes` in the result is a promise that nothing has reached the wire.
        If the peer has sent an alert before it ended the stream, the error is that alert, as for `read_some`. */
    virtual boost::asio::awaitable<io_result> write(boost::asio::const_buffer bytes) = 0;

    /** Tell whether the stream is open and has nothing to read, as an idle HTTP connection must. Does not wait.
        Bytes that nobody asked for would be taken for the answer to the next request. */
    virtual bool is_quiet() = 0;

    /** What ended the stream, if `is_quiet` has found that it ended: the error that a read would have given. No error if
        there are bytes to read instead, or if nobody knows. */
    virtual boost::system::error_code fault() const noexcept
    {
        return {};
    }

    /** Close now, without ceremony. A read or write under way ends with an error soon after. */
    virtual void close() noexcept = 0;
};

/** Which step of making a connection failed. */
enum class connect_step : std::uint8_t
{
    resolve,
    connect,
    /** The proxy refused to make the tunnel. */
    proxy,
    /** The proxy wants other credentials (407). */
    proxy_sign_in,
    /** The TLS handshake broke off or took too long. */
    handshake,
    /** The peer's certificate is not trusted, or not for this host. */
    certificate,
    /** No TLS version, cipher or ALPN protocol in common, or the peer does not speak TLS. */
    protocol,
    /** The peer requires a client certificate, or does not accept the one it was given. With TLS 1.3 this is known only
        after the handshake: a connection that ends so before its first answer counts as one that was never made. */
    client_certificate,
};

/** Why there is no connection. Nothing of a request has been sent. */
struct connect_failure
{
    connect_step step = connect_step::connect;
    boost::system::error_code error{};
    /** For people: what was tried, with address, and what it said. */
    std::string detail{};
};

/** A connection, or why there is none. */
struct connect_result
{
    /** Null if it failed. */
    std::unique_ptr<batch_cancel::connection> connection{};
    connect_failure failure{};
    /** For people: where the connection leads to, "192.0.2.1:443, TLSv1.3". May be empty. */
    std::string peer{};
    /** For people: addresses that did not work before the connection did, each with its cause. Empty if there is no connection
        to an address: `failure` then has them. */
    std::vector<std::string> failed_addresses{};
};

/** Makes connections to the one service that a run talks to, and names that service: nobody else does.

    @par Thread safety  Used on the run's strand. Several connects may be under way at once. */
class transport
{
public:
    virtual ~transport() = default;

    /** The service that the connections lead to. The engine takes the paths and the Host header of its requests from it.
        Must stay the same as long as the transport lives. */
    virtual endpoint const& service() const noexcept = 0;

    /** Connect: resolve, try the addresses, agree on TLS, each within its own time limit.

        @par Cancellation  Terminal: gives up at once with `operation_aborted`. */
    virtual boost::asio::awaitable<connect_result> connect() = 0;
};

}  // namespace batch_cancel
