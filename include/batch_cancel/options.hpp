#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace batch_cancel
{

/** What to do with a pair after an attempt of unknown effect. */
enum class after_ambiguous : std::uint8_t
{
    /** Send it again: a cancel that was carried out unseen is then answered 409, and the record says that it is ambiguous. */
    retry,
    /** Never send it again; it fails. */
    stop,
};

/** How the engine runs. Checked once, by the engine's constructor. Which service it talks to is up to its transport. */
struct engine_options
{
    using duration = std::chrono::steady_clock::duration;

    /** Path segment after the root: "v1.0" or "beta". Letters, digits and dots. */
    std::string api_version = "v1.0";

    /** Requests in flight, and connections, at once. 1 to 4096. */
    std::size_t max_in_flight = 64;

    /** Longest time for one attempt, first byte handed over to last byte read. Greater than zero.
        More than a gateway's own 60 s, so that its 504 still arrives. */
    duration attempt_timeout = std::chrono::seconds{75};

    /** Most attempts for a pair, the first included. Not counted are those that a throttling service turned away, those whose
        token was refused, and those that find out whether an outage is over. At least 1. */
    unsigned max_attempts = 6;

    /** What to do with a pair after an attempt that may have been carried out unseen. */
    batch_cancel::after_ambiguous after_ambiguous = batch_cancel::after_ambiguous::retry;

    /** Start with few requests in flight and find how many serve best, up to `max_in_flight`. False holds it there; pauses
        that the service asks for, and the pace at which it has been seen to admit, are kept all the same. */
    bool adapt = true;

    /** Most cancels sent in a second, evenly spaced. 0 sets no bound; else at least 0.001. */
    double max_rate = 0;

    /** Processes that share the limits of the service at the same time, this one included, as the shards of one input do. At
        least 1. With more than one, each takes up sooner what others leave of a rate. */
    unsigned sharers = 1;

    /** Stop when no pair has got an outcome for so long, or the service asks to wait for longer; while others get through, a
        pair that is throttled for so long fails. Zero waits for ever. */
    duration patience = std::chrono::minutes{15};

    /** Stop after so long. Zero sets no bound. */
    duration max_duration{};

    /** When the service refuses the token and the token source has no other one, pause and look for another one for up to this
        long before the run stops. Only for a source that can change, and only if a token of it has worked or the refused one
        has expired; also while a token is being written. Zero stops at once. */
    duration token_wait = std::chrono::minutes{2};

    /** Stop when so many pairs have failed in this run. 0 sets no bound. */
    std::uint64_t max_failed = 0;

    /** Stop when this share of the outcomes of this run is failed, from 100 outcomes on. 0 to 1; 0 sets no bound. */
    double max_failed_share = 0.5;

    /** Hold still for so long at first, as if the service had just asked for it: what is left of a pause that it asked an
        earlier process of the run for. Zero does not. */
    duration paused_for{};

    /** Begin with so many pairs of the source at most. 0 sets no bound. */
    std::uint64_t max_begun = 0;

    /** Sent as User-Agent. Visible ASCII and blanks. */
    std::string user_agent{};

    /** The executor runs one thing at a time by itself (an io_context run by one thread, a strand), so that no
        strand needs to be put around it, which would cost each cancel locks and allocations. If that is untrue, the
        behaviour is undefined. */
    bool executor_is_serial = false;

    /** Seeds everything random: request ids and jitter. 0 takes a seed from the operating system. */
    std::uint64_t seed = 0;
};

/** Check options. Throws std::invalid_argument that names the member and its bounds. */
void validate(engine_options const& options);

}  // namespace batch_cancel
