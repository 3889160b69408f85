#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace batch_cancel::net
{

/** Knows which addresses of a service have failed lately, and in which order to try them. No I/O, no clock. */
class address_book
{
public:
    using address = boost::asio::ip::tcp::endpoint;
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** How long an address goes last after its first failure; twice as long after each further one. */
    static constexpr duration shortest_hold = std::chrono::seconds(60);
    static constexpr duration longest_hold = std::chrono::minutes(10);

    /** Put addresses in the order in which a connect is to try them: those that work, the two families in turn (RFC 8305,
        section 4), starting with the family that the resolver put first; then those that failed lately, the earliest failure
        first. Within a family, each call starts with another address, which spreads connections. */
    std::vector<address> in_order(std::vector<address> found, time_point now);

    /** Note a failure, and let the address go last for a while. While it does, further failures change nothing.
        @return  How long it goes last from now. */
    duration on_failure(address const& failed, time_point now);

    /** Forget all failures of an address. */
    void on_success(address const& worked);

private:
    struct fault
    {
        address where;
        unsigned failures = 0;  // in a row
        time_point held_until{};
    };

    /** Until when an address goes last; long ago if it has not failed. */
    time_point held_until(address const& asked) const;
    fault& fault_of(address const& failed);

    static constexpr std::size_t most_faults = 64;

    std::vector<fault> faults_;  // names move, so the one that is forgotten first makes room
    std::size_t turn_{0};
};

}  // namespace batch_cancel::net
