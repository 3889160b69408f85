#pragma once

#include <batch_cancel/result.hpp>

#include <cstdint>

namespace batch_cancel::core
{

/** What to do with a pair after an attempt. */
enum class next_step : std::uint8_t
{
    /** The outcome is known. */
    settle,
    /** Try again after a backoff of its own; counts against the most attempts. */
    retry_after_backoff,
    /** Try again at once, over a new connection; counts. */
    retry_at_once,
    /** Try again when the gate that holds everyone opens; does not count. */
    retry_when_gate_opens,
    /** Try again with another token, if there is one. */
    retry_with_other_token,
};

/** What one attempt means for its pair and for the run. */
struct verdict
{
    next_step step = next_step::settle;
    /** The outcome if `step` is settle; else failed. */
    batch_cancel::outcome outcome = batch_cancel::outcome::failed;
    /** Why the pair fails if this attempt is its last. */
    batch_cancel::reason reason = batch_cancel::reason::none;
    /** The attempt may have been carried out although its answer does not say so. */
    bool ambiguous = false;
    /** The next attempt wants another connection than this one. */
    bool drop_connection = false;

    bool operator==(verdict const&) const = default;
};

/** The facts of an answer whose header was clean. */
struct answer_facts
{
    unsigned status = 0;
    /** It has a Retry-After, though perhaps not one that can be read: the service pushes back. */
    bool has_retry_after = false;
    /** Conditional access asks for a token with more claims. */
    bool insufficient_claims = false;
    /** Its text is the one of a path that is not known. Means something with 400, 404 and 405 alone. */
    bool unknown_segment = false;
};

/** Tell whether the answer says that the service knows no such resource or segment: the path is wrong, not the pair. */
bool names_unknown_path(answer_facts const& answer) noexcept;

/** Judge an answer, by the table of what happens to an attempt. The status alone decides between accepted, conflict and failed. */
verdict judge(answer_facts const& answer) noexcept;

/** Tell whether an answer shows that the service took the token: what a front end says before it looks at tokens does not. */
bool shows_authentication(unsigned status) noexcept;

/** How an attempt without a clean answer ended, its first byte having been handed over. */
enum class lost_answer : std::uint8_t
{
    /** Not in time. */
    timeout,
    /** The connection was reset or ended. */
    broken_off,
    /** As `broken_off`, on a connection that had served before, and without a byte of an answer: most likely the service had
        closed it while the request was under way. */
    broken_off_reused,
    /** What came is no HTTP response that can be trusted. */
    unreadable,
};

/** Judge an attempt whose effect is unknown. */
verdict judge(lost_answer how) noexcept;

}  // namespace batch_cancel::core
