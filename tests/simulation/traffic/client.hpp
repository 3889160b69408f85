#pragma once

#include "service.hpp"
#include "virtual_time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace batch_cancel::simulation
{

/** A request on its way, or answered. */
struct exchange
{
    std::size_t id = 0;    // of the requests under way; taken again once it has been answered
    std::size_t pair = 0;  // of all pairs of the scenario
    time_point started{};
    time_point ended{};
    simulation::response response{};
};

/** Carries a client's requests to the service. */
class network
{
public:
    virtual ~network() = default;

    /** Send a request now.
        @return  Its id. */
    virtual std::size_t send(std::size_t pair) = 0;

    /** Ask for `start_what_may` at that time, or before. */
    virtual void wake_at(time_point when) = 0;
};

/** What only the client knows of its run. */
struct client_counts
{
    std::uint64_t failed_pairs = 0;
    std::uint64_t probes = 0;
    std::size_t most_waiting = 0;
    bool has_given_up = false;
};

/** A process with a part of the pairs, and a policy of its own. */
class client
{
public:
    virtual ~client() = default;

    /** Send what may be sent now, and ask to be woken if time alone will let more be sent. */
    virtual void start_what_may(network& over, time_point now) = 0;

    virtual void on_response(exchange const& came) = 0;

    /** Nothing is under way, and nothing will be. */
    virtual bool has_ended() const = 0;

    virtual client_counts counts() const = 0;

    /** Says how it stands, in a few words. */
    virtual std::string status(time_point now) const = 0;
};

/** Its part of the pairs. */
struct pair_range
{
    std::size_t first = 0;
    std::size_t end = 0;
};

}  // namespace batch_cancel::simulation
