#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>

#include <string_view>

namespace batch_cancel::core
{

/** Tell whether what is sent to an address stays on this machine: 127.0.0.0/8, ::1, and the former written as IPv6
    (::ffff:127.0.0.1). The unspecified addresses 0.0.0.0 and :: are not among them: what they lead to is up to the system. */
inline bool is_loopback(boost::asio::ip::address const& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

/** Tell whether a host of a URL is this machine: a loopback address, or the name localhost. */
inline bool is_loopback_host(std::string_view host)
{
    boost::system::error_code error;
    auto const address = boost::asio::ip::make_address(host, error);
    return error ? host == "localhost" : is_loopback(address);
}

}  // namespace batch_cancel::core
