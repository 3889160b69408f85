#include "core/ticket.hpp"

namespace batch_cancel::core
{

void begin(ticket& fresh)
{
    auto& record = fresh.record;
    record.outcome = outcome::failed;
    record.reason = reason::none;
    record.status = 0;
    record.attempts = record.pair.earlier_attempts;
    record.ambiguous = record.pair.ambiguous;
    record.service_status.clear();
    record.message.clear();
    record.error_code.clear();
    record.request_id.clear();
    record.client_request_id.clear();
    record.retry_after.reset();
    record.latency = {};
    record.total = {};
    fresh.counted_attempts = 0;
    fresh.token_generation = 0;
    fresh.refusals = 0;
    fresh.is_token_refused = false;
    fresh.refused_at = {};
    fresh.wants_fresh_connection = false;
    fresh.refusal_tried_again = false;
    fresh.stale_tried_again = false;
    fresh.has_failed = false;
    fresh.failing_since = {};
    fresh.turn = {};
    fresh.throttles = 0;
    fresh.throttled_since = {};
    fresh.due = {};
    fresh.is_settled = false;
    fresh.unreadable_row = 0;
    fresh.started = {};
}

void note(ticket& asked, verdict const& of)
{
    asked.record.ambiguous = asked.record.ambiguous || of.ambiguous;
    asked.record.outcome = outcome::failed;
    asked.record.reason = of.reason;
    asked.wants_fresh_connection = of.drop_connection;
    asked.is_token_refused = false;
    if (of.step != next_step::retry_with_other_token)
        asked.refusals = 0;
}

}  // namespace batch_cancel::core
