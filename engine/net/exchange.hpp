#pragma once

#include "net/deadline_list.hpp"
#include "wire/response_reader.hpp"

#include <batch_cancel/clock.hpp>
#include <batch_cancel/transport.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>

namespace batch_cancel::net
{

/** How sending one request and reading its answer went. */
struct exchange_result
{
    enum class ending : std::uint8_t
    {
        /** A clean header came; the reader holds the answer. */
        answered,
        /** The connection failed before the first byte of the request had been handed over. */
        not_sent,
        /** The time was up first. */
        timeout,
        /** The connection was reset or ended instead. */
        broken_off,
        /** What came is no clean header. */
        unreadable,
        /** Before its first answer, the connection ended by an alert about the client's certificate: the service has looked
            at nothing that was sent over it. */
        refused,
    };

    ending how = ending::answered;
    boost::system::error_code error{};
    clock::time_point started{};
    clock::time_point ended{};
};

/** What has come over a connection before an exchange. */
enum class experience : std::uint8_t
{
    no_answer,
    answered,
};

/** How long an exchange may take. */
struct exchange_limits
{
    /** Of all: first byte handed over to last byte read. */
    deadline_list whole;
    /** Of an answer that throttles, from its header on. Short: until it is over, nobody else knows of it. */
    deadline_list rest_of_throttle;
};

/** Send one request over a connection and read its answer, under a time limit.

    The connection may be used again only if the answer came and `reader.can_reuse()`.

    @param request  Must live until the end, like the other arguments.
    @param limit    On no list; is set and lifted here.
    @param before   Tells a connection that was refused from one that broke. */
boost::asio::awaitable<exchange_result> exchange(connection& over, boost::asio::const_buffer request,
                                                 wire::response_reader& reader, clock& time, exchange_limits& limits,
                                                 deadline_list::entry& limit, experience before);

}  // namespace batch_cancel::net
