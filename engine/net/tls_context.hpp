#pragma once

#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace batch_cancel::net
{

/** Everything that the TLS of one transport has in common, set up in one place: Asio's own defaults check nothing and allow
    TLS 1.0.

    @par Thread safety  Used on the run's strand; OpenSSL calls back from inside the calls made there. */
class tls_context
{
public:
    /** @par Errors  Throws described_error with errc::bad_configuration: a file that cannot be used, by name, or a setting that
                     OpenSSL refuses. */
    explicit tls_context(tls_transport_options const& options);

    tls_context(tls_context const&) = delete;
    tls_context& operator=(tls_context const&) = delete;

    boost::asio::ssl::context& native() noexcept
    {
        return context_;
    }

    /** Prepare the TLS of one connection: name to send and to check, ALPN, a session to resume if there is one.
        @return  What OpenSSL has refused; empty if nothing. A connection with a fault must not be used: it might check nothing. */
    [[nodiscard]] std::string prepare(SSL* ssl);

    enum class host_kind : bool
    {
        name,
        address,
    };

    /** Send the host's name (SNI, unless it is an address), and check the peer's certificate against it.
        @return  False if OpenSSL refuses the host. */
    [[nodiscard]] static bool expect_host(SSL* ssl, std::string const& host, host_kind kind);

    /** What OpenSSL has against the peer's certificate; empty if nothing. */
    static std::string certificate_fault(SSL* ssl);

    /** Whether a handshake has checked the peer's certificate, over TLS 1.2 or newer. */
    static bool is_verified(SSL* ssl);

private:
    struct free_session
    {
        void operator()(SSL_SESSION* session) const noexcept
        {
            SSL_SESSION_free(session);
        }
    };
    using session = std::unique_ptr<SSL_SESSION, free_session>;

    static int keep_session(SSL* ssl, SSL_SESSION* fresh);

    void trust(tls_transport_options const& options);
    void identify(tls_transport_options const& options);
    void use_key(tls_transport_options const& options);
    void resume_sessions();

    boost::asio::ssl::context context_;
    std::string host_;
    host_kind host_kind_;
    std::vector<session> sessions_;  // tickets of this service, the freshest last; each is used once (RFC 8446 C.4)
};

}  // namespace batch_cancel::net
