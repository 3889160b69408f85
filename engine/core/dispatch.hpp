#pragma once

#include "core/credential_rule.hpp"
#include "core/halt_rule.hpp"
#include "core/last_responses.hpp"
#include "core/retry_queue.hpp"
#include "core/throttle_rule.hpp"
#include "core/ticket.hpp"
#include "core/time_rule.hpp"
#include "core/token_wait.hpp"
#include "core/unreadable_rule.hpp"
#include "core/verdict.hpp"
#include "core/version_rule.hpp"
#include "traffic/backoff.hpp"
#include "traffic/flow_control.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/options.hpp>
#include <batch_cancel/pace_cause.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::core
{

using traffic::attempt_span;
using traffic::random_bits;

/** Why a run is to stop. */
struct stop_cause
{
    errc why{};
    /** For people. */
    std::string detail{};
};

/** What becomes of a pair after an attempt. */
enum class fate : std::uint8_t
{
    /** Its outcome is in the ticket: record it. */
    settled,
    /** It is sent again because the service throttles: `keep` it. */
    throttled,
    /** It is sent again because something failed: `keep` it. */
    failed,
    /** Whether its failure is its own depends on what others are answered: `keep` it. */
    aside,
    /** Its token was refused: ask for another one, then see `on_refusal`. */
    refused,
    /** The run stops, and this pair has no outcome: `keep` it. */
    left,
};

/** Decides what is sent when, and what becomes of each pair after each attempt: all the policy of a run, without its I/O.

    Whoever drives it takes pairs to start (`take_waiting`, or `may_begin` and `begin`), sends them, and brings back how that
    went. Everything is told the time and happens on the caller's thread; the same calls in the same order with the same
    random source lead to the same decisions. */
class dispatch
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** @param options  Must outlive this.
        @param random   Must outlive this. */
    dispatch(engine_options const& options, random_bits& random, time_point start);

    // What to start

    /** Take a pair that waits, if one may be started now. One that is settled already is to be recorded only.
        @param has_new  There is a new pair to begin with instead.
        @return  False if none may; `into` is then untouched. */
    bool take_waiting(time_point now, bool has_new, ticket& into);

    /** Tell whether a new pair may be started now. */
    bool may_begin(time_point now) const noexcept;

    /** Start with the new pair that has been put into `fresh.record`. It may be settled thereby without being sent. */
    void begin(ticket& fresh, time_point now);

    /** When `take_waiting` or `may_begin` can become true by time alone: `now` or earlier if one is, `time_point::max()` if
        only an event can change it.
        @param has_new  There are new pairs to begin with. */
    time_point next_turn(time_point now, bool has_new) const noexcept;

    /** Tell whether a pair that was taken may still be sent: an answer may have shut the gate since. If not, put it back. */
    bool may_send(time_point now) const noexcept
    {
        return traffic_.may_send(now) && !token_wait_.is_on();
    }

    /** Tell whether a pair that was taken is in turn, as the pace goes: it may have waited for too long since it was taken. If
        it is not, wait until `next_send` and ask again. */
    bool has_turn(ticket const& taken, time_point now) const noexcept
    {
        return traffic_.has_turn(taken.turn, now);
    }

    time_point next_send() const noexcept
    {
        return traffic_.next_send();
    }

    /** Take in that the request of a pair is handed over now.
        @pre may_send(now) && has_turn(asked, now) */
    void on_sent(ticket& asked, time_point now);

    // What came of it

    /** Take in an answer with a clean header; status, message and Retry-After are in the ticket's record. */
    fate on_answer(ticket& asked, answer_facts const& answer, attempt_span when);

    /** Take in that there is no connection: what the run is told to have met, should it stop. */
    void on_connect_failure(connect_step step) noexcept
    {
        responses_.add(step);
    }

    /** Take in that an attempt ended without one. */
    fate on_loss(ticket& asked, lost_answer how, attempt_span when);

    /** Go on after `fate::refused`.
        @param is_other  There is another token to try.
        @return  settled, failed or aside. */
    fate on_refusal(ticket& asked, bool is_other, time_point now);

    /** Take a pair that is to be sent again, or put aside.
        @param came_of  What its last attempt came to. */
    void keep(ticket&& unsettled, fate came_of);

    /** Take back a pair that was not sent.
        @param due  Not to be taken again before. */
    void put_back(ticket&& unsent, time_point due);

    /** Take in that there is another token now, or the first one. */
    void on_other_token(time_point now);

    /** Take in how things stand with the token source when it has no other token: before `on_refusal` says so, and after each
        look for one. */
    void note_outlook(token_outlook found) noexcept
    {
        token_wait_.note(found);
    }

    /** Take in that there has been no token at all so far. The run waits for one, or stops.
        @param detail  Why, for people. */
    void on_no_first_token(std::string detail);

    /** Tell whether nothing is sent because the run waits for another token. Somebody is then to look for one at each
        `next_look`, and to say `on_other_token` or `on_no_token`. */
    bool awaits_token() const noexcept
    {
        return token_wait_.is_on();
    }

    /** @pre awaits_token() */
    time_point next_look(time_point now) noexcept
    {
        return token_wait_.next_look(now);
    }

    /** Take in that a look for another token found none.
        @pre awaits_token() */
    void on_no_token(time_point now);

    /** Take in that a pair that was taken is in hand no more: it is recorded, kept or put back. */
    void release() noexcept
    {
        traffic_.release();
    }

    /** Take in an outcome that is being recorded. */
    void on_outcome(result const& settled, time_point now);

    // How it stands

    /** Take in that there are no more pairs to begin with. */
    void on_source_end() noexcept
    {
        source_ended_ = true;
    }

    /** Why the run is to stop; the first cause stands. */
    std::optional<stop_cause> const& stop() const noexcept
    {
        return stop_;
    }

    /** When to call `check_time` at the latest. */
    time_point deadline() const noexcept
    {
        return time_.deadline();
    }

    /** Let the limits of time stop the run, if they are reached. */
    void check_time(time_point now);

    /** No pair is in hand, and none waits. */
    bool is_idle() const noexcept
    {
        return traffic_.in_hand() == 0 && waiting_.empty();
    }

    /** As many new pairs have been begun as may be. */
    bool pilot_is_full() const noexcept
    {
        return options_.max_begun != 0 && begun_ >= options_.max_begun;
    }

    /** Nothing is in hand, nothing waits, and no other pair will be begun. */
    bool has_ended() const noexcept
    {
        return is_idle() && begins_no_more() && !awaits_token();
    }

    /** Let the run stop if it has ended short of its source's last pair, or with pairs that the credentials decide on. */
    void check_end();

    /** Tell whether to ask for another token after `fate::refused`: two that were refused one after the other are enough. */
    static bool wants_other_token(ticket const& refused) noexcept
    {
        return refused.refusals == 1;
    }

    /** Give up everything that waits: the run stops. */
    std::vector<ticket> take_all();

    std::size_t waiting() const noexcept
    {
        return waiting_.size();
    }

    /** When the service's pause ends; in the past if there is none. */
    time_point pause_ends() const noexcept
    {
        return traffic_.pause_ends();
    }

    std::size_t allowed_in_flight() const noexcept
    {
        return traffic_.allowed_in_flight();
    }

    /** Starts a second at most; 0 if nothing bounds them. */
    double allowed_rate() const noexcept
    {
        return traffic_.allowed_rate();
    }

    /** Of the last 100 responses, those that throttled, failed or did not come, for people; empty if there is none. */
    std::string troubles() const
    {
        return responses_.troubles();
    }

    pace_cause cause() const noexcept
    {
        return awaits_token() ? pace_cause::awaiting_token : traffic_.cause();
    }

private:
    bool begins_no_more() const noexcept
    {
        return source_ended_ || pilot_is_full();
    }

    fate take_verdict(ticket& asked, verdict const& of, attempt_span when);
    fate take_unknown_path(ticket& asked);
    fate take_clear(ticket& asked, verdict const& of, attempt_span when);
    fate take_throttle(ticket& asked, attempt_span when);
    fate take_failure(ticket& asked, verdict const& of, attempt_span when);
    fate settle(ticket& asked, outcome as, reason why);
    duration wait_for_retry(ticket& asked, verdict const& of);
    void let_go(std::vector<ticket> released, time_point now);
    void start(ticket& taken, time_point now);
    void stop_because(errc why, std::string detail);
    void await_token_or_stop(errc why, std::string detail);
    bool has_room() const noexcept;
    bool may_start(time_point now) const noexcept;
    bool may_retry(time_point now, bool has_new) const noexcept;
    bool takes_new() const noexcept;
    bool probes_count() const noexcept;
    bool hints_at_outage(ticket const& failed) const noexcept;

    engine_options const& options_;
    random_bits& random_;
    traffic::flow_control traffic_;
    retry_queue waiting_;
    credential_rule credentials_;
    unreadable_rule unreadable_;
    version_rule version_;
    halt_rule halt_;
    time_rule time_;
    token_wait token_wait_;
    stop_cause if_no_token_comes_;
    std::optional<stop_cause> stop_;
    last_responses responses_;
    std::uint64_t begun_{0};
    time_point last_clear_{};  // the latest clear answer to any pair
    bool source_ended_{false};
};

}  // namespace batch_cancel::core
