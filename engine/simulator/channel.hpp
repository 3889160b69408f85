#pragma once

#include "simulator/tls_setup.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <memory>
#include <span>

typedef struct ssl_st SSL;

namespace batch_cancel::simulator
{

/** How far a step on a channel came. */
enum class io_state : unsigned char
{
    done,
    want_read,
    want_write,
    /** The peer has closed, or the stream has failed. */
    closed,
};

struct io_step
{
    io_state state = io_state::done;
    std::size_t bytes = 0;
};

/** A byte stream over a socket, with TLS or plain. No call waits: one that cannot go on says for what to wait.

    This is leaner than a stream that copies through buffers of its own: a request costs one read and one write. */
class channel
{
public:
    /** `tls` may be null. Both must outlive the channel. */
    channel(boost::asio::ip::tcp::socket& socket, tls_setup const* tls);

    io_step handshake();
    io_step read(std::span<char> into);
    io_step write(std::span<char const> bytes);

    /** Tell whether a read may go on without anything new from the socket. */
    bool has_buffered() const noexcept;

    /** Tell whether the handshake took up an earlier session. */
    bool was_resumed() const noexcept;

    /** Say goodbye, if that can be done without waiting. */
    void end() noexcept;

private:
    struct ssl_free
    {
        void operator()(SSL* ssl) const noexcept;
    };

    io_step judge(int result) const;

    boost::asio::ip::tcp::socket& socket_;
    std::unique_ptr<SSL, ssl_free> ssl_;
};

}  // namespace batch_cancel::simulator
