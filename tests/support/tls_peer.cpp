#include "support/tls_peer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

namespace batch_cancel::test
{

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

tls_peer::tls_peer(asio::any_io_executor executor, identity const& shown, std::function<void(SSL_CTX*)> prepare)
    : context_(asio::ssl::context::tls_server)
    , acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0))
{
    auto* const context = context_.native_handle();
    SSL_CTX_set_security_level(context, 0);  // a peer may be worse than we would let ourselves be
    SSL_CTX_use_certificate(context, shown.certificate.get());
    SSL_CTX_use_PrivateKey(context, shown.key.get());
    SSL_CTX_set_session_id_context(context, reinterpret_cast<unsigned char const*>("test"), 4);
    prepare(context);
}

void tls_peer::serve(std::string answer)
{
    answer_ = std::move(answer);
    asio::co_spawn(acceptor_.get_executor(), accept(true), asio::detached);
}

void tls_peer::serve_silence()
{
    asio::co_spawn(acceptor_.get_executor(), accept(false), asio::detached);
}

asio::awaitable<void> tls_peer::accept(bool speaks_tls)
{
    while (acceptor_.is_open())
    {
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (error)
            co_return;
        ++accepted_;
        if (speaks_tls)
            asio::co_spawn(acceptor_.get_executor(), talk(std::move(socket)), asio::detached);
        else
            asio::co_spawn(acceptor_.get_executor(), stay_silent(std::move(socket)), asio::detached);
    }
}

asio::awaitable<void> tls_peer::talk(tcp::socket socket)
{
    asio::ssl::stream<tcp::socket> stream(std::move(socket), context_);
    auto const [refused] =
        co_await stream.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
    if (refused)
        co_return;
    ++handshakes_;
    if (SSL_session_reused(stream.native_handle()) == 1)
        ++resumed_;
    if (auto const* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name))
        name_asked_for_ = name;
    std::string request;
    std::array<char, 4096> buffer;
    for (;;)
    {
        auto const [error, count] =
            co_await stream.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
        if (error)
            co_return;
        received_.append(buffer.data(), count);
        request.append(buffer.data(), count);
        if (!request.ends_with("\r\n\r\n"))
            continue;
        request.clear();
        auto const [failed, written] =
            co_await asio::async_write(stream, asio::buffer(answer_), asio::as_tuple(asio::use_awaitable));
        if (failed || written == 0)
            co_return;
        for (std::size_t i = 0; i != key_updates_; ++i)
        {
            SSL_key_update(stream.native_handle(), SSL_KEY_UPDATE_NOT_REQUESTED);
            auto const [gone] =
                co_await stream.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
            if (gone)
                co_return;
            ++key_updates_sent_;
        }
    }
}

asio::awaitable<void> tls_peer::stay_silent(tcp::socket socket)
{
    std::array<char, 4096> buffer;
    for (;;)
    {
        auto const [error, count] =
            co_await socket.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
        if (error)
            co_return;
        received_.append(buffer.data(), count);
    }
}

}  // namespace batch_cancel::test
