#pragma once

#include <boost/asio/associator.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/detail/handler_cont_helpers.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace batch_cancel::net
{

class metered_socket;

/** What goes on after an asynchronous read of a metered socket. */
template <class Handler>
struct metered_read
{
    void operator()(boost::system::error_code ec, std::size_t bytes);

    friend bool asio_handler_is_continuation(metered_read* of)
    {
        return boost_asio_handler_cont_helpers::is_continuation(of->handler);
    }

    Handler handler;
    metered_socket* socket;
};

/** A TCP socket under TLS that reads no more than it is allowed to.

    Records that carry no data (KeyUpdate, session tickets, empty ones) keep a read of Asio's TLS stream going for as long as
    the peer sends them, and no bound on an answer sees them. So whoever reads from the TLS stream allows a number of bytes
    first. A read beyond it ends: a synchronous one with `would_block`, an asynchronous one with `protocol_error`.

    Must not move while an asynchronous read is under way. */
class metered_socket
{
public:
    using tcp = boost::asio::ip::tcp;
    using lowest_layer_type = tcp::socket::lowest_layer_type;
    using executor_type = tcp::socket::executor_type;

    explicit metered_socket(tcp::socket socket)
        : socket_(std::move(socket))
    {
    }

    executor_type get_executor() noexcept
    {
        return socket_.get_executor();
    }

    lowest_layer_type& lowest_layer() noexcept
    {
        return socket_.lowest_layer();
    }

    /** Allow this many bytes from here on, whatever was allowed before. */
    void allow(std::size_t bytes) noexcept
    {
        allowed_ = bytes;
    }

    void allow_more(std::size_t bytes) noexcept
    {
        allowed_ += bytes;
    }

    /** All that was allowed has been read. */
    bool is_used_up() const noexcept
    {
        return allowed_ == 0;
    }

    template <class Buffers>
    std::size_t read_some(Buffers const& into, boost::system::error_code& ec)
    {
        boost::asio::mutable_buffer const first = *boost::asio::buffer_sequence_begin(into);
        if (is_used_up())
        {
            ec = boost::asio::error::would_block;
            return 0;
        }
        auto const bytes = socket_.read_some(boost::asio::buffer(first, allowed_), ec);
        allowed_ -= bytes;
        return bytes;
    }

    template <class Buffers, class Handler>
    void async_read_some(Buffers const& into, Handler&& handler)
    {
        socket_.async_read_some(into, metered_read<std::decay_t<Handler>>{std::forward<Handler>(handler), this});
    }

    template <class Buffers>
    std::size_t write_some(Buffers const& from, boost::system::error_code& ec)
    {
        return socket_.write_some(from, ec);
    }

    template <class Buffers, class Handler>
    auto async_write_some(Buffers const& from, Handler&& handler)
    {
        return socket_.async_write_some(from, std::forward<Handler>(handler));
    }

    /** Take in an asynchronous read.
        @return  Its error, or that it went beyond what was allowed. */
    boost::system::error_code take(boost::system::error_code ec, std::size_t bytes) noexcept
    {
        bool const is_too_much = bytes > allowed_;
        allowed_ -= std::min(allowed_, bytes);
        return is_too_much && !ec ? make_error_code(boost::system::errc::protocol_error) : ec;
    }

private:
    tcp::socket socket_;
    std::size_t allowed_{0};
};

template <class Handler>
void metered_read<Handler>::operator()(boost::system::error_code ec, std::size_t bytes)
{
    auto const taken = socket->take(ec, bytes);
    std::move(handler)(taken, bytes);
}

}  // namespace batch_cancel::net

/** Executor, allocator and cancellation are those of what goes on. */
template <template <class, class> class Associator, class Handler, class Default>
struct boost::asio::associator<Associator, batch_cancel::net::metered_read<Handler>, Default>
    : Associator<Handler, Default>
{
    static auto get(batch_cancel::net::metered_read<Handler> const& of) noexcept
    {
        return Associator<Handler, Default>::get(of.handler);
    }

    static auto get(batch_cancel::net::metered_read<Handler> const& of, Default const& otherwise) noexcept
    {
        return Associator<Handler, Default>::get(of.handler, otherwise);
    }
};
