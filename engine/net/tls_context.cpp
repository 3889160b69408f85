#include "net/tls_context.hpp"

#include <batch_cancel/errc.hpp>

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

}  // namespace

tls_context::tls_context(tls_transport_options const& options)
    : context_(asio::ssl::context::tls_client)
    , host_(options.service.host())
    , host_is_address_(options.service.has_address())
{
    auto* const ctx = context_.native_handle();
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    trust(options);
    identify(options);
    resume_sessions();
}

void tls_context::trust(tls_transport_options const& options)
{
    auto* const ctx = context_.native_handle();
    SSL_CTX_set_default_verify_paths(ctx);
    if (!options.ca_file.empty() && SSL_CTX_load_verify_file(ctx, options.ca_file.c_str()) != 1)
        refuse("cannot take trusted roots from " + options.ca_file.string() + ": " + openssl_reason() +
               "; a PEM file with at least one certificate is wanted");
    ERR_clear_error();
}

void tls_context::identify(tls_transport_options const& options)
{
    if (options.certificate_file.empty() != options.key_file.empty())
        refuse("a client certificate needs both its certificate file and its key file");
    if (options.certificate_file.empty())
        return;
    auto* const ctx = context_.native_handle();
    if (SSL_CTX_use_certificate_chain_file(ctx, options.certificate_file.c_str()) != 1)
        refuse("cannot take the client certificate from " + options.certificate_file.string() + ": " +
               openssl_reason());
    if (SSL_CTX_use_PrivateKey_file(ctx, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        refuse("cannot take the client certificate's key from " + options.key_file.string() + ": " + openssl_reason());
    if (SSL_CTX_check_private_key(ctx) != 1)
        refuse("the key in " + options.key_file.string() + " is not that of the certificate in " +
               options.certificate_file.string());
}

void tls_context::resume_sessions()
{
    auto* const ctx = context_.native_handle();
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_ex_data(ctx, own_index(), this);
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

void tls_context::prepare(SSL* ssl)
{
    auto* const parameters = SSL_get0_param(ssl);
    if (host_is_address_)
        X509_VERIFY_PARAM_set1_ip_asc(parameters, host_.c_str());
    else
    {
        // What OpenSSL's macro does, less its C cast.
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host_.data());
        // The common name of a subject names no host any more (RFC 9525).
        X509_VERIFY_PARAM_set_hostflags(parameters,
                                        X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        X509_VERIFY_PARAM_set1_host(parameters, host_.c_str(), host_.size());
    }
    static constexpr std::array<unsigned char, 9> http11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_set_alpn_protos(ssl, http11.data(), http11.size());
    if (!sessions_.empty())
    {
        SSL_set_session(ssl, sessions_.back().get());
        sessions_.pop_back();
    }
}

std::string tls_context::certificate_fault(SSL* ssl)
{
    auto const result = SSL_get_verify_result(ssl);
    return result == X509_V_OK ? std::string{} : X509_verify_cert_error_string(result);
}

}  // namespace batch_cancel::net
