#include "hostile_run.hpp"

#include <doctest/doctest.h>

#include <openssl/ssl.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;

namespace
{

std::vector<std::string> const tasks{"task-1", "task-2"};

// A server identity that requires a client certificate signed by the root of the run.
std::size_t add_strict_identity(hostile_run& fix, int version)
{
    return fix.server.add_identity(fix.shown,
                                   [&](SSL_CTX* context)
                                   {
                                       SSL_CTX_set_min_proto_version(context, version);
                                       SSL_CTX_set_max_proto_version(context, version);
                                       SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                                                          nullptr);
                                       X509_STORE_add_cert(SSL_CTX_get_cert_store(context), fix.root.certificate.get());
                                   });
}

// The files of a client certificate, given to a run.
class shown_by_client
{
public:
    shown_by_client(hostile_run& fix, identity const& shown)
        : certificate_(shown.certificate_pem())
        , key_(shown.key_pem())
    {
        fix.connecting.certificate_file = certificate_.path();
        fix.connecting.key_file = key_.path();
    }

private:
    temp_file certificate_;
    temp_file key_;
};

void check_refused(hostile_run& fix, std::string_view word)
{
    fix.cancel(tasks);
    CHECK(fix.error() == errc::first_contact_failed);
    CHECK(fix.error() == condition::misconfigured);
    CHECK_MESSAGE(fix.made().detail.find("client certificate") != std::string::npos, fix.made().detail);
    CHECK_MESSAGE(fix.made().detail.find(word) != std::string::npos, fix.made().detail);
    CHECK(fix.server.requests().empty());
    CHECK(fix.made().requests.attempts == 0);
    CHECK(fix.made().pairs.unprocessed == 2);
    CHECK(std::none_of(fix.journal.leavings.begin(), fix.journal.leavings.end(),
                       [](pair const& left) { return left.ambiguous || left.earlier_attempts != 0; }));
}

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("client certificate: one that is missing or refused stops the run at once, and no pair is in doubt")
    {
        hostile_run fix;
        int version = TLS1_3_VERSION;
        std::string_view word;
        std::optional<shown_by_client> shown;
        SUBCASE("none, TLS 1.3")
        {
            word = "requires a client certificate";
        }
        SUBCASE("from a root that the server does not trust, TLS 1.3")
        {
            auto const other = make_certificate(
                {.common_name = "Another Root", .names = {}, .extended_usage = "", .is_authority = true}, nullptr);
            shown.emplace(fix, make_certificate({.extended_usage = "clientAuth"}, &other));
            word = "does not trust the issuer";
        }
        SUBCASE("expired, TLS 1.3")
        {
            shown.emplace(fix,
                          make_certificate({.starts_in_days = -30, .ends_in_days = -1, .extended_usage = "clientAuth"},
                                           &fix.root));
            word = "expired";
        }
        SUBCASE("for servers only, TLS 1.3")
        {
            shown.emplace(fix, make_certificate({}, &fix.root));
            word = "not supported";
        }
        SUBCASE("expired, TLS 1.2, where the handshake itself says so")
        {
            shown.emplace(fix,
                          make_certificate({.starts_in_days = -30, .ends_in_days = -1, .extended_usage = "clientAuth"},
                                           &fix.root));
            version = TLS1_2_VERSION;
            word = "expired";
        }
        auto const number = add_strict_identity(fix, version);
        fix.server.welcome_with([=](std::size_t) { return welcome{.identity = number}; });
        check_refused(fix, word);
    }

    TEST_CASE("client certificate: a good one is accepted")
    {
        hostile_run fix;
        shown_by_client const shown(fix, make_certificate({.extended_usage = "clientAuth"}, &fix.root));
        auto const number = add_strict_identity(fix, TLS1_3_VERSION);
        fix.server.welcome_with([=](std::size_t) { return welcome{.identity = number}; });
        fix.cancel(tasks);
        CHECK_FALSE(fix.error());
        CHECK(fix.made().pairs.accepted == 2);
    }

    TEST_CASE("client certificate: a front end that begins to require one in mid-run costs connections, not attempts")
    {
        hostile_run fix({.max_in_flight = 1});
        auto const number = add_strict_identity(fix, TLS1_3_VERSION);
        fix.server.welcome_with([=](std::size_t serial)
                                { return welcome{.identity = serial == 1 || serial == 2 ? number : 0}; });
        fix.server.answer("task-1",
                          {.bytes = "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"});
        fix.cancel(tasks);
        CHECK_FALSE(fix.error());
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.made().requests.attempts == 2);
        auto const said = fix.events_of(engine_event::kind::connection_failed);
        REQUIRE(said.size() == 2);
        CHECK(said[0].find("client certificate") != std::string::npos);
    }
}
