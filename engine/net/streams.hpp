#pragma once

#include "net/metered_socket.hpp"

#include <batch_cancel/transport.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstddef>
#include <type_traits>

namespace batch_cancel::net
{

/** What TLS may read for a purpose, in bytes on the wire. More is not data but a peer that keeps us busy. */
struct tls_allowances
{
    /** To agree on TLS: chains of certificates are read up to 100 KiB. */
    static constexpr std::size_t handshake = 256 * 1024;
    /** Before and within an answer, records that carry no data. Padding and session tickets are a part of it. */
    static constexpr std::size_t answer = 64 * 1024;
    /** With each byte of an answer: a record of its own needs some 100. */
    static constexpr std::size_t for_each_byte = 128;
    /** To find out that an idle connection is quiet: as much as Asio reads at once. */
    static constexpr std::size_t look = 17 * 1024;
    /** The same before the first request, when session tickets come, each perhaps padded to the longest record. */
    static constexpr std::size_t first_look = 64 * 1024;
};

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
    static constexpr bool is_tls = !std::is_same_v<Stream, boost::asio::ip::tcp::socket>;

    boost::system::error_code look();
    boost::system::error_code last_word(boost::system::error_code failed);

    Stream stream_;
    std::size_t look_allowance_{tls_allowances::first_look};
    boost::system::error_code fault_{};  // what `is_quiet` found the stream to have ended by
};

using tcp_stream = boost::asio::ip::tcp::socket;
using tls_stream = boost::asio::ssl::stream<metered_socket>;

extern template class stream_connection<tcp_stream>;
extern template class stream_connection<tls_stream>;

}  // namespace batch_cancel::net
