#include "simulator/certificates.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace batch_cancel::simulator
{

namespace
{

struct extension_free
{
    void operator()(X509_EXTENSION* extension) const noexcept
    {
        X509_EXTENSION_free(extension);
    }
};

struct number_free
{
    void operator()(BIGNUM* number) const noexcept
    {
        BN_free(number);
    }
};

struct bio_free
{
    void operator()(BIO* bio) const noexcept
    {
        BIO_free(bio);
    }
};

void require_made(bool done)
{
    if (!done)
        throw std::runtime_error("OpenSSL could not make the simulator's certificate");
}

key_ptr make_key()
{
    key_ptr key(EVP_EC_gen("P-256"));
    require_made(key != nullptr);
    return key;
}

void set_random_serial(X509* certificate)
{
    std::unique_ptr<BIGNUM, number_free> const number(BN_new());
    require_made(number && BN_rand(number.get(), 120, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
    require_made(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void add_extension(X509* certificate, X509* issuer, int kind, char const* value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, extension_free> const extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    require_made(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// A certificate without extensions and signature. Without an issuer it issues itself.
certificate_ptr draft(char const* name, EVP_PKEY* key, X509* issuer)
{
    certificate_ptr drafted(X509_new());
    require_made(drafted != nullptr);
    auto* const certificate = drafted.get();
    require_made(X509_set_version(certificate, X509_VERSION_3) == 1);
    set_random_serial(certificate);
    constexpr long day = 86'400;
    require_made(X509_gmtime_adj(X509_getm_notBefore(certificate), -day) != nullptr);
    require_made(X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * day) != nullptr);
    auto* const subject = X509_get_subject_name(certificate);
    auto const* const text = reinterpret_cast<unsigned char const*>(name);
    require_made(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
    require_made(X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject) == 1);
    require_made(X509_set_pubkey(certificate, key) == 1);
    return drafted;
}

std::string to_pem(X509* certificate)
{
    std::unique_ptr<BIO, bio_free> const memory(BIO_new(BIO_s_mem()));
    require_made(memory && PEM_write_bio_X509(memory.get(), certificate) == 1);
    char* text = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

void key_free::operator()(EVP_PKEY* key) const noexcept
{
    EVP_PKEY_free(key);
}

void certificate_free::operator()(X509* certificate) const noexcept
{
    X509_free(certificate);
}

server_identity make_server_identity()
{
    auto const authority_key = make_key();
    auto const authority = draft("batch-cancel simulator authority", authority_key.get(), nullptr);
    auto* const root = authority.get();
    add_extension(root, root, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(root, root, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(root, root, NID_subject_key_identifier, "hash");
    require_made(X509_sign(root, authority_key.get(), EVP_sha256()) > 0);

    auto key = make_key();
    auto certificate = draft("batch-cancel simulator", key.get(), root);
    auto* const leaf = certificate.get();
    add_extension(leaf, root, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(leaf, root, NID_key_usage, "critical,digitalSignature");
    add_extension(leaf, root, NID_ext_key_usage, "serverAuth");
    add_extension(leaf, root, NID_subject_key_identifier, "hash");
    add_extension(leaf, root, NID_authority_key_identifier, "keyid:always");
    add_extension(leaf, root, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost,DNS:graph.microsoft.com");
    require_made(X509_sign(leaf, authority_key.get(), EVP_sha256()) > 0);
    return {std::move(key), std::move(certificate), to_pem(root)};
}

}  // namespace batch_cancel::simulator
