#include "net/tls_context.hpp"

#include "support/certificates.hpp"
#include "support/temp_file.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <utility>

using namespace batch_cancel;
using namespace batch_cancel::test;
using net::tls_context;

namespace
{

constexpr auto no_failure = std::numeric_limits<unsigned>::max();

// OpenSSL's memory. Once `left` allocations have worked, none does until it is set again.
struct failing_memory
{
    static bool may_have() noexcept
    {
        ++used;
        if (left == no_failure)
            return true;
        if (left != 0)
            --left;
        else
            has_failed = true;
        return !has_failed;
    }

    static void* allocate(std::size_t size, char const*, int)
    {
        return may_have() ? std::malloc(size) : nullptr;
    }

    static void* reallocate(void* old, std::size_t size, char const*, int)
    {
        return may_have() ? std::realloc(old, size) : nullptr;
    }

    static void release(void* old, char const*, int)
    {
        std::free(old);
    }

    // Before OpenSSL has allocated anything: it refuses later.
    static inline bool const is_in_use = CRYPTO_set_mem_functions(&allocate, &reallocate, &release) == 1;
    static inline unsigned left = no_failure;
    static inline unsigned used = 0;
    static inline bool has_failed = false;
};

// Let OpenSSL allocate `count` times, and then no more. True if that was not enough.
template <class Action>
bool runs_out(unsigned count, Action const& action)
{
    failing_memory::left = count;
    failing_memory::has_failed = false;
    action();
    failing_memory::left = no_failure;
    ERR_clear_error();
    return std::exchange(failing_memory::has_failed, false);
}

using ssl_pointer = std::unique_ptr<SSL, decltype(&SSL_free)>;

ssl_pointer connection_of(tls_context& context)
{
    return {SSL_new(context.native().native_handle()), &SSL_free};
}

std::string address_checked(SSL* ssl)
{
    char* const text = X509_VERIFY_PARAM_get1_ip_asc(SSL_get0_param(ssl));
    std::string const result = text == nullptr ? "" : text;
    OPENSSL_free(text);
    return result;
}

std::string name_checked(SSL* ssl)
{
    auto const* const name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0);
    return name == nullptr ? "" : name;
}

std::string name_sent(SSL* ssl)
{
    auto const* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
}

tls_transport_options for_service(char const* url)
{
    tls_transport_options options;
    options.service = parse_endpoint(url);
    return options;
}

// What the key in a file is refused with; empty if it is not.
std::string key_refusal(tls_transport_options const& options)
{
    try
    {
        tls_context const made(options);
        return {};
    }
    catch (described_error const& refused)
    {
        CHECK(refused.code() == errc::bad_configuration);
        return refused.what();
    }
}

}  // namespace

TEST_SUITE("tls_context")
{
    TEST_CASE("tls_context: names are sent and checked, addresses are checked only")
    {
        tls_context names(for_service("https://graph.microsoft.com"));
        auto const by_name = connection_of(names);
        CHECK(names.prepare(by_name.get()) == "");
        CHECK(name_sent(by_name.get()) == "graph.microsoft.com");
        CHECK(name_checked(by_name.get()) == "graph.microsoft.com");
        CHECK(address_checked(by_name.get()) == "");

        tls_context addresses(for_service("https://[2001:db8::1]"));
        auto const by_address = connection_of(addresses);
        CHECK(addresses.prepare(by_address.get()) == "");
        CHECK(name_sent(by_address.get()) == "");
        CHECK(name_checked(by_address.get()) == "");
        CHECK(address_checked(by_address.get()) != "");
    }

    TEST_CASE("tls_context: a host that OpenSSL would not check is refused")
    {
        tls_context context(for_service("https://localhost"));
        auto const refuses = [&](std::string const& host, tls_context::host_kind kind)
        {
            auto const connection = connection_of(context);
            return !tls_context::expect_host(connection.get(), host, kind);
        };
        using kind = tls_context::host_kind;
        CHECK(refuses("", kind::name));
        CHECK(refuses("", kind::address));
        CHECK(refuses(std::string("localhost\0.evil.example", 23), kind::name));
        CHECK(refuses(std::string(300, 'a'), kind::name));
        CHECK(refuses("fe80::1%lo", kind::address));
        CHECK(refuses("fe80::1%251", kind::address));
        CHECK(refuses("localhost", kind::address));
        CHECK_FALSE(refuses("localhost", kind::name));
        CHECK_FALSE(refuses("127.0.0.1", kind::address));
        CHECK_FALSE(refuses("fe80::1", kind::address));
    }

    TEST_CASE("tls_context: a connection is prepared whole or refused, whichever step fails")
    {
        REQUIRE(failing_memory::is_in_use);
        for (auto const* const url : {"https://localhost", "https://127.0.0.1"})
        {
            tls_context context(for_service(url));
            unsigned refused = 0;
            for (unsigned count = 0; count != 1000; ++count)
            {
                auto const connection = connection_of(context);
                std::string fault;
                bool const ran_out = runs_out(count, [&] { fault = context.prepare(connection.get()); });
                if (fault.empty())
                {
                    CHECK((name_checked(connection.get()) == "localhost" || address_checked(connection.get()) != ""));
                    CHECK((name_sent(connection.get()) == "localhost" || address_checked(connection.get()) != ""));
                }
                else
                    ++refused;
                if (!ran_out)
                    break;
                CHECK(fault.find("OpenSSL refuses the ") == 0);
            }
            CHECK(refused >= 2);  // of the host, and of the protocol
        }
    }

    TEST_CASE("tls_context: what all connections have in common is set up whole or refused, whichever step fails")
    {
        REQUIRE(failing_memory::is_in_use);
        auto const options = for_service("https://localhost");
        // The system's roots would be read for each context.
        ::setenv("SSL_CERT_FILE", "/nowhere", 1);
        ::setenv("SSL_CERT_DIR", "/nowhere", 1);
        auto const allocations = [&]
        {
            auto const before = failing_memory::used;
            tls_context const made(options);
            return failing_memory::used - before;
        };
        allocations();  // OpenSSL sets itself up with the first one
        auto const needed = allocations();
        // Our own settings come last; of the allocations before them, a sample is enough.
        unsigned const all_from = needed - std::min(needed, 40u);
        unsigned refused = 0;
        for (unsigned count = 0; count <= needed; count += count < all_from ? 1 + all_from / 40 : 1)
        {
            std::unique_ptr<tls_context> made;
            bool const ran_out = runs_out(count,
                                          [&]
                                          {
                                              try
                                              {
                                                  made = std::make_unique<tls_context>(options);
                                              }
                                              catch (boost::system::system_error const&)
                                              {
                                                  ++refused;
                                              }
                                          });
            if (made)
            {
                auto* const context = made->native().native_handle();
                CHECK(SSL_CTX_get_verify_mode(context) == SSL_VERIFY_PEER);
                CHECK(SSL_CTX_get_min_proto_version(context) == TLS1_2_VERSION);
                CHECK((SSL_CTX_sess_get_new_cb(context) != nullptr));
            }
            CHECK((ran_out || made));
        }
        ::unsetenv("SSL_CERT_FILE");
        ::unsetenv("SSL_CERT_DIR");
        CHECK(refused > 2);
    }

    TEST_CASE("tls_context: a connection without a handshake is not verified")
    {
        tls_context context(for_service("https://localhost"));
        auto const connection = connection_of(context);
        CHECK_FALSE(tls_context::is_verified(connection.get()));
    }

    TEST_CASE("tls_context: an encrypted key needs its password's file, and nobody is asked")
    {
        auto const shown = make_certificate({}, nullptr);
        temp_file const certificate(shown.certificate_pem());
        temp_file const encrypted(shown.key_pem("pass word"));
        temp_file const plain(shown.key_pem());
        temp_file const password("");
        auto options = for_service("https://localhost");
        options.certificate_file = certificate.path();
        options.key_file = encrypted.path();

        auto const without = key_refusal(options);
        CHECK_MESSAGE(without.find("--key-password-file") != std::string::npos, without);
        CHECK(without.find(encrypted.path().string()) != std::string::npos);

        options.key_password_file = password.path();
        for (auto const* const right : {"pass word", "pass word\n", "pass word\r\n", "pass word\nanother line\n"})
        {
            password.write(right);
            CHECK(key_refusal(options) == "");
        }
        for (auto const* const wrong : {"Pass word", "pass word ", "x"})
        {
            password.write(wrong);
            auto const text = key_refusal(options);
            CHECK_MESSAGE(text.find("does not decrypt the key") != std::string::npos, text);
            CHECK(text.find("ass word") == std::string::npos);
        }
        for (auto const* const none : {"", "\n", "\r\n"})
        {
            password.write(none);
            auto const text = key_refusal(options);
            CHECK_MESSAGE(text.find("first line is empty") != std::string::npos, text);
        }
        password.write(std::string(2000, 'x'));
        CHECK(key_refusal(options).find("longer than 1023 bytes") != std::string::npos);
        options.key_password_file = "/nowhere/password";
        CHECK(key_refusal(options).find("/nowhere/password: No such file") != std::string::npos);
        options.key_password_file = "/tmp";
        CHECK(key_refusal(options).find("Is a directory") != std::string::npos);

        options.key_password_file = password.path();
        password.write("not needed");
        options.key_file = plain.path();
        CHECK(key_refusal(options) == "");
        options.key_file.clear();
        options.certificate_file.clear();
        CHECK(key_refusal(options).find("key file") != std::string::npos);
    }
}
