#include "simulator/connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace batch_cancel::simulator
{

namespace asio = boost::asio;
using asio::ip::tcp;

connection::connection(tcp::socket socket, service& answers, tls_setup const* tls)
    : socket_(std::move(socket))
    , timer_(socket_.get_executor())
    , channel_(socket_, tls)
    , service_(answers)
    , buffer_(std::make_unique_for_overwrite<char[]>(buffer_size))
{
    // What is wrong with the socket, reading from it will tell.
    boost::system::error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    if (auto const peer = socket_.remote_endpoint(ignored); !ignored)
        visitor_.address = peer.address().to_string();
}

connection::~connection()
{
    if (in_flight_)
        service_.leave();
}

asio::awaitable<void> connection::serve()
{
    boost::system::error_code ec;
    while (!ec)
    {
        switch (go_on())
        {
        case wait_for::readable:
            co_await socket_.async_wait(tcp::socket::wait_read, asio::redirect_error(asio::use_awaitable, ec));
            break;
        case wait_for::writable:
            co_await socket_.async_wait(tcp::socket::wait_write, asio::redirect_error(asio::use_awaitable, ec));
            break;
        case wait_for::timer:
            timer_.expires_after(reply_.delay);
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
            break;
        case wait_for::nothing_more:
            co_return;
        }
    }
}

void connection::stop() noexcept
{
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
}

connection::wait_for connection::go_on()
{
    for (;;)
    {
        auto const before = phase_;
        auto wait = wait_for::nothing_more;
        switch (phase_)
        {
        case phase::handshake:
            wait = step_handshake();
            break;
        case phase::reading:
            wait = step_reading();
            break;
        case phase::holding:
            phase_ = phase::writing;
            break;
        case phase::writing:
            wait = step_writing();
            break;
        case phase::stalled:
            return step_stalled();
        case phase::finished:
            return wait_for::nothing_more;
        }
        if (phase_ == before || phase_ == phase::holding)
            return wait;
    }
}

// The step that was to be taken cannot go on: wait, or give the connection up.
connection::wait_for connection::wait_or_close(io_state state)
{
    if (state == io_state::want_read)
        return wait_for::readable;
    if (state == io_state::want_write)
        return wait_for::writable;
    part(afterwards::close_rudely);
    return wait_for::nothing_more;
}

connection::wait_for connection::step_handshake()
{
    auto const step = channel_.handshake();
    if (step.state != io_state::done)
        return wait_or_close(step.state);
    if (channel_.was_resumed())
        ++service_.counts().sessions_resumed;
    phase_ = phase::reading;
    must_wait_ = !channel_.has_buffered();
    return wait_for::nothing_more;
}

connection::wait_for connection::step_reading()
{
    for (;;)
    {
        if (!unread_.empty() && take_request())
            return wait_for::timer;
        if (std::exchange(must_wait_, false))
            return wait_for::readable;
        // What is left is a part that the reader wants to see whole: room for its rest is needed behind it.
        if (!unread_.empty() && unread_.data() != buffer_.get())
            std::memmove(buffer_.get(), unread_.data(), unread_.size());
        auto const step = channel_.read({buffer_.get() + unread_.size(), buffer_size - unread_.size()});
        if (step.state != io_state::done)
            return wait_or_close(step.state);
        unread_ = {buffer_.get(), unread_.size() + step.bytes};
    }
}

// Reads on in what was received. True once an answer is made, and the phase says what comes next.
bool connection::take_request()
{
    auto const progress = reader_.read({unread_.data(), unread_.size()});
    unread_ = unread_.subspan(progress.taken);
    bool const fills_buffer = unread_.size() == buffer_size;
    if (progress.reached == request_reader::state::incomplete && !fills_buffer)
        return false;
    in_flight_ = true;
    service_.enter();
    written_ = 0;
    if (progress.reached == request_reader::state::complete)
        service_.answer(reader_.current(), visitor_, std::chrono::steady_clock::now(), reply_);
    else
        service_.refuse_unreadable(reply_);
    phase_ = reply_.delay.count() > 0 ? phase::holding : phase::writing;
    return true;
}

connection::wait_for connection::step_writing()
{
    while (written_ < reply_.bytes.size())
    {
        auto const step = channel_.write(std::span(reply_.bytes).subspan(written_));
        if (step.state != io_state::done)
            return wait_or_close(step.state);
        written_ += step.bytes;
    }
    answered();
    if (reply_.then == afterwards::keep)
    {
        phase_ = phase::reading;
        must_wait_ = unread_.empty() && !channel_.has_buffered();
    }
    else if (reply_.then == afterwards::stall)
        phase_ = phase::stalled;
    else
        part(reply_.then);
    return wait_for::nothing_more;
}

connection::wait_for connection::step_stalled()
{
    for (;;)
    {
        auto const step = channel_.read({buffer_.get(), buffer_size});
        if (step.state != io_state::done)
            return wait_or_close(step.state);
    }
}

void connection::answered()
{
    in_flight_ = false;
    service_.leave();
}

void connection::part(afterwards how) noexcept
{
    phase_ = phase::finished;
    boost::system::error_code ignored;
    if (how == afterwards::close)
        channel_.end();
    if (how == afterwards::reset)
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    else
        socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

}  // namespace batch_cancel::simulator
