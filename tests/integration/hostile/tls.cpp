#include "hostile_run.hpp"

#include <doctest/doctest.h>

#include <openssl/ssl.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using manner = welcome::manner;

namespace
{

std::vector<std::string> const tasks{"task-1", "task-2"};

// A run that may not get beyond the handshake: it stops with a text that says why, and not a byte of a request goes out.
void check_refused(hostile_run& fix, std::string_view word)
{
    fix.cancel(tasks);
    CHECK(fix.error() == errc::first_contact_failed);
    CHECK(fix.error() == condition::misconfigured);
    CHECK_MESSAGE(fix.made().detail.find(word) != std::string::npos, fix.made().detail);
    CHECK_MESSAGE(fix.made().detail.find("localhost") != std::string::npos, fix.made().detail);
    CHECK(fix.server.connections() == 1);
    CHECK(fix.server.requests().empty());
    CHECK(fix.made().requests.attempts == 0);
    CHECK(fix.made().pairs.unprocessed == 2);
    CHECK(std::none_of(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                       [](pair const& left) { return left.ambiguous; }));
}

// A server that shows this, signed by the root that the client trusts.
void check_refused(certificate_wish const& wish, std::string_view word)
{
    hostile_run fix;
    auto const bad = make_certificate(wish, &fix.root);
    auto const number = fix.server.add_identity(bad);
    fix.server.welcome_with([=](std::size_t) { return welcome{.identity = number}; });
    check_refused(fix, word);
}

void check_refused_tls(std::function<void(SSL_CTX*)> prepare, std::string_view word)
{
    hostile_run fix;
    auto const number = fix.server.add_identity(fix.shown, std::move(prepare));
    fix.server.welcome_with([=](std::size_t) { return welcome{.identity = number}; });
    check_refused(fix, word);
}

void check_refused_bytes(std::string bytes, std::string_view word)
{
    hostile_run fix;
    fix.server.welcome_with([=](std::size_t) { return welcome{.how = manner::hang_up, .bytes = bytes}; });
    check_refused(fix, word);
}

// A ServerHello of TLS 1.2 that picks a cipher, whatever was offered.
std::string hello_with_cipher(char first, char second)
{
    std::string hello("\x03\x03", 2);
    hello.append(32, 'r');   // random
    hello.push_back('\0');   // no session
    hello.push_back(first);  // cipher
    hello.push_back(second);
    hello.push_back('\0');  // no compression
    std::string message("\x02\x00\x00", 3);
    message.push_back(static_cast<char>(hello.size()));
    message += hello;
    std::string record("\x16\x03\x03\x00", 4);
    record.push_back(static_cast<char>(message.size()));
    return record + message;
}

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("D20: a certificate that must not be trusted: no request byte, a clear word, the run stops at once")
    {
        SUBCASE("expired")
        {
            check_refused({.starts_in_days = -30, .ends_in_days = -1}, "expired");
        }
        SUBCASE("not valid yet")
        {
            check_refused({.starts_in_days = 1}, "not yet valid");
        }
        SUBCASE("for another host")
        {
            check_refused({.names = {"DNS:graph.microsoft.com"}}, "mismatch");
        }
        SUBCASE("with a NUL behind the right name")
        {
            check_refused({.names = {}, .raw_name = std::string("localhost\0.example.com", 22)}, "mismatch");
        }
        SUBCASE("with the right name as common name alone")
        {
            check_refused({.common_name = "localhost", .names = {}}, "mismatch");
        }
        SUBCASE("for clients only")
        {
            check_refused({.extended_usage = "clientAuth"}, "purpose");
        }
        SUBCASE("signed with SHA-1")
        {
            check_refused({.with_sha1 = true}, "weak");
        }
        SUBCASE("with a key of 1024 bits")
        {
            check_refused({.rsa_bits = 1024}, "weak");
        }
        SUBCASE("with ten thousand names, beyond what is read of a chain")
        {
            certificate_wish wish;
            for (int i = 0; i < 10'000; ++i)
                wish.names.push_back("DNS:host-" + std::to_string(i) + ".example.com");
            check_refused(wish, "excessive message size");
        }
    }

    TEST_CASE("D20: a chain that does not lead to a trusted root")
    {
        hostile_run fix;
        SUBCASE("from a root that nobody trusts")
        {
            auto const other = make_authority();
            auto const bad = make_certificate({}, &other);
            fix.server.add_identity(bad);
            fix.server.welcome_with([](std::size_t) { return welcome{.identity = 1}; });
            check_refused(fix, "not trusted");
        }
        SUBCASE("signed by itself")
        {
            auto const bad = make_certificate({}, nullptr);
            fix.server.add_identity(bad);
            fix.server.welcome_with([](std::size_t) { return welcome{.identity = 1}; });
            check_refused(fix, "self-signed");
        }
        SUBCASE("without the certificate in its middle")
        {
            auto const middle = make_certificate(
                {.common_name = "Test Intermediate", .names = {}, .extended_usage = "", .is_authority = true},
                &fix.root);
            auto const leaf = make_certificate({}, &middle);
            fix.server.add_identity(leaf);
            fix.server.welcome_with([](std::size_t) { return welcome{.identity = 1}; });
            check_refused(fix, "local issuer");
        }
        SUBCASE("while the whole chain is good")
        {
            auto const middle = make_certificate(
                {.common_name = "Test Intermediate", .names = {}, .extended_usage = "", .is_authority = true},
                &fix.root);
            auto const leaf = make_certificate({}, &middle);
            fix.server.add_identity(leaf, [&](SSL_CTX* context)
                                    { SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, middle.certificate.get()); });
            fix.server.welcome_with([](std::size_t) { return welcome{.identity = 1}; });
            fix.cancel(tasks);
            CHECK_MESSAGE(fix.made().pairs.accepted == 2, fix.made().detail);
        }
    }

    TEST_CASE("D20: protocols and ciphers that are broken are not spoken")
    {
        SUBCASE("TLS 1.0")
        {
            check_refused_tls([](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_VERSION); },
                              "no TLS with");
        }
        SUBCASE("TLS 1.1")
        {
            check_refused_tls([](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION); },
                              "no TLS with");
        }
        SUBCASE("no encryption")
        {
            check_refused_tls(
                [](SSL_CTX* context)
                {
                    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
                    CHECK(SSL_CTX_set_cipher_list(context, "eNULL") == 1);
                },
                "no TLS with");
        }
        // OpenSSL's own server no longer has these two.
        SUBCASE("RC4")
        {
            check_refused_bytes(hello_with_cipher('\x00', '\x05'), "no TLS with");
        }
        SUBCASE("3DES")
        {
            check_refused_bytes(hello_with_cipher('\x00', '\x0a'), "no TLS with");
        }
    }

    TEST_CASE(
        "D20: certificates that change for the worse in mid-run: nothing is sent there, and the run goes on after")
    {
        hostile_run fix({.max_in_flight = 1});
        auto const other = make_authority();
        auto const foreign = make_certificate({}, &other);
        auto const expired = make_certificate({.starts_in_days = -30, .ends_in_days = -1}, &fix.root);
        fix.server.add_identity(foreign);
        fix.server.add_identity(expired);
        fix.server.welcome_with([](std::size_t serial) { return welcome{.identity = serial <= 2 ? serial : 0}; });
        fix.server.answer("task-1",
                          {.bytes = "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"});
        fix.cancel(tasks);
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.made().pairs.ambiguous == 0);
        REQUIRE(fix.server.requests().size() == 2);
        CHECK(fix.server.requests()[0].connection == 0);
        CHECK(fix.server.requests()[1].connection == 3);
        CHECK(fix.server.handshakes() == 2);
        auto const said = fix.events_of(engine_event::kind::connection_failed);
        REQUIRE(said.size() == 2);
        CHECK(said[0].find("not trusted") != std::string::npos);
        CHECK(said[1].find("expired") != std::string::npos);
    }

    TEST_CASE("D14: what speaks no TLS where TLS is to be spoken is told apart, and nothing was sent")
    {
        check_refused_bytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "no TLS with");
        check_refused_bytes("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "no TLS with");
        check_refused_bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "no TLS with");
    }

    TEST_CASE("D14: the same in mid-run is no attempt, and another connection is tried")
    {
        hostile_run fix({.max_in_flight = 1});
        fix.server.welcome_with(
            [](std::size_t serial)
            {
                if (serial != 1)
                    return welcome{};
                return welcome{.how = manner::hang_up, .bytes = "HTTP/1.1 400 Bad Request\r\n\r\n"};
            });
        fix.server.answer("task-1",
                          {.bytes = "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"});
        fix.cancel(tasks);
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.made().requests.attempts == 2);
    }
}
