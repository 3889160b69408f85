#include "simulator/channel.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>

namespace batch_cancel::simulator
{

namespace asio = boost::asio;

namespace
{

io_step judge_plain(boost::system::error_code const& ec, std::size_t bytes, io_state wanted)
{
    if (ec == asio::error::would_block || ec == asio::error::try_again)
        return {wanted, 0};
    if (ec)
        return {io_state::closed, 0};
    return {io_state::done, bytes};
}

}  // namespace

void channel::ssl_free::operator()(SSL* ssl) const noexcept
{
    SSL_free(ssl);
}

channel::channel(asio::ip::tcp::socket& socket, tls_setup const* tls)
    : socket_(socket)
{
    if (tls == nullptr)
        return;
    ssl_.reset(SSL_new(tls->context()));
    auto* const bio = ssl_ ? BIO_new(tls->socket_bio()) : nullptr;
    if (bio == nullptr)
        throw std::bad_alloc();
    BIO_set_data(bio, &socket_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
}

io_step channel::judge(int result) const
{
    switch (SSL_get_error(ssl_.get(), result))
    {
    case SSL_ERROR_WANT_READ:
        return {io_state::want_read, 0};
    case SSL_ERROR_WANT_WRITE:
        return {io_state::want_write, 0};
    default:
        return {io_state::closed, 0};
    }
}

io_step channel::handshake()
{
    if (!ssl_)
        return {};
    ERR_clear_error();
    int const result = SSL_do_handshake(ssl_.get());
    return result == 1 ? io_step{} : judge(result);
}

io_step channel::read(std::span<char> into)
{
    if (!ssl_)
    {
        boost::system::error_code ec;
        auto const bytes = socket_.read_some(asio::buffer(into.data(), into.size()), ec);
        return judge_plain(ec, bytes, io_state::want_read);
    }
    ERR_clear_error();
    std::size_t bytes = 0;
    int const result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
    return result == 1 ? io_step{io_state::done, bytes} : judge(result);
}

io_step channel::write(std::span<char const> bytes)
{
    std::size_t written = 0;
    if (!ssl_)
    {
        boost::system::error_code ec;
        written = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), ec);
        return judge_plain(ec, written, io_state::want_write);
    }
    ERR_clear_error();
    int const result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
    return result == 1 ? io_step{io_state::done, written} : judge(result);
}

bool channel::has_buffered() const noexcept
{
    return ssl_ && SSL_has_pending(ssl_.get()) == 1;
}

bool channel::was_resumed() const noexcept
{
    return ssl_ && SSL_session_reused(ssl_.get()) == 1;
}

void channel::end() noexcept
{
    if (!ssl_)
        return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

}  // namespace batch_cancel::simulator
