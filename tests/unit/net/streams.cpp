#include "net/streams.hpp"

#include "support/certificates.hpp"
#include "support/tls_peer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <sys/ioctl.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

using namespace batch_cancel;
using namespace batch_cancel::test;
namespace asio = boost::asio;

namespace
{

// A connection over TLS whose bytes on the wire can be counted, to a peer on the same event loop.
class counted_stream
{
    asio::io_context context_{1};  // first: it must outlive the connection

public:
    using play = std::function<asio::awaitable<void>(counted_stream&)>;

    explicit counted_stream(std::string answer, std::size_t key_updates)
        : peer(context_.get_executor(), shown_)
    {
        peer.update_keys_after_answers(key_updates);
        peer.serve(std::move(answer));
    }

    /** Connect, have `goes_on` use the connection, and end. */
    void play_out(play goes_on)
    {
        asio::co_spawn(context_, talk(std::move(goes_on)),
                       [this](std::exception_ptr failed)
                       {
                           CHECK_FALSE(failed);
                           has_ended_ = true;
                           context_.stop();
                       });
        context_.run_for(std::chrono::seconds(60));
        CHECK(has_ended_);
    }

    /** Send a request and read the peer's answer. */
    asio::awaitable<void> ask()
    {
        auto const written = co_await over->write(asio::buffer("GET\r\n\r\n", 7));
        CHECK_FALSE(written.error);
        std::array<char, 256> buffer{};
        auto const read = co_await over->read_some(asio::buffer(buffer));
        CHECK_FALSE(read.error);
        CHECK(read.bytes > 0);
    }

    /** Bytes that TLS has taken in. */
    std::size_t taken() const
    {
        return BIO_number_read(SSL_get_rbio(ssl_));
    }

    /** Bytes that TCP holds for it. */
    std::size_t pending() const
    {
        int bytes = 0;
        CHECK(::ioctl(descriptor_, FIONREAD, &bytes) == 0);
        return static_cast<std::size_t>(bytes);
    }

    std::unique_ptr<connection> over{};

private:
    asio::awaitable<void> talk(play goes_on)
    {
        using tcp = asio::ip::tcp;
        tcp::socket socket(context_);
        tcp::endpoint const address(asio::ip::address_v4::loopback(), peer.port());
        co_await socket.async_connect(address, asio::use_awaitable);
        socket.non_blocking(true);
        descriptor_ = socket.native_handle();
        net::tls_stream stream(net::metered_socket(std::move(socket)), client_);
        stream.next_layer().allow(net::tls_allowances::handshake);
        ssl_ = stream.native_handle();
        co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
        over = std::make_unique<net::stream_connection<net::tls_stream>>(std::move(stream));
        co_await goes_on(*this);
    }

    asio::ssl::context client_{asio::ssl::context::tls_client};
    identity shown_ = make_certificate({}, nullptr);
    SSL* ssl_{nullptr};
    int descriptor_{-1};
    bool has_ended_{false};

public:
    tls_peer peer;
};

asio::awaitable<void> until(std::function<bool()> reached)
{
    while (!reached())
        co_await asio::post(asio::use_awaitable);
}

}  // namespace

TEST_SUITE("streams")
{
    TEST_CASE("stream_connection: to find a connection quiet, no more than a buffer is read")
    {
        counted_stream fix("answer", 1000);
        fix.play_out(
            [](counted_stream& self) -> asio::awaitable<void>
            {
                co_await self.ask();
                auto const has_flooded = [&] { return self.pending() > net::tls_allowances::look; };
                co_await until(has_flooded);
                auto const before = self.taken();
                CHECK_FALSE(self.over->is_quiet());
                CHECK_FALSE(self.over->fault());
                CHECK(self.taken() - before <= net::tls_allowances::look);
            });
    }

    TEST_CASE("stream_connection: a few records without data leave a connection quiet")
    {
        counted_stream fix("answer", 20);
        fix.play_out(
            [](counted_stream& self) -> asio::awaitable<void>
            {
                co_await self.ask();
                auto const has_come = [&] { return self.peer.key_updates_sent() == 20 && self.pending() > 0; };
                co_await until(has_come);
                CHECK(self.over->is_quiet());
                CHECK(self.pending() == 0);
                co_await self.ask();
            });
    }

    TEST_CASE("stream_connection: a flood of records without data ends a read by their bytes")
    {
        counted_stream fix("answer", 1'000'000);
        fix.play_out(
            [](counted_stream& self) -> asio::awaitable<void>
            {
                co_await self.ask();
                auto const before = self.taken();
                std::array<char, 256> buffer{};
                auto const read = co_await self.over->read_some(asio::buffer(buffer));
                CHECK(read.error == boost::system::errc::protocol_error);
                CHECK(self.taken() - before <= net::tls_allowances::answer + net::tls_allowances::look +
                                                   256 * net::tls_allowances::for_each_byte);
                CHECK(self.peer.key_updates_sent() < 1'000'000);
            });
    }
}
