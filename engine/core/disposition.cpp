#include "core/disposition.hpp"

namespace batch_cancel::core
{

namespace
{

disposition settle(ticket& asked, outcome as, reason why)
{
    asked.record.outcome = as;
    asked.record.reason = why;
    asked.is_settled = true;
    return {.to = disposition::place::record};
}

}  // namespace

disposition dispose(ticket& asked, verdict const& of, unsigned max_attempts, random_bits& random)
{
    asked.record.ambiguous = asked.record.ambiguous || of.ambiguous;
    asked.wants_fresh_connection = of.drop_connection;
    asked.is_token_refused = false;
    asked.refusals = 0;
    // What it fails with if nothing better comes; overwritten by the next attempt.
    asked.record.outcome = outcome::failed;
    asked.record.reason = of.reason;

    if (of.step == next_step::retry_when_gate_opens)
        return {.to = disposition::place::gate};
    ++asked.counted_attempts;
    if (of.step == next_step::settle)
        return settle(asked, of.outcome, of.reason);
    if (asked.counted_attempts >= max_attempts)
        return settle(asked, outcome::failed, of.reason);
    if (of.step == next_step::retry_at_once && !asked.stale_tried_again)
    {
        asked.stale_tried_again = true;
        return {.to = disposition::place::retry};
    }
    return {.to = disposition::place::retry, .wait = between_attempts.next(asked.counted_attempts, random)};
}

}  // namespace batch_cancel::core
