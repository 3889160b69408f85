#pragma once

#include "traffic/backoff.hpp"
#include "traffic/outage.hpp"
#include "traffic/pace.hpp"

#include <batch_cancel/options.hpp>
#include <batch_cancel/pace_cause.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace batch_cancel::traffic
{

/** What one request holds of the traffic, from its turn until its end is known. */
struct request_turn
{
    /** When it was given its turn in the pace. */
    std::chrono::steady_clock::time_point taken{};

    /** Requests in flight then, its own included. */
    std::size_t in_flight = 1;

    /** Requests started by then, its own included. */
    std::uint64_t number = 0;

    /** It finds out whether an outage is over. */
    bool is_probe = false;
};

/** Decides when a request may start, whatever it carries: the service's pause, the pace, the number in flight, and
    outages. It knows nothing of pairs, tokens or connections.

    `hold` and `release` bracket each request in hand; `start` gives a request its turn, `on_sent` tells that it is handed over,
    and one of `on_clear`, `on_throttled`, `on_failure` how it ended. No I/O; time and randomness are arguments. */
class flow_control
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /** @param random  Must outlive this. */
    flow_control(engine_options const& options, random_bits& random);

    // May a request start?

    /** One more may be in hand. */
    bool has_room() const noexcept
    {
        // A probe does not wait for requests that may hang until they time out.
        return in_hand_ < (outage_.is_on() ? most_in_flight_ : pace_.allowed());
    }

    /** When the next may start, as far as time goes. */
    time_point next_start() const noexcept
    {
        auto const when = pace_.next_start();
        return outage_.is_on() ? std::max(when, outage_.next_probe()) : when;
    }

    bool may_start(time_point now) const noexcept
    {
        return has_room() && next_start() <= now;
    }

    /** Tell whether a request that has its turn may still be sent: an answer may have shut the gate since. */
    bool may_send(time_point now) const noexcept
    {
        return !pace_.is_paused(now);
    }

    /** Tell whether a request is in turn, as the pace goes: it may have waited for too long since it was given its turn. If not,
        wait until `next_send` and ask again. */
    bool has_turn(request_turn const& asked, time_point now) const noexcept
    {
        return pace_.has_turn(asked.taken, now);
    }

    time_point next_send() const noexcept
    {
        return pace_.next_send();
    }

    // A request's way

    /** A request is in hand until `release`. */
    void hold() noexcept
    {
        ++in_hand_;
    }

    void release() noexcept
    {
        --in_hand_;
    }

    /** Give a request its turn. */
    void start(request_turn& given, time_point now);

    /** It is handed over now. @pre may_send(now) && has_turn(asked, now) */
    void on_sent(request_turn& asked, time_point now);

    /** The service answered, and neither throttled nor failed. */
    void on_clear(request_turn const& ended, attempt_span when);

    /** The service throttled.
        @param of_pace  False if it says nothing of the pace: what is throttled again and again, when others are not, is
                        throttled for its own sake. */
    void on_throttled(request_turn const& ended, attempt_span when,
                      std::optional<std::chrono::milliseconds> retry_after, bool of_pace);

    /** The service failed, or did not answer. Enough of them in a row are an outage.
        @param of_load  It may be because of what was in flight. */
    void on_failure(request_turn const& ended, attempt_span when, bool of_load);

    /** The service is down, as others have found out. */
    void begin_outage(time_point now)
    {
        outage_.begin(now, random_);
    }

    /** The service has asked everyone to wait until then. */
    void pause(time_point until) noexcept
    {
        pace_.pause(until);
        outage_.on_pause(until);
    }

    // How it stands

    std::size_t in_hand() const noexcept
    {
        return in_hand_;
    }

    /** Nothing was let in since the service last throttled: whether it lets anything in is best found out with a pair that it
        has not throttled yet. */
    bool is_in_doubt() const noexcept
    {
        return pace_.is_in_doubt();
    }

    /** Starts are spaced because of throttling. */
    bool is_spaced() const noexcept
    {
        return pace_.is_spaced();
    }

    bool is_outage() const noexcept
    {
        return outage_.is_on();
    }

    /** During an outage: the next probe is better made with a pair that has not failed yet. */
    bool wants_new_pair() const noexcept
    {
        return outage_.wants_new_pair();
    }

    /** When the service's pause ends; in the past if there is none. */
    time_point pause_ends() const noexcept
    {
        return pace_.pause_ends();
    }

    std::size_t allowed_in_flight() const noexcept
    {
        return outage_.is_on() ? 1 : pace_.allowed();
    }

    /** Starts a second at most; 0 if nothing bounds them. */
    double allowed_rate() const noexcept
    {
        return pace_.per_second();
    }

    pace_cause cause() const noexcept
    {
        return outage_.is_on() ? pace_cause::probing : pace_.cause();
    }

private:
    void take_turn(request_turn& given, time_point now);
    void take_clear(attempt_span when);

    random_bits& random_;
    std::size_t const most_in_flight_;
    pace pace_;
    outage outage_;
    std::size_t in_hand_{0};
    std::uint64_t started_{0};
};

}  // namespace batch_cancel::traffic
