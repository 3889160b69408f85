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
    boost::system::error_code fault() const noexcept override
    {
        return fault_;
    }
    void close() noexcept override;

private:
    boost::system::error_code look();
    boost::system::error_code last_word(boost::system::error_code failed);

    Stream stream_;
    boost::system::error_code fault_{};  // what `is_quiet` found the stream to have ended by
};

using tcp_stream = boost::asio::ip::tcp::socket;
using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

extern template class stream_connection<tcp_stream>;
extern template class stream_connection<tls_stream>;

}  // namespace batch_cancel::net
