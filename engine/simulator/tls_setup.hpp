#pragma once

#include <memory>
#include <string>

typedef struct bio_method_st BIO_METHOD;
typedef struct ssl_ctx_st SSL_CTX;

namespace batch_cancel::simulator
{

/** What all TLS connections of a server share: certificate, rules, and how OpenSSL gets at a socket. */
class tls_setup
{
public:
    /** Make a new certificate with an authority of its own. */
    tls_setup();

    SSL_CTX* context() const noexcept
    {
        return context_.get();
    }

    BIO_METHOD* socket_bio() const noexcept
    {
        return socket_bio_.get();
    }

    std::string const& authority_pem() const noexcept
    {
        return authority_pem_;
    }

private:
    struct context_free
    {
        void operator()(SSL_CTX* context) const noexcept;
    };

    struct method_free
    {
        void operator()(BIO_METHOD* method) const noexcept;
    };

    std::unique_ptr<SSL_CTX, context_free> context_;
    std::unique_ptr<BIO_METHOD, method_free> socket_bio_;
    std::string authority_pem_{};
};

}  // namespace batch_cancel::simulator
