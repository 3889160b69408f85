#pragma once

#include <batch_cancel/clock.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <vector>

namespace batch_cancel::net
{

/** Addresses of the service, or why there are none. */
struct resolved
{
    boost::system::error_code error{};
    std::vector<boost::asio::ip::tcp::endpoint> addresses{};
};

/** Find the addresses of a service: an override, a literal address, or what the system's resolver says.

    A resolver that does not answer is left alone at the limit: the call that it is blocked in cannot be interrupted, so it
    ends on Asio's own resolver thread, and what it then says is dropped.

    @return  `timed_out` if the limit came first. */
boost::asio::awaitable<resolved> resolve(endpoint const& service, std::vector<resolve_override> const& overrides,
                                         clock& time, clock::time_point limit);

}  // namespace batch_cancel::net
