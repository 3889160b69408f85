#pragma once

#include <memory>
#include <string>
#include <vector>

typedef struct evp_pkey_st EVP_PKEY;
typedef struct x509_st X509;

namespace batch_cancel::test
{

struct free_key
{
    void operator()(EVP_PKEY* key) const noexcept;
};

struct free_certificate
{
    void operator()(X509* certificate) const noexcept;
};

/** A certificate with its private key. */
struct identity
{
    std::unique_ptr<EVP_PKEY, free_key> key{};
    std::unique_ptr<X509, free_certificate> certificate{};

    std::string certificate_pem() const;
    std::string key_pem() const;

    /** The key, encrypted with a password. */
    std::string key_pem(std::string const& password) const;
};

/** What a certificate is to say; the defaults make a good one for localhost. */
struct certificate_wish
{
    std::string common_name = "localhost";
    /** As OpenSSL writes them: "DNS:localhost", "IP:127.0.0.1". */
    std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1"};
    /** A further DNS name, byte for byte, whatever bytes they are. */
    std::string raw_name{};
    int starts_in_days = -1;
    int ends_in_days = 30;
    std::string extended_usage = "serverAuth";
    bool is_authority = false;
    bool with_sha1 = false;
    /** 0 makes an EC key. */
    int rsa_bits = 0;
};

/** Make a certificate signed by `issuer`, or by itself where there is none. */
identity make_certificate(certificate_wish const& wish, identity const* issuer);

/** Make a root that can sign others. */
identity make_authority();

}  // namespace batch_cancel::test
