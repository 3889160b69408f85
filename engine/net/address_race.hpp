#pragma once

#include <batch_cancel/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <optional>
#include <vector>

namespace batch_cancel::net
{

/** Time that an address has to itself before the next one is tried beside it (RFC 8305, section 5). */
inline constexpr std::chrono::milliseconds head_start{250};

/** An address that could not be connected to. */
struct failed_address
{
    boost::asio::ip::tcp::endpoint address{};
    /** `timed_out` also if a later address was faster in spite of the head start. */
    boost::system::error_code error{};
};

/** How a race ended. */
struct race_result
{
    /** Connected; none if no address could be. */
    std::optional<boost::asio::ip::tcp::socket> socket{};
    /** Whose address it is. */
    boost::asio::ip::tcp::endpoint address{};
    /** In the order in which they failed. */
    std::vector<failed_address> failed{};
    bool is_cancelled = false;
};

/** Connect to the first of some addresses that accepts. They are tried in the given order: the next one when one has failed, or
    when the latest has had its head start. At the end all other sockets are closed.

    @param executor   Of the sockets.
    @param addresses  At least one.
    @param limit      When to give up, all addresses together.
    @par Cancellation  Terminal: ends at once with `is_cancelled`. */
boost::asio::awaitable<race_result> race(boost::asio::any_io_executor executor,
                                         std::vector<boost::asio::ip::tcp::endpoint> addresses, clock& time,
                                         clock::time_point limit);

}  // namespace batch_cancel::net
