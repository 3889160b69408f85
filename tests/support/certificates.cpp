#include "support/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace batch_cancel::test
{

namespace
{

void require(bool worked, char const* what)
{
    if (!worked)
        throw std::runtime_error(std::string("cannot make a test certificate: ") + what);
}

void add_extension(X509* to, X509 const* issuer, int kind, std::string const& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, const_cast<X509*>(issuer), to, nullptr, nullptr, 0);
    auto* const extension = X509V3_EXT_nconf_nid(nullptr, &context, kind, value.c_str());
    require(extension != nullptr, value.c_str());
    X509_add_ext(to, extension, -1);
    X509_EXTENSION_free(extension);
}

// What the text form of a name cannot say.
void add_raw_name(X509* to, std::string const& name)
{
    auto* const names = sk_GENERAL_NAME_new_null();
    auto* const entry = GENERAL_NAME_new();
    auto* const text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
    GENERAL_NAME_set0_value(entry, GEN_DNS, text);
    sk_GENERAL_NAME_push(names, entry);
    require(X509_add1_ext_i2d(to, NID_subject_alt_name, names, 0, X509V3_ADD_APPEND) == 1, "raw name");
    sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
}

template <class Write>
std::string as_pem(Write const& write)
{
    std::unique_ptr<BIO, decltype(&BIO_free)> const memory(BIO_new(BIO_s_mem()), &BIO_free);
    require(write(memory.get()) == 1, "PEM");
    char* data = nullptr;
    auto const size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string joined(std::vector<std::string> const& names)
{
    std::string all;
    for (auto const& name : names)
        all += (all.empty() ? "" : ",") + name;
    return all;
}

}  // namespace

void free_key::operator()(EVP_PKEY* key) const noexcept
{
    EVP_PKEY_free(key);
}

void free_certificate::operator()(X509* certificate) const noexcept
{
    X509_free(certificate);
}

std::string identity::certificate_pem() const
{
    return as_pem([&](BIO* to) { return PEM_write_bio_X509(to, certificate.get()); });
}

std::string identity::key_pem() const
{
    return as_pem([&](BIO* to)
                  { return PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string identity::key_pem(std::string const& password) const
{
    return as_pem(
        [&](BIO* to)
        {
            return PEM_write_bio_PKCS8PrivateKey(to, key.get(), EVP_aes_256_cbc(), password.data(),
                                                 static_cast<int>(password.size()), nullptr, nullptr);
        });
}

identity make_certificate(certificate_wish const& wish, identity const* issuer)
{
    static long serial = 1000;
    identity made;
    made.key.reset(wish.rsa_bits != 0 ? EVP_RSA_gen(static_cast<unsigned>(wish.rsa_bits)) : EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    auto* const certificate = made.certificate.get();
    require(made.key && certificate != nullptr, "key");
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 86400L * wish.starts_in_days);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400L * wish.ends_in_days);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<unsigned char const*>(wish.common_name.c_str()), -1, -1, 0);
    auto const* const signer = issuer != nullptr ? issuer->certificate.get() : certificate;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    add_extension(certificate, signer, NID_basic_constraints,
                  wish.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!wish.extended_usage.empty())
        add_extension(certificate, signer, NID_ext_key_usage, wish.extended_usage);
    if (!wish.names.empty())
        add_extension(certificate, signer, NID_subject_alt_name, joined(wish.names));
    if (!wish.raw_name.empty())
        add_raw_name(certificate, wish.raw_name);
    auto* const signing_key = issuer != nullptr ? issuer->key.get() : made.key.get();
    require(X509_sign(certificate, signing_key, wish.with_sha1 ? EVP_sha1() : EVP_sha256()) > 0, "signature");
    return made;
}

identity make_authority()
{
    return make_certificate({.common_name = "Test Root", .names = {}, .extended_usage = "", .is_authority = true},
                            nullptr);
}

}  // namespace batch_cancel::test
