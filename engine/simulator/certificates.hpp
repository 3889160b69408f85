#pragma once

#include <memory>
#include <string>

typedef struct evp_pkey_st EVP_PKEY;
typedef struct x509_st X509;

namespace batch_cancel::simulator
{

struct key_free
{
    void operator()(EVP_PKEY* key) const noexcept;
};

struct certificate_free
{
    void operator()(X509* certificate) const noexcept;
};

using key_ptr = std::unique_ptr<EVP_PKEY, key_free>;
using certificate_ptr = std::unique_ptr<X509, certificate_free>;

/** A server certificate for loopback and for Graph's own name, and the authority that signed it. */
struct server_identity
{
    key_ptr key;
    certificate_ptr certificate;
    std::string authority_pem;
};

/** Make an authority and a certificate with keys of their own, good from yesterday on for a month. */
server_identity make_server_identity();

}  // namespace batch_cancel::simulator
