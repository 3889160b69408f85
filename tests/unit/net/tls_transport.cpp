#include "support/certificates.hpp"
#include "support/dead_address.hpp"
#include "support/temp_file.hpp"
#include "support/tls_peer.hpp"
#include "support/virtual_clock.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
namespace asio = boost::asio;

namespace
{

constexpr std::string_view answer = "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}";

// A peer, and a transport that trusts the peer's root.
struct pair_of_peers
{
    explicit pair_of_peers(
        certificate_wish const& wish = {}, std::function<void(SSL_CTX*)> prepare = [](SSL_CTX*) {})
        : root(make_authority())
        , shown(make_certificate(wish, &root))
        , root_file(root.certificate_pem())
        , peer(context.get_executor(), shown, std::move(prepare))
    {
        options.service = parse_endpoint("https://localhost:" + std::to_string(peer.port()));
        options.ca_file = root_file.path();
        options.resolve_overrides = {{"localhost", peer.port(), "127.0.0.1"}};
    }

    // Connect once, and have a request answered over the connection if there is one.
    connect_result connect(transport& with)
    {
        connect_result result;
        asio::co_spawn(
            context,
            [](transport& over, connect_result& to) -> asio::awaitable<void>
            {
                to = co_await over.connect();
                if (!to.connection)
                    co_return;
                co_await to.connection->write(asio::buffer("GET\r\n\r\n", 7));
                std::array<char, 256> buffer;
                co_await to.connection->read_some(asio::buffer(buffer));
            }(with, result),
            [this](std::exception_ptr failed)
            {
                CHECK_FALSE(failed);
                context.stop();
            });
        context.restart();
        context.run_for(std::chrono::seconds(20));
        return result;
    }

    connect_result connect()
    {
        auto const over = make_tls_transport(context.get_executor(), options);
        peer.serve(std::string(answer));
        return connect(*over);
    }

    asio::io_context context{1};
    identity root;
    identity shown;
    temp_file root_file;
    tls_peer peer;
    tls_transport_options options{};
};

bool is_connected_to(int descriptor, std::uint16_t port)
{
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0)
        return false;
    return peer.sin_family == AF_INET && ntohs(peer.sin_port) == port;
}

void check_refused(
    certificate_wish const& wish, connect_step expected, std::string_view word,
    std::function<void(SSL_CTX*)> prepare = [](SSL_CTX*) {})
{
    pair_of_peers fix(wish, std::move(prepare));
    auto const result = fix.connect();
    CHECK_FALSE(result.connection);
    CHECK(result.failure.step == expected);
    CHECK_MESSAGE(result.failure.detail.find(word) != std::string::npos, result.failure.detail);
    CHECK(fix.peer.received().empty());
}

// Addresses of this machine that other machines may reach; the unspecified ones stand for all of them.
std::vector<std::string> addresses_beyond_loopback()
{
    std::vector<std::string> found{"0.0.0.0", "::", "::ffff:0.0.0.0"};
    ifaddrs* all = nullptr;
    REQUIRE(::getifaddrs(&all) == 0);
    for (auto const* each = all; each != nullptr; each = each->ifa_next)
    {
        if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET)
            continue;
        auto const* const ipv4 = reinterpret_cast<sockaddr_in const*>(each->ifa_addr);
        asio::ip::address_v4 const address(ntohl(ipv4->sin_addr.s_addr));
        if (!address.is_loopback())
            found.push_back(address.to_string());
    }
    ::freeifaddrs(all);
    return found;
}

// Listens on all addresses of this machine, IPv4 and IPv6.
struct open_door
{
    explicit open_door(asio::io_context& context)
        : acceptor(context, {asio::ip::tcp::v6(), 0})
    {
        acceptor.non_blocking(true);
    }

    bool is_knocked_at()
    {
        boost::system::error_code ec;
        acceptor.accept(ec);
        return ec != asio::error::would_block;
    }

    std::uint16_t port() const
    {
        return acceptor.local_endpoint().port();
    }

    asio::ip::tcp::acceptor acceptor;
};

connect_result connect_once(asio::io_context& context, tls_transport_options const& options)
{
    auto const over = make_tls_transport(context.get_executor(), options);
    connect_result result;
    asio::co_spawn(
        context, [](transport& with) { return with.connect(); }(*over),
        [&](std::exception_ptr failed, connect_result got)
        {
            CHECK_FALSE(failed);
            result = std::move(got);
            context.stop();
        });
    context.restart();
    context.run_for(std::chrono::seconds(20));
    return result;
}

}  // namespace

TEST_SUITE("tls_transport")
{
    TEST_CASE("tls_transport: plain http connects to loopback addresses only, whatever stands for the name")
    {
        asio::io_context context{1};
        open_door door(context);
        tls_transport_options options;
        options.service = parse_endpoint("http://localhost:" + std::to_string(door.port()));
        for (auto const& address : addresses_beyond_loopback())
        {
            CAPTURE(address);
            options.resolve_overrides = {{"localhost", door.port(), address}};
            auto const result = connect_once(context, options);
            CHECK_FALSE(result.connection);
            CHECK(result.failure.step == connect_step::resolve);
            CHECK(result.failure.error == errc::bad_configuration);
            CHECK_MESSAGE(result.failure.detail.find("is not a loopback address") != std::string::npos,
                          result.failure.detail);
            CHECK_FALSE(door.is_knocked_at());
        }
        for (auto const* const address : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"})
        {
            CAPTURE(address);
            options.resolve_overrides = {{"localhost", door.port(), address}};
            auto const result = connect_once(context, options);
            CHECK_MESSAGE(result.connection, result.failure.detail);
            CHECK(door.is_knocked_at());
        }
        // One good address does not carry the others along.
        options.resolve_overrides = {{"localhost", door.port(), "0.0.0.0"}, {"localhost", door.port(), "127.0.0.2"}};
        auto const result = connect_once(context, options);
        CHECK_MESSAGE(result.connection, result.failure.detail);
        CHECK(door.is_knocked_at());
        CHECK_FALSE(door.is_knocked_at());
    }

    TEST_CASE("tls_transport: a trusted certificate for the right name connects, and tells the name")
    {
        pair_of_peers fix;
        auto const result = fix.connect();
        CHECK_MESSAGE(result.connection, result.failure.detail);
        CHECK(fix.peer.name_asked_for() == "localhost");
        CHECK_MESSAGE(result.peer.ends_with(':' + std::to_string(fix.peer.port()) + ", TLSv1.3"), result.peer);
    }

    TEST_CASE("tls_transport: requests are not held back by the system to be sent together (TCP_NODELAY)")
    {
        pair_of_peers fix;
        auto const result = fix.connect();
        REQUIRE(result.connection);
        unsigned connected = 0;
        for (int descriptor = 0; descriptor != 256; ++descriptor)
        {
            if (!is_connected_to(descriptor, fix.peer.port()))
                continue;
            ++connected;
            int is_on = 0;
            socklen_t size = sizeof is_on;
            CHECK(::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &is_on, &size) == 0);
            CHECK(is_on != 0);
        }
        CHECK(connected == 1);
    }

    TEST_CASE("tls_transport: an address is checked against the certificate's addresses, not its names")
    {
        for (bool const is_named : {true, false})
        {
            pair_of_peers fix({.names = {"DNS:127.0.0.1", is_named ? "IP:127.0.0.1" : "IP:127.0.0.2"}});
            fix.options.service = parse_endpoint("https://127.0.0.1:" + std::to_string(fix.peer.port()));
            auto const result = fix.connect();
            CHECK_MESSAGE((result.connection != nullptr) == is_named, result.failure.detail);
            CHECK((is_named || result.failure.step == connect_step::certificate));
        }
    }

    TEST_CASE("tls_transport: certificates that must not be trusted (F7)")
    {
        SUBCASE("expired")
        {
            check_refused({.starts_in_days = -30, .ends_in_days = -1}, connect_step::certificate, "expired");
        }
        SUBCASE("not valid yet")
        {
            check_refused({.starts_in_days = 1}, connect_step::certificate, "not yet valid");
        }
        SUBCASE("another host")
        {
            check_refused({.names = {"DNS:graph.microsoft.com"}}, connect_step::certificate, "mismatch");
        }
        SUBCASE("host in the common name alone")
        {
            check_refused({.common_name = "localhost", .names = {}}, connect_step::certificate, "mismatch");
        }
        SUBCASE("for clients only")
        {
            check_refused({.extended_usage = "clientAuth"}, connect_step::certificate, "purpose");
        }
        SUBCASE("signed with SHA-1")
        {
            check_refused({.with_sha1 = true}, connect_step::certificate, "weak");
        }
        SUBCASE("1024 bits")
        {
            check_refused({.rsa_bits = 1024}, connect_step::certificate, "weak");
        }
        SUBCASE("a root that nobody trusts")
        {
            pair_of_peers fix;
            auto const other = make_authority();
            fix.root_file.write(other.certificate_pem());
            auto const result = fix.connect();
            CHECK(result.failure.step == connect_step::certificate);
            CHECK(fix.peer.received().empty());
        }
        SUBCASE("signed by itself")
        {
            asio::io_context context;
            auto const itself = make_certificate({}, nullptr);
            pair_of_peers fix;
            tls_peer peer(fix.context.get_executor(), itself);
            peer.serve(std::string(answer));
            fix.options.service = parse_endpoint("https://localhost:" + std::to_string(peer.port()));
            fix.options.resolve_overrides[0].port = peer.port();
            auto const over = make_tls_transport(fix.context.get_executor(), fix.options);
            asio::co_spawn(
                fix.context, [](transport& with) { return with.connect(); }(*over),
                [&](std::exception_ptr, connect_result result)
                {
                    CHECK(result.failure.step == connect_step::certificate);
                    fix.context.stop();
                });
            fix.context.run_for(std::chrono::seconds(20));
            CHECK(peer.received().empty());
        }
    }

    TEST_CASE("tls_transport: old protocols and other protocols are refused")
    {
        SUBCASE("TLS 1.1")
        {
            check_refused({}, connect_step::protocol, "no TLS with",
                          [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION); });
        }
        SUBCASE("HTTP/2 alone")
        {
            check_refused({}, connect_step::protocol, "no TLS with",
                          [](SSL_CTX* context)
                          {
                              auto const refuse = [](SSL*, unsigned char const**, unsigned char*, unsigned char const*,
                                                     unsigned, void*) { return SSL_TLSEXT_ERR_ALERT_FATAL; };
                              SSL_CTX_set_alpn_select_cb(context, refuse, nullptr);
                          });
        }
        SUBCASE("TLS 1.2 is good")
        {
            pair_of_peers fix({}, [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); });
            auto const result = fix.connect();
            CHECK_MESSAGE(result.connection, result.failure.detail);
        }
    }

    TEST_CASE("tls_transport: a later connection resumes the session of an earlier one")
    {
        pair_of_peers fix;
        auto const over = make_tls_transport(fix.context.get_executor(), fix.options);
        fix.peer.serve(std::string(answer));
        asio::co_spawn(
            fix.context,
            [](transport& with) -> asio::awaitable<void>
            {
                for (int i = 0; i < 3; ++i)
                {
                    auto made = co_await with.connect();
                    REQUIRE(made.connection);
                    co_await made.connection->write(asio::buffer("GET\r\n\r\n", 7));
                    std::array<char, 256> buffer;
                    auto const read = co_await made.connection->read_some(asio::buffer(buffer));
                    CHECK(read.bytes > 0);
                }
            }(*over),
            [&](std::exception_ptr failed)
            {
                CHECK_FALSE(failed);
                fix.context.stop();
            });
        fix.context.run_for(std::chrono::seconds(20));
        CHECK(fix.peer.handshakes() == 3);
        CHECK(fix.peer.resumed() == 2);
    }

    TEST_CASE("tls_transport: an idle connection is quiet until there is something to read or it is closed")
    {
        pair_of_peers fix;
        auto const over = make_tls_transport(fix.context.get_executor(), fix.options);
        fix.peer.serve(std::string(answer).append("glued on"));
        asio::co_spawn(
            fix.context,
            [](transport& with) -> asio::awaitable<void>
            {
                auto made = co_await with.connect();
                REQUIRE(made.connection);
                co_await made.connection->write(asio::buffer("GET\r\n\r\n", 7));
                std::array<char, answer.size()> buffer;
                auto read = co_await made.connection->read_some(asio::buffer(buffer));
                CHECK(read.bytes == answer.size());
                CHECK_FALSE(made.connection->is_quiet());  // "glued on" has been read by TLS already

                made = co_await with.connect();
                CHECK(made.connection->is_quiet());
                co_await made.connection->write(asio::buffer("GET\r\n\r\n", 7));
                std::array<char, 256> all;
                read = co_await made.connection->read_some(asio::buffer(all));
                CHECK(read.bytes == answer.size() + 8);
                CHECK(made.connection->is_quiet());  // session tickets are no answer
                made.connection->close();
                CHECK_FALSE(made.connection->is_quiet());
            }(*over),
            [&](std::exception_ptr failed)
            {
                CHECK_FALSE(failed);
                fix.context.stop();
            });
        fix.context.run_for(std::chrono::seconds(20));
    }

    TEST_CASE("tls_transport: a peer that accepts and says nothing is given up when the time is up")
    {
        pair_of_peers fix;
        virtual_clock time(fix.context.get_executor());
        fix.options.connect_timeout = std::chrono::seconds(10);
        auto const over = make_tls_transport(fix.context.get_executor(), fix.options, time);
        fix.peer.serve_silence();
        std::optional<connect_result> result;
        asio::co_spawn(
            fix.context, [](transport& with) { return with.connect(); }(*over),
            [&](std::exception_ptr, connect_result got)
            {
                result = std::move(got);
                fix.context.stop();
            });
        while (fix.peer.received().empty())  // the client's first words: TCP has connected, TLS has begun
            fix.context.run_one_for(std::chrono::seconds(20));
        time.move_to(time.now() + std::chrono::milliseconds(9999));
        fix.context.poll();
        CHECK_FALSE(result);
        time.move_to(time.now() + std::chrono::milliseconds(1));
        fix.context.run_for(std::chrono::seconds(20));
        REQUIRE(result);
        CHECK(result->failure.step == connect_step::handshake);
        CHECK(result->failure.error == asio::error::timed_out);
    }

    TEST_CASE("tls_transport: every address of a name is tried")
    {
        pair_of_peers fix;
        // Nothing listens on the peer's port of 127.0.0.2 and 127.0.0.3.
        fix.options.resolve_overrides = {{"localhost", fix.peer.port(), "127.0.0.2"},
                                         {"localhost", fix.peer.port(), "127.0.0.3"},
                                         {"localhost", fix.peer.port(), "127.0.0.1"}};
        auto const result = fix.connect();
        CHECK_MESSAGE(result.connection, result.failure.detail);
    }

    TEST_CASE("tls_transport: an address that does not answer is overtaken, told of, and tried last from then on")
    {
        pair_of_peers fix;
        dead_address const dead(fix.context, "127.0.0.2", fix.peer.port());
        virtual_clock time(fix.context.get_executor());
        fix.options.connect_timeout = std::chrono::hours(1);
        fix.options.resolve_overrides = {{"localhost", fix.peer.port(), "127.0.0.2"},
                                         {"localhost", fix.peer.port(), "127.0.0.1"}};
        auto const over = make_tls_transport(fix.context.get_executor(), fix.options, time);
        fix.peer.serve(std::string(answer));
        for (int i = 0; i != 5; ++i)
        {
            CAPTURE(i);
            std::optional<connect_result> result;
            asio::co_spawn(
                fix.context, [](transport& with) { return with.connect(); }(*over),
                [&](std::exception_ptr, connect_result got)
                {
                    result = std::move(got);
                    fix.context.stop();
                });
            fix.context.restart();
            if (i == 0)
            {
                while (!result)
                {
                    if (fix.context.run_one_for(std::chrono::milliseconds(50)) == 0)
                        time.move_to(time.now() + std::chrono::milliseconds(250));
                }
            }
            else
                fix.context.run_for(std::chrono::seconds(20));  // time stands still
            REQUIRE(result);
            CHECK_MESSAGE(result->connection, result->failure.detail);
            REQUIRE(result->failed_addresses.size() == (i == 0 ? 1 : 0));
            if (i == 0)
            {
                auto const& told = result->failed_addresses[0];
                CHECK_MESSAGE(told.find("127.0.0.2:") == 0, told);
                CHECK_MESSAGE(told.find("other addresses are tried first for 60 s") != std::string::npos, told);
            }
        }
    }

    TEST_CASE("tls_transport: nobody listening says so, with every address")
    {
        pair_of_peers fix;
        fix.options.resolve_overrides = {{"localhost", fix.peer.port(), "127.0.0.2"},
                                         {"localhost", fix.peer.port(), "127.0.0.3"}};
        auto const result = fix.connect();
        CHECK(result.failure.step == connect_step::connect);
        CHECK(result.failure.detail.find("127.0.0.2") != std::string::npos);
        CHECK(result.failure.detail.find("127.0.0.3") != std::string::npos);
    }

    TEST_CASE("tls_transport: files that cannot be used are named")
    {
        asio::io_context context;
        temp_file const no_certificate("this is no PEM file");
        auto const refused = [&](tls_transport_options const& options, std::string const& named)
        {
            try
            {
                make_tls_transport(context.get_executor(), options);
                FAIL_CHECK(named);
            }
            catch (described_error const& failed)
            {
                CHECK(failed.code() == errc::bad_configuration);
                CHECK_MESSAGE(std::string(failed.what()).find(named) != std::string::npos, failed.what());
            }
        };
        refused({.ca_file = "/nowhere/ca.pem"}, "/nowhere/ca.pem");
        refused({.ca_file = no_certificate.path()}, no_certificate.path().string());
        refused({.certificate_file = no_certificate.path()}, "key");
        refused({.certificate_file = no_certificate.path(), .key_file = no_certificate.path()},
                no_certificate.path().string());
    }

    TEST_CASE("parse_resolve_override: host, port and address of either kind")
    {
        auto const plain = parse_resolve_override("graph.microsoft.com:443:127.0.0.1");
        CHECK(plain.host == "graph.microsoft.com");
        CHECK(plain.port == 443);
        CHECK(plain.address == "127.0.0.1");
        CHECK(parse_resolve_override("h:1:[::1]").address == "::1");
        CHECK(parse_resolve_override("h:1:fe80::1").address == "fe80::1");
        for (auto const* bad : {"", "h", "h:443", ":443:127.0.0.1", "h:0:127.0.0.1", "h:x:127.0.0.1",
                                "h:70000:127.0.0.1", "h:443:", "h:443:localhost"})
            CHECK_THROWS_AS(parse_resolve_override(bad), described_error);
    }
}
