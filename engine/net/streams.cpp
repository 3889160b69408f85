#include "net/streams.hpp"

#include "net/certificate_alert.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

namespace batch_cancel::net
{

namespace asio = boost::asio;

namespace
{

// HTTP knows by itself whether a message is whole, so an end without close_notify is an end like any other.
boost::system::error_code plain_end(boost::system::error_code ec)
{
    if (ec == asio::ssl::error::stream_truncated)
        return asio::error::eof;
    return ec;
}

}  // namespace

template <class Stream>
stream_connection<Stream>::stream_connection(Stream stream)
    : stream_(std::move(stream))
{
}

template <class Stream>
stream_connection<Stream>::~stream_connection()
{
    // Says that the session ended well, without writing: OpenSSL else forbids to resume it.
    if constexpr (is_tls)
        SSL_set_shutdown(stream_.native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    close();
}

template <class Stream>
asio::awaitable<io_result> stream_connection<Stream>::read_some(asio::mutable_buffer into)
{
    auto reading = stream_.async_read_some(into, asio::as_tuple(asio::deferred));
    auto const [error, bytes] = co_await std::move(reading);
    if constexpr (is_tls)
        stream_.next_layer().allow_more(bytes * tls_allowances::for_each_byte);
    io_result const result{plain_end(error), bytes};
    co_return result;
}

template <class Stream>
asio::awaitable<io_result> stream_connection<Stream>::write(asio::const_buffer bytes)
{
    // A request is far smaller than any socket buffer, and the last one has been answered, so it nearly always fits at
    // once, without a turn of the event loop. Where TLS has begun a record that does not fit, the stream is lost.
    io_result result;
    if constexpr (is_tls)
    {
        look_allowance_ = tls_allowances::look;
        stream_.next_layer().allow(tls_allowances::answer);
    }
    result.bytes = stream_.write_some(bytes, result.error);
    if constexpr (is_tls)
    {
        if (result.error)
            result.bytes = bytes.size();  // part of a record may be on the wire
    }
    if (result.error == asio::error::would_block)
        result.error = is_tls ? make_error_code(asio::error::no_buffer_space) : boost::system::error_code{};
    if (result.error)
        result.error = last_word(result.error);
    if (result.error || result.bytes == bytes.size())
        co_return result;
    auto writing = asio::async_write(stream_, asio::buffer(bytes + result.bytes), asio::as_tuple(asio::deferred));
    auto const [error, more] = co_await std::move(writing);
    result.error = error ? last_word(error) : error;
    result.bytes += more;
    co_return result;
}

// Reads without waiting: `would_block` if there is nothing to read, no error if there is.
template <class Stream>
boost::system::error_code stream_connection<Stream>::look()
{
    // A read, not a look at the socket: TLS may hold bytes already, and may have tickets of its own to take in.
    char unexpected = 0;
    boost::system::error_code ec;
    if constexpr (is_tls)
        stream_.next_layer().allow(look_allowance_);
    stream_.read_some(asio::buffer(&unexpected, 1), ec);
    if constexpr (is_tls)
    {
        // The rest of what there is to read has not been looked at.
        if (ec == asio::error::would_block && stream_.next_layer().is_used_up())
            ec.clear();
    }
    return ec;
}

// What to say of a write that failed: a peer that has ended TLS has said why, and that may not have been read yet.
template <class Stream>
boost::system::error_code stream_connection<Stream>::last_word(boost::system::error_code failed)
{
    auto const said = look();
    return is_certificate_alert(said) ? said : failed;
}

template <class Stream>
bool stream_connection<Stream>::is_quiet()
{
    auto const ec = look();
    if (ec == asio::error::would_block)
        return true;
    fault_ = ec;
    return false;
}

template <class Stream>
void stream_connection<Stream>::close() noexcept
{
    boost::system::error_code ignored;
    stream_.lowest_layer().close(ignored);
}

template class stream_connection<tcp_stream>;
template class stream_connection<tls_stream>;

}  // namespace batch_cancel::net
