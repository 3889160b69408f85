#pragma once

#include <batch_cancel/transport.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace batch_cancel::net
{

/** A connection over any of Asio's stream types; the socket is non-blocking, so that a call that would wait says so. */
template <class Stream>
class stream_connection : public connection
{
public:
    explicit stream_connection(Stream stream);
    ~stream_connection() override;

    boost::asio::awaitable<io_result> read_some(boost::asio::mutable_buffer into) override;
    boost::asio::awaitable<io_result> write(boost::asio::const_buffer bytes) override;
    bool is_quiet() override;
    void close() noexcept override;

private:
    Stream stream_;
};

using tcp_stream = boost::asio::ip::tcp::socket;
using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

extern template class stream_connection<tcp_stream>;
extern template class stream_connection<tls_stream>;

}  // namespace batch_cancel::net
