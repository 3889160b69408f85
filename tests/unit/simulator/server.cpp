#include "raw_client.hpp"

#include <openssl/ssl.h>

#include <sstream>
#include <stdexcept>

using namespace simulator_tests;
using namespace std::chrono_literals;
using simulator::fault_kind;

namespace
{

using client = asio::awaitable<void>;

bool is_accepted(std::string_view answer)
{
    return answer.starts_with("HTTP/1.1 202 Accepted\r\n");
}

client sees_trusted_tls(simulator::server& server)
{
    raw_client one(server);
    co_await one.connect();
    unsigned char const* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(one.tls(), &protocol, &size);
    CHECK(std::string(protocol, protocol + size) == "http/1.1");
    auto const first = co_await one.exchange(one.cancel_request(0, 0));
    CHECK(is_accepted(first));
    auto const second = co_await one.exchange(one.cancel_request(0, 0));
    CHECK(second.starts_with("HTTP/1.1 409 Conflict\r\n"));
    CHECK(one.was_applied(0, 0));
    CHECK(!one.was_applied(0, 1));
    auto const seen = server.statistics();
    CHECK(seen.requests == 2);
    CHECK(seen.accepted == 1);
    CHECK(seen.conflict == 1);
    CHECK(seen.connections == 1);
    CHECK(seen.most_connections == 1);
    CHECK(seen.most_requests_at_once == 1);
}

client sends_in_pieces_and_in_heaps(simulator::server& server)
{
    raw_client one(server);
    co_await one.connect();
    for (char const byte : one.cancel_request(0, 0))
        co_await one.write(std::string(1, byte));
    auto const slow = co_await one.read();
    CHECK(is_accepted(slow));
    std::string heap;
    for (std::size_t task = 1; task < 60; ++task)
        heap += one.cancel_request(0, task);
    co_await one.write(heap);
    for (std::size_t task = 1; task < 60; ++task)
    {
        auto const answer = co_await one.read();
        CHECK(is_accepted(answer));
        CHECK(answer.find(server.task_id(0, task)) != std::string::npos);
    }
}

client takes_up_its_session(simulator::server& server)
{
    raw_client one(server);
    co_await one.connect();
    auto const answer = co_await one.exchange(one.cancel_request(0, 0));
    CHECK(is_accepted(answer));
    std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> const session(SSL_get1_session(one.tls()),
                                                                            SSL_SESSION_free);
    SSL_set_shutdown(one.tls(), SSL_SENT_SHUTDOWN);  // else OpenSSL takes the session for a broken one
    co_await one.connect(session.get());
    auto const again = co_await one.exchange(one.cancel_request(0, 1));
    CHECK(is_accepted(again));
    CHECK(SSL_session_reused(one.tls()) == 1);
    CHECK(server.statistics().sessions_resumed == 1);
    CHECK(server.statistics().connections == 2);
}

client is_parted_from_politely(simulator::server& server)
{
    raw_client one(server);
    co_await one.connect();
    auto const first = co_await one.exchange(one.cancel_request(0, 0));
    CHECK(is_accepted(first));
    CHECK(first.find("Connection: close") == std::string::npos);
    auto const last = co_await one.exchange(one.cancel_request(0, 1));
    CHECK(is_accepted(last));
    CHECK(last.find("\r\nConnection: close\r\n") != std::string::npos);
    auto const rest = co_await one.read();
    CHECK(rest.empty());
    CHECK(one.error == asio::error::eof);
}

client meets_nonsense_with_400(simulator::server& server)
{
    raw_client one(server);
    co_await one.connect();
    auto const answer = co_await one.exchange("no HTTP at all\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    co_await one.read();
    CHECK(one.error == asio::error::eof);
}

client is_held_back(simulator::server& server)
{
    raw_client one(server);
    raw_client other(server);
    co_await one.connect();
    co_await other.connect();
    co_await one.write(one.cancel_request(0, 0));
    co_await other.write(other.cancel_request(0, 1));
    auto const first = co_await one.read();
    auto const second = co_await other.read();
    CHECK(is_accepted(first));
    CHECK(is_accepted(second));
    CHECK(server.statistics().most_connections == 2);
}

// What a client sees of a fault: the bytes, how the stream ended, whether it was carried out.
struct sight
{
    std::string bytes{};
    boost::system::error_code error{};
    bool applied = false;
};

client look(simulator::server& server, sight& seen)
{
    raw_client one(server);
    co_await one.connect();
    seen.bytes = co_await one.exchange(one.cancel_request(0, 0));
    seen.error = one.error;
    seen.applied = one.was_applied(0, 0);
}

sight look_at(fault_kind kind)
{
    sight seen;
    serve({.faults = {{kind, 1}}}, [&seen](simulator::server& server) { return look(server, seen); });
    return seen;
}

client sees_no_answer(simulator::server& server)
{
    raw_client one(server);
    co_await one.connect();
    co_await one.write(one.cancel_request(0, 0));
    one.give_up();  // what has an answer to give still gives it
    auto const bytes = co_await one.read();
    CHECK(bytes.empty());
    CHECK(one.error);
    CHECK(server.statistics().faults == 1);
}

}  // namespace

TEST_SUITE("server")
{
    TEST_CASE("server: refuses an empty executor")
    {
        CHECK_THROWS_AS(simulator::server(asio::any_io_executor{}, {}), std::invalid_argument);
    }

    TEST_CASE("server: speaks TLS with a certificate that its authority vouches for")
    {
        serve({}, sees_trusted_tls);
    }

    TEST_CASE("server: reads requests byte by byte and many at once")
    {
        serve({}, sends_in_pieces_and_in_heaps);
    }

    TEST_CASE("server: lets clients take up TLS sessions")
    {
        serve({}, takes_up_its_session);
    }

    TEST_CASE("server: closes a connection politely after its last request")
    {
        serve({.keep_alive_requests = 2}, is_parted_from_politely);
    }

    TEST_CASE("server: answers 400 to what is no HTTP and closes")
    {
        serve({}, meets_nonsense_with_400);
    }

    TEST_CASE("server: holds answers back")
    {
        serve({.latency = {1ms, 1ms}}, is_held_back);
    }

    TEST_CASE("server: a client sees every kind of fault for what it is")
    {
        auto const before = look_at(fault_kind::reset_before);
        CHECK(before.bytes.empty());
        CHECK(before.error == asio::error::connection_reset);
        CHECK(!before.applied);

        auto const after = look_at(fault_kind::reset_after);
        CHECK(after.bytes.empty());
        CHECK(after.error == asio::error::connection_reset);
        CHECK(after.applied);

        auto const cut = look_at(fault_kind::truncate);
        CHECK(cut.error == asio::ssl::error::stream_truncated);
        CHECK(cut.applied);

        auto const garbage = look_at(fault_kind::garbage);
        CHECK(!garbage.bytes.empty());
        CHECK(garbage.bytes.find("\r\nrequest-id: ") == std::string::npos);

        CHECK(look_at(fault_kind::status_500).bytes.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
        CHECK(look_at(fault_kind::status_503).bytes.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
        CHECK(look_at(fault_kind::status_504).bytes.starts_with("HTTP/1.1 504 Gateway Timeout\r\n"));
        CHECK(is_accepted(look_at(fault_kind::close).bytes));
    }

    TEST_CASE("server: a stalled request gets no byte")
    {
        serve({.faults = {{fault_kind::stall, 1}}}, sees_no_answer);
    }

    TEST_CASE("server: stops with connections open and lets the loop end")
    {
        asio::io_context loop(1);
        simulator::server server(loop.get_executor(), {.faults = {{fault_kind::stall, 1}}});
        bool told = false;
        auto const connected = [](simulator::server& to, bool& ended) -> client
        {
            raw_client one(to);
            co_await one.connect();
            co_await one.write(one.cancel_request(0, 0));
            to.stop();
            auto const bytes = co_await one.read();
            ended = bytes.empty() && one.error;
        };
        asio::co_spawn(loop, connected(server, told),
                       [](std::exception_ptr thrown)
                       {
                           if (thrown)
                               std::rethrow_exception(thrown);
                       });
        loop.run();
        CHECK(told);
    }

    TEST_CASE("server: may be destroyed with its loop never run, and twice in one process")
    {
        asio::io_context loop(1);
        simulator::server first(loop.get_executor());
        simulator::server second(loop.get_executor(), {.secure = false});
        CHECK(first.port() != second.port());
        CHECK(first.endpoint_url() == "https://127.0.0.1:" + std::to_string(first.port()));
        CHECK(second.endpoint_url() == "http://127.0.0.1:" + std::to_string(second.port()));
        CHECK(first.ca_certificate_pem().starts_with("-----BEGIN CERTIFICATE-----\n"));
        CHECK(second.ca_certificate_pem().empty());
        CHECK_THROWS_AS(simulator::server(loop.get_executor(), {.port = first.port()}), boost::system::system_error);
        CHECK_THROWS_AS(simulator::server(loop.get_executor(), {.jobs = 0}), std::invalid_argument);
        first = std::move(second);
        CHECK(first.endpoint_url().starts_with("http://"));
    }

    TEST_CASE("server: writes every pair once, a header before them")
    {
        asio::io_context loop(1);
        simulator::server const server(loop.get_executor(), {.jobs = 3, .tasks_per_job = 4, .missing_share = 1});
        std::ostringstream written;
        server.write_pairs(written);
        std::istringstream lines(written.str());
        std::string line;
        std::getline(lines, line);
        CHECK(line == "job_id,task_id");
        for (std::size_t n = 0; n < 12; ++n)
        {
            std::getline(lines, line);
            CHECK(line == server.job_id(n / 4) + "," + server.task_id(n / 4, n % 4));
        }
        CHECK(!std::getline(lines, line));
    }

    TEST_CASE("server: speaks plain HTTP if that is wanted")
    {
        asio::io_context loop(1);
        simulator::server server(loop.get_executor(), {.secure = false});
        auto const plain = [](simulator::server& to) -> client
        {
            auto const executor = co_await asio::this_coro::executor;
            asio::ip::tcp::socket socket(executor);
            asio::ip::tcp::endpoint const there(asio::ip::address_v4::loopback(), to.port());
            co_await socket.async_connect(there, asio::use_awaitable);
            auto const request = cancel_request(to, 0, 0);
            co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
            std::array<char, 4096> answer;
            auto const size = co_await socket.async_read_some(asio::buffer(answer), asio::use_awaitable);
            CHECK(is_accepted({answer.data(), size}));
            to.stop();
        };
        asio::co_spawn(loop, plain(server),
                       [](std::exception_ptr thrown)
                       {
                           if (thrown)
                               std::rethrow_exception(thrown);
                       });
        loop.run();
        CHECK(server.was_applied(server.job_id(0), server.task_id(0, 0)));
    }
}
