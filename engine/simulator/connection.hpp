#pragma once

#include "simulator/channel.hpp"
#include "simulator/request.hpp"
#include "simulator/service.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <memory>
#include <span>

namespace batch_cancel::simulator
{

/** One connection of a client: reads a request, has it answered, writes the answer, and so on. */
class connection
{
public:
    /** `answers` and `tls`, which may be null, must outlive the connection. */
    connection(boost::asio::ip::tcp::socket socket, service& answers, tls_setup const* tls);

    ~connection();
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;

    /** Serve until either side closes. The connection must live until this has completed. */
    boost::asio::awaitable<void> serve();

    /** Close now; `serve` completes soon after. */
    void stop() noexcept;

private:
    // What the coroutine is to wait for before it goes on.
    enum class wait_for
    {
        readable,
        writable,
        timer,
        nothing_more,
    };

    enum class phase
    {
        handshake,
        reading,
        /** An answer is made and held back. */
        holding,
        writing,
        /** Nothing is answered any more; what comes is thrown away until the client gives up. */
        stalled,
        finished,
    };

    wait_for go_on();
    wait_for step_handshake();
    wait_for step_reading();
    wait_for step_writing();
    wait_for step_stalled();
    wait_for wait_or_close(io_state state);
    bool take_request();
    void answered();
    void part(afterwards how) noexcept;

    // Enough for any header; of a body only what has not been thrown away is kept.
    static constexpr std::size_t buffer_size = request_reader::header_limit + 4096;

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    channel channel_;
    service& service_;
    phase phase_{phase::handshake};
    visitor visitor_{};
    request_reader reader_{};
    reply reply_{};
    std::size_t written_{0};
    std::unique_ptr<char[]> buffer_;
    std::span<char> unread_{};  // received and not yet taken by the reader
    bool must_wait_{false};     // the stream has just been drained: reading again at once would be in vain
    bool in_flight_{false};
};

}  // namespace batch_cancel::simulator
