#pragma once

#include "core/verdict.hpp"
#include "traffic/flow_control.hpp"

#include <batch_cancel/result.hpp>

#include <chrono>
#include <cstdint>

namespace batch_cancel::core
{

/** A pair on its way to an outcome: its record so far, and the history that decides what may still be tried. */
struct ticket
{
    /** Becomes the result; `record.pair` is the pair. */
    result record{};

    /** Attempts that count against engine_options::max_attempts. */
    unsigned counted_attempts = 0;

    /** Generation of the token that the last attempt carried. */
    std::uint64_t token_generation = 0;

    /** Tokens that the service has refused for this pair, one after the other. */
    unsigned refusals = 0;

    /** The last answer refused the token, not the pair; when it came. */
    bool is_token_refused = false;
    std::chrono::steady_clock::time_point refused_at{};

    /** It was sent once more after a refusal with no other token to be had. */
    bool refusal_tried_again = false;

    /** A request lost on a re-used connection has been sent again at once already. */
    bool stale_tried_again = false;

    /** The next attempt is to go over a connection of its own, since the last one's may be at fault. */
    bool wants_fresh_connection = false;

    /** Some attempt failed for the service, and when the first of them did. */
    bool has_failed = false;
    std::chrono::steady_clock::time_point failing_since{};

    /** What its request holds of the traffic. */
    traffic::request_turn turn{};

    /** Answers that throttled it, one after the other. */
    unsigned throttles = 0;

    /** When the service began to throttle it, without any other answer since; the epoch if it does not. */
    std::chrono::steady_clock::time_point throttled_since{};

    /** If it is to be sent again: not before this. */
    std::chrono::steady_clock::time_point due{};

    /** The outcome in `record` is final: nothing is to be sent any more. */
    bool is_settled = false;

    /** Row of unreadable answers that this pair was counted in. */
    std::uint64_t unreadable_row = 0;

    /** When its first attempt began; the epoch before that. */
    std::chrono::steady_clock::time_point started{};

    /** Attempts were made by this run, not only before it. */
    bool was_attempted() const noexcept
    {
        return record.attempts > record.pair.earlier_attempts;
    }
};

/** Take the verdict on an attempt into its pair's history: ambiguity stays, the rest is what the pair fails with if nothing
    better comes. */
void note(ticket& asked, verdict const& of);

/** Begin anew with the pair that has been put into `fresh.record`. What belonged to the pair before is forgotten, its strings'
    capacity is kept. */
void begin(ticket& fresh);

}  // namespace batch_cancel::core
