#pragma once

#include "core/ticket.hpp"
#include "net/connection_pool.hpp"
#include "net/deadline_list.hpp"
#include "wire/response_reader.hpp"
#include "wire/wiped_string.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <optional>

namespace batch_cancel::run
{

/** What one lane keeps between pairs: a lane is a coroutine that settles one pair after the other, with one request in
    flight at most. All buffers are kept, so that a pair costs no allocation. */
struct lane
{
    explicit lane(wire::body_budget& bodies)
        : reader({}, &bodies)
    {
    }

    /** The pair in hand, if `is_busy`. */
    core::ticket current{};
    bool is_busy = false;

    /** A result that is noted in the journal but not yet committed and counted, if `has_settled`. */
    result settled{};
    bool has_settled = false;

    /** It has noted something that is perhaps not committed yet. */
    bool has_notes = false;

    wire::response_reader reader;
    wire::wiped_string request{};
    net::deadline_list::entry limit{};

    /** What the next request goes over, or the one under way does. */
    std::optional<net::pooled_connection> over{};
    bool is_exchanging = false;

    /** Ends what the lane waits for, unless it is an exchange. */
    boost::asio::cancellation_signal interrupt{};
    bool is_interruptible = false;
};

}  // namespace batch_cancel::run
