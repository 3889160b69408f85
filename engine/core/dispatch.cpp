#include "core/dispatch.hpp"

#include "model/later.hpp"
#include "wire/ids.hpp"

#include <algorithm>
#include <utility>

namespace batch_cancel::core
{

namespace
{

// Pairs that wait are held in memory. While so many do, no others are begun; more than half of them have never been seen.
constexpr std::size_t least_waiting = 4096;
constexpr std::size_t waiting_per_lane = 4;

// Retry-After of a failure, which is not the whole run's.
constexpr auto longest_wait = std::chrono::minutes(5);

bool is_transient(next_step step) noexcept
{
    return step == next_step::retry_after_backoff || step == next_step::retry_at_once;
}

std::string limit_text(errc why, std::chrono::milliseconds wait)
{
    auto text = "the service asks to wait " + std::to_string(wait.count() / 1000) + " s";
    text += why == errc::out_of_time ? ", beyond the time for the run" : ", which outlasts the patience";
    return text;
}

}  // namespace

dispatch::dispatch(engine_options const& options, random_bits& random, time_point start)
    : options_(options)
    , random_(random)
    , traffic_(options, random)
    , halt_(options.max_failed, options.max_failed_share)
    , time_(options.patience, options.max_duration, start)
    , token_wait_(options.token_wait)
{
    if (options.paused_for == duration::zero())
        return;
    traffic_.pause(model::later(start, options.paused_for));
    if (auto const limit = time_.stops_by(traffic_.pause_ends()))
        stop_because(*limit, "the service has asked to wait for longer than that");
}

// What to start

bool dispatch::has_room() const noexcept
{
    return !awaits_token() && traffic_.has_room();
}

bool dispatch::may_start(time_point now) const noexcept
{
    return !awaits_token() && traffic_.may_start(now);
}

bool dispatch::may_retry(time_point now, bool has_new) const noexcept
{
    if (waiting_.empty())
        return false;
    if (waiting_.front().is_settled)
        return true;
    if (!may_start(now))
        return false;
    if (has_new && takes_new() && traffic_.is_in_doubt() && waiting_.front().throttles != 0)
        return false;
    if (!traffic_.is_outage())
        return waiting_.next_due() <= now;
    // A probe is whatever waits first, due or not.
    return !(has_new && takes_new() && traffic_.wants_new_pair());
}

bool dispatch::take_waiting(time_point now, bool has_new, ticket& into)
{
    if (!may_retry(now, has_new))
        return false;
    waiting_.pop(into);
    traffic_.hold();
    if (!into.is_settled)
        start(into, now);
    return true;
}

// What is in flight bounds the load on a service that fails, so nothing else holds new pairs back but memory.
bool dispatch::takes_new() const noexcept
{
    if (pilot_is_full())
        return false;
    if (traffic_.is_outage())
        return waiting_.empty() || traffic_.wants_new_pair();
    return waiting_.size() < std::max(waiting_per_lane * options_.max_in_flight, least_waiting);
}

bool dispatch::may_begin(time_point now) const noexcept
{
    return takes_new() && may_start(now);
}

void dispatch::begin(ticket& fresh, time_point now)
{
    if (is_idle())
        time_.on_progress(now);
    ++begun_;
    traffic_.hold();
    core::begin(fresh);
    auto const& pair = fresh.record.pair;
    if (!wire::is_sendable_id(pair.job_id) || !wire::is_sendable_id(pair.task_id))
    {
        fresh.record.message = "not sent: an id must be 1 to 256 bytes of UTF-8 without control characters";
        settle(fresh, outcome::failed, reason::bad_request);
        return;
    }
    if (fresh.record.ambiguous && options_.after_ambiguous == after_ambiguous::stop)
    {
        fresh.record.message = "not sent again: an earlier attempt may have been carried out";
        settle(fresh, outcome::failed, reason::interrupted);
        return;
    }
    start(fresh, now);
}

void dispatch::start(ticket& taken, time_point now)
{
    traffic_.start(taken.turn, now);
}

dispatch::time_point dispatch::next_turn(time_point now, bool has_new) const noexcept
{
    if (!waiting_.empty() && waiting_.front().is_settled)
        return now;
    if (!has_room())
        return time_point::max();
    auto const start = traffic_.next_start();
    if (has_new && takes_new())
        return start;
    if (waiting_.empty())
        return time_point::max();
    return traffic_.is_outage() ? start : std::max(start, waiting_.next_due());
}

void dispatch::on_sent(ticket& asked, time_point now)
{
    traffic_.on_sent(asked.turn, now);
}

// What came of it

fate dispatch::on_answer(ticket& asked, answer_facts const& answer, attempt_span when)
{
    unreadable_.on_readable();
    responses_.add(answer.status, reason::none);
    if (shows_authentication(answer.status))
        let_go(credentials_.on_working_answer(asked.token_generation, when.started), when.ended);
    if (version_.on_answer(answer))
        return take_unknown_path(asked);
    return take_verdict(asked, judge(answer), when);
}

fate dispatch::on_loss(ticket& asked, lost_answer how, attempt_span when)
{
    auto const of = judge(how);
    responses_.add(0, of.reason);
    if (how == lost_answer::unreadable && unreadable_.on_unreadable(asked))
        stop_because(errc::not_http, asked.record.message);
    return take_verdict(asked, of, when);
}

fate dispatch::take_verdict(ticket& asked, verdict const& of, attempt_span when)
{
    note(asked, of);
    if (of.step == next_step::retry_with_other_token)
    {
        asked.is_token_refused = true;
        asked.refused_at = when.ended;
        ++asked.refusals;
        return fate::refused;
    }
    if (of.step == next_step::retry_when_gate_opens)
        return take_throttle(asked, when);
    asked.throttled_since = {};
    asked.throttles = 0;
    return is_transient(of.step) ? take_failure(asked, of, when) : take_clear(asked, of, when);
}

fate dispatch::take_unknown_path(ticket& asked)
{
    stop_because(errc::version_not_known,
                 "the service answered " + std::to_string(asked.record.status) + ": " + asked.record.message);
    return fate::left;
}

fate dispatch::take_clear(ticket& asked, verdict const& of, attempt_span when)
{
    last_clear_ = when.ended;
    traffic_.on_clear(asked.turn, when);
    ++asked.counted_attempts;
    if (asked.record.status == 403)
    {
        asked.refused_at = when.ended;
        if (credentials_.wants(asked))
            return fate::aside;
    }
    return settle(asked, of.outcome, of.reason);
}

fate dispatch::take_throttle(ticket& asked, attempt_span when)
{
    auto const now = when.ended;
    bool const has_others = !begins_no_more();
    traffic_.on_throttled(asked.turn, when, asked.record.retry_after,
                          throttle_rule::is_of_pace(asked.throttles, waiting_.size() < options_.max_in_flight));
    ++asked.throttles;
    if (asked.throttled_since == time_point{})
        asked.throttled_since = now;
    bool const is_out_of_patience =
        options_.patience != duration::zero() && now - asked.throttled_since >= options_.patience;
    if (is_out_of_patience && last_clear_ > asked.throttled_since)
        return settle(asked, outcome::failed, reason::throttled);
    // A pause that the service has not asked for is no reason to stop before its time.
    if (auto const wait = asked.record.retry_after)
    {
        if (auto const why = time_.stops_by(model::later(now, *wait)))
            stop_because(*why, limit_text(*why, *wait));
    }
    asked.due = throttle_rule::due(traffic_.pause_ends(), asked.throttles, has_others, traffic_.is_spaced());
    return fate::throttled;
}

fate dispatch::take_failure(ticket& asked, verdict const& of, attempt_span when)
{
    auto const now = when.ended;
    // A connection that was closed while idle says nothing of the load; but if nothing else comes, the service is down.
    traffic_.on_failure(asked.turn, when, of.step != next_step::retry_at_once);
    if (!asked.has_failed)
        asked.failing_since = now;
    if (!asked.turn.is_probe || probes_count())
        ++asked.counted_attempts;
    if (asked.record.ambiguous && options_.after_ambiguous == after_ambiguous::stop)
        return settle(asked, outcome::failed, of.reason);
    if (asked.counted_attempts >= options_.max_attempts)
    {
        if (!hints_at_outage(asked))
            return settle(asked, outcome::failed, of.reason);
        --asked.counted_attempts;
        traffic_.begin_outage(now);
    }

    asked.has_failed = true;
    asked.due = now + wait_for_retry(asked, of);
    return fate::failed;
}

dispatch::duration dispatch::wait_for_retry(ticket& asked, verdict const& of)
{
    if (of.step == next_step::retry_at_once && !asked.stale_tried_again)
    {
        asked.stale_tried_again = true;
        return {};
    }
    duration wait = traffic::between_attempts.next(std::max(asked.counted_attempts, 1u), random_);
    // A service that fails may say for how long, too; that holds for this pair alone.
    if (asked.record.retry_after)
        wait = std::max<duration>(wait, std::min<duration>(*asked.record.retry_after, longest_wait));
    return wait;
}

fate dispatch::settle(ticket& asked, outcome as, reason why)
{
    asked.record.outcome = as;
    asked.record.reason = why;
    asked.is_settled = true;
    return fate::settled;
}

// While others wait to be begun, or get through, a probe costs its pair nothing. Once nothing but failing pairs is left of a
// run in which others have got through, it is the pairs that fail, not the service.
bool dispatch::probes_count() const noexcept
{
    return begins_no_more() && last_clear_ != time_point{} &&
           waiting_.all_of([](ticket const& each) { return each.has_failed; });
}

// Nobody has got through for as long as this pair has failed, and there are others to find out with: that is no fault of the
// pair.
bool dispatch::hints_at_outage(ticket const& failed) const noexcept
{
    return failed.has_failed && last_clear_ <= failed.failing_since && !begins_no_more();
}

fate dispatch::on_refusal(ticket& asked, bool is_other, time_point now)
{
    asked.record.outcome = outcome::failed;
    asked.record.reason = asked.record.status == 403 ? reason::forbidden : reason::unauthorized;
    asked.due = now;
    if (is_other)
        return fate::failed;
    if (!credentials_.wants(asked))
    {
        asked.is_settled = true;
        return fate::settled;
    }
    if (!credentials_.has_worked_since(asked))
    {
        // No other pair need find that out.
        if (asked.is_token_refused && token_wait_.is_expired() && token_wait_.is_worthwhile(credentials_.have_worked()))
            await_token_or_stop(errc::credentials_refused, "the token has expired");
        return fate::aside;
    }
    asked.refusal_tried_again = true;
    return fate::failed;
}

void dispatch::keep(ticket&& unsettled, fate came_of)
{
    if (came_of != fate::aside)
    {
        auto const due = unsettled.due;
        waiting_.push(std::move(unsettled), due);
        return;
    }
    credentials_.put_aside(std::move(unsettled));
    if (credentials_.is_refused())
        await_token_or_stop(errc::credentials_refused, "the service answered " +
                                                           std::to_string(credential_rule::limit) +
                                                           " pairs in a row with 401 or 403");
}

void dispatch::check_end()
{
    if (!has_ended())
        return;
    if (credentials_.has_aside())
        await_token_or_stop(errc::credentials_refused, "the service refused every pair that it was asked for last");
    else if (!source_ended_)
        stop_because(errc::pilot_done, {});
}

void dispatch::put_back(ticket&& unsent, time_point due)
{
    waiting_.push(std::move(unsent), due);
}

// Instead of a stop: another token may help, if it is the token that is refused.
void dispatch::await_token_or_stop(errc why, std::string detail)
{
    if (awaits_token())
        return;
    bool const is_about_token =
        why == errc::token_not_available || credentials_.has_refused_token() || token_wait_.is_expired();
    if (!is_about_token || !token_wait_.is_worthwhile(credentials_.have_worked()))
        return stop_because(why, std::move(detail));
    if_no_token_comes_ = {.why = why, .detail = std::move(detail)};
    token_wait_.begin();
}

void dispatch::on_no_first_token(std::string detail)
{
    await_token_or_stop(errc::token_not_available, std::move(detail));
}

void dispatch::on_no_token(time_point now)
{
    if (!token_wait_.is_over(now))
        return;
    token_wait_.end();
    stop_because(if_no_token_comes_.why, std::move(if_no_token_comes_.detail) + "; no other token came in time");
}

void dispatch::on_other_token(time_point now)
{
    token_wait_.end();
    token_wait_.note({});
    let_go(credentials_.on_other_token(), now);
}

void dispatch::let_go(std::vector<ticket> released, time_point now)
{
    // The token works again for those that had been refused: that is as good as another one.
    if (!released.empty())
        token_wait_.end();
    for (auto& each : released)
    {
        // What is settled goes before all that is to be sent.
        auto const due = each.is_settled ? time_point{} : now;
        waiting_.push(std::move(each), due);
    }
}

void dispatch::on_outcome(result const& settled, time_point now)
{
    time_.on_progress(now);
    // What an earlier process left in doubt says nothing of how this one fares.
    bool const is_of_before =
        settled.reason == reason::interrupted && settled.attempts == settled.pair.earlier_attempts;
    if (is_of_before || !halt_.on_outcome(settled.outcome))
        return;
    stop_because(errc::halted,
                 std::to_string(halt_.failed()) + " of " + std::to_string(halt_.outcomes()) + " pairs failed");
}

// How it stands

void dispatch::check_time(time_point now)
{
    // A source that is slow is no reason to stop for want of outcomes; and the wait for a token has a limit of its own.
    if (is_idle() || awaits_token())
        time_.on_progress(now);
    if (auto const why = time_.stops_by(now))
        stop_because(*why, {});
}

void dispatch::stop_because(errc why, std::string detail)
{
    if (stop_)
        return;
    if (auto const seen = responses_.text(); !seen.empty() && why != errc::pilot_done)
        detail += (detail.empty() ? "last responses: " : "; last responses: ") + seen;
    stop_ = stop_cause{.why = why, .detail = std::move(detail)};
}

std::vector<ticket> dispatch::take_all()
{
    auto all = credentials_.take_aside();
    ticket left;
    while (!waiting_.empty())
    {
        waiting_.pop(left);
        all.push_back(std::move(left));
    }
    return all;
}

}  // namespace batch_cancel::core
