#pragma once

#include "client.hpp"
#include "scenario.hpp"

#include <memory>

namespace batch_cancel::simulation
{

/** How a client that knows the service goes about it. */
struct informed_plan
{
    /** Starts a second, as a part of what the limit leaves at that time; 0: none is kept to. */
    double pace = 0;

    /** Starts that may be caught up with at once. */
    double depth = 1;

    /** Requests in flight: that many, or a part of the places that there are at that time. */
    unsigned in_flight = lanes;
    double part_of_places = 0;  // 0: `in_flight` holds alone

    /** Pairs that were refused wait until all the others have been sent. */
    bool refused_last = false;
};

/** Processes that share what they know: how many of them are at work. */
struct informed_group
{
    std::size_t at_work = 0;
};

/** A client that knows the service, though not its luck: its limit and who else uses it, its places, when its outage ends.
    It keeps what any polite client must: it sends nothing before a Retry-After has passed, and backs off between attempts
    as the product does.
    @param of     Must outlive it.
    @param group  Must outlive it. */
std::unique_ptr<client> make_informed_client(scenario const& of, informed_plan const& plan, informed_group& group,
                                             pair_range pairs, std::uint64_t seed);

}  // namespace batch_cancel::simulation
