#include "net/tls_context.hpp"

#include <batch_cancel/errc.hpp>

#include "net/key_password.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>

namespace batch_cancel::net
{

namespace asio = boost::asio;

namespace
{

constexpr std::size_t most_kept_sessions = 64;

[[noreturn]] void refuse(std::string const& what)
{
    throw described_error(errc::bad_configuration, what);
}

std::string openssl_reason()
{
    auto const code = ERR_get_error();
    ERR_clear_error();
    auto const* text = code == 0 ? nullptr : ERR_reason_error_string(code);
    return text == nullptr ? "not readable" : text;
}

int own_index()
{
    static int const index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

// A setting that OpenSSL did not take may leave connections without a check, so nothing goes on without it.
void require(bool is_set, char const* setting)
{
    if (!is_set)
        refuse(std::string("cannot set up TLS: OpenSSL refuses the ") + setting + ": " + openssl_reason());
}

std::string not_set(char const* setting)
{
    return std::string("OpenSSL refuses the ") + setting + ": " + openssl_reason();
}

}  // namespace

tls_context::tls_context(tls_transport_options const& options)
    : context_(asio::ssl::context::tls_client)
    , host_(options.service.host())
    , host_kind_(options.service.has_address() ? host_kind::address : host_kind::name)
{
    auto* const ctx = context_.native_handle();
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
    require(SSL_CTX_get_verify_mode(ctx) == SSL_VERIFY_PEER, "check of certificates");
    require(SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1, "lowest protocol version");
    SSL_CTX_set_default_passwd_cb(ctx, &key_password::give);  // OpenSSL's own asks on the terminal
    trust(options);
    identify(options);
    resume_sessions();
}

void tls_context::trust(tls_transport_options const& options)
{
    auto* const ctx = context_.native_handle();
    require(SSL_CTX_set_default_verify_paths(ctx) == 1, "system's trusted roots");
    if (!options.ca_file.empty() && SSL_CTX_load_verify_file(ctx, options.ca_file.c_str()) != 1)
        refuse("cannot read trusted roots from " + options.ca_file.string() + ": " + openssl_reason() +
               "; give a PEM file with at least one certificate");
    ERR_clear_error();
}

void tls_context::identify(tls_transport_options const& options)
{
    if (options.certificate_file.empty() != options.key_file.empty())
        refuse("a client certificate needs both its certificate file and its key file");
    if (options.key_file.empty() && !options.key_password_file.empty())
        refuse("a key's password needs the key file too");
    if (options.certificate_file.empty())
        return;
    auto* const ctx = context_.native_handle();
    if (SSL_CTX_use_certificate_chain_file(ctx, options.certificate_file.c_str()) != 1)
        refuse("cannot read the client certificate from " + options.certificate_file.string() + ": " +
               openssl_reason());
    use_key(options);
    if (SSL_CTX_check_private_key(ctx) != 1)
        refuse("the key in " + options.key_file.string() + " does not belong to the certificate in " +
               options.certificate_file.string());
}

void tls_context::use_key(tls_transport_options const& options)
{
    auto* const ctx = context_.native_handle();
    key_password password(options.key_password_file);
    SSL_CTX_set_default_passwd_cb_userdata(ctx, &password);
    bool const is_used = SSL_CTX_use_PrivateKey_file(ctx, options.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(ctx, nullptr);
    if (is_used)
        return;
    auto const reason = openssl_reason();
    ERR_clear_error();
    if (password.was_needed() && options.key_password_file.empty())
        refuse("the key in " + options.key_file.string() +
               " is encrypted; put its password into a file and give --key-password-file FILE "
               "(tls_transport_options::key_password_file)");
    if (password.was_needed())
        refuse("the password in " + options.key_password_file.string() + " does not decrypt the key in " +
               options.key_file.string());
    refuse("cannot read the client certificate's key from " + options.key_file.string() + ": " + reason);
}

void tls_context::resume_sessions()
{
    auto* const ctx = context_.native_handle();
    sessions_.reserve(most_kept_sessions);  // so that keeping one, inside OpenSSL, does not throw
    require(SSL_CTX_set_ex_data(ctx, own_index(), this) == 1, "keeping of sessions");
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, &tls_context::keep_session);
}

int tls_context::keep_session(SSL* ssl, SSL_SESSION* fresh)
{
    auto* const self = static_cast<tls_context*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), own_index()));
    if (self->sessions_.size() == most_kept_sessions)
        self->sessions_.erase(self->sessions_.begin());
    self->sessions_.emplace_back(fresh);
    return 1;  // the reference is ours now
}

bool tls_context::expect_host(SSL* ssl, std::string const& host, host_kind kind)
{
    // OpenSSL takes an empty name for the wish to check none.
    if (host.empty() || host.find('\0') != std::string::npos)
        return false;
    auto* const parameters = SSL_get0_param(ssl);
    if (kind == host_kind::address)
        return X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1;
    // A subject's common name does not name a host any more (RFC 9525).
    X509_VERIFY_PARAM_set_hostflags(parameters,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size()) != 1)
        return false;
    // What OpenSSL's macro does, less its C cast.
    std::string name = host;
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

std::string tls_context::prepare(SSL* ssl)
{
    ERR_clear_error();
    if (!expect_host(ssl, host_, host_kind_))
        return not_set("name of the host");
    static constexpr std::array<unsigned char, 9> http11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    if (SSL_set_alpn_protos(ssl, http11.data(), http11.size()) != 0)  // 0 is its success
        return not_set("protocol HTTP/1.1");
    if (!sessions_.empty())
    {
        auto const kept = std::move(sessions_.back());
        sessions_.pop_back();
        if (SSL_set_session(ssl, kept.get()) != 1)
            return not_set("session to resume");
    }
    return {};
}

std::string tls_context::certificate_fault(SSL* ssl)
{
    auto const result = SSL_get_verify_result(ssl);
    return result == X509_V_OK ? std::string{} : X509_verify_cert_error_string(result);
}

bool tls_context::is_verified(SSL* ssl)
{
    return SSL_get_verify_mode(ssl) == SSL_VERIFY_PEER && SSL_get_verify_result(ssl) == X509_V_OK &&
           SSL_get0_peer_certificate(ssl) != nullptr && SSL_version(ssl) >= TLS1_2_VERSION;
}

}  // namespace batch_cancel::net
