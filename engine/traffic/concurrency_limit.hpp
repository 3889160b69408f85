#pragma once

#include "batch_cancel/pace_cause.hpp"

#include <chrono>

namespace batch_cancel::traffic
{

/** How many requests may be in flight at once: as many as the service bears, learnt from its answers.

    - It starts at 4 and grows by one with each answer (slow start) until the first signal, later by 1/limit, that is by one a
      round trip (TCP Reno, RFC 5681). It grows only while at least half of it is used, since else nothing is learnt.
    - Throttling, time limits and server errors cut it to 0.7 of itself (the share that CUBIC keeps, RFC 9438), once for all
      that was in flight together.
    - After failures, when 16 answers and 5 s have shown none any more, it grows by one with each answer again, to nearly
      what was borne before them: they were not for the load. By one a round trip that would take a minute.
    - Latency that rises with load lowers it, after Netflix's Gradient2 (concurrency-limits): for each second with 10 answers
      or more, gradient = 1.5 * usual / mean latency, held to 0.5 to 1, and if it is below 1,
      limit = 0.8 * limit + 0.2 * (gradient * limit + 4), with no growth meanwhile. `usual` follows the means over 600 of
      them, and down quickly. Seconds in which less than half the limit was used mostly do not count; so pauses do not.
    - If the latency has not followed when the limit has come down to 0.7 of what it was, then the load was not the cause: what is
      usual has changed, and the limit grows again. Gradient2 alone would keep a service that has become slower for reasons
      of its own at a few requests for minutes.

    A service or client that is busy with fewer requests loses nothing by it: latency 1.5 times that of an idle service means
    that there is always one waiting for it. It costs a few additions an answer and reads no clock. */
class concurrency_limit
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    enum class mode : bool
    {
        held,  // at the most, whatever comes back
        adapting,
    };

    /** @param most  At least 1. */
    explicit concurrency_limit(unsigned most, mode how = mode::adapting) noexcept;

    /** Requests that may be in flight, 1 to the most. */
    unsigned allowed() const noexcept
    {
        return static_cast<unsigned>(limit_);
    }

    /** Why it is no higher: unbounded (it is at the most), starting, throttled, slow_answers or failing, whichever has lowered
        it last. */
    pace_cause cause() const noexcept
    {
        return cause_;
    }

    /** An answer that is none of throttling, nor a sign of trouble: may raise the limit, or lower it for its latency.
        @param in_flight  Requests in flight when it came, its own included. */
    void on_answer(time_point started, time_point now, unsigned in_flight) noexcept;

    /** A throttling answer. After the pause the run goes on with what is left of the limit, its starts spaced by the pacer. */
    void on_throttled(time_point started, time_point now) noexcept;

    /** A server error, a lost connection or no answer in time. */
    void on_failure(time_point started, time_point now) noexcept;

    /** An outage is over: grow quickly again, to nearly what was borne before it. */
    void on_recovery() noexcept;

private:
    void cut(time_point started, time_point now, pace_cause why) noexcept;
    void grow_quickly_to(double wanted) noexcept;
    bool has_got_well(time_point started, time_point now) noexcept;
    void close_window(time_point now) noexcept;
    void judge_latency(double latency) noexcept;

    double most_;
    double limit_;
    pace_cause cause_;
    bool adapting_;
    bool slow_start_{true};     // until the first signal
    bool growing_{true};        // the last window's latency was about the usual one
    double before_failing_{0};  // the limit before failures began to cut it, until it has grown again; 0: they have not
    double grows_quickly_to_{0};  // while slow_start_ after an outage
    time_point cut_at_{};         // what was started before says nothing new
    unsigned clear_since_cut_{0};

    time_point window_ends_{};
    unsigned answers_{0};       // in this window
    unsigned busy_answers_{0};  // part of answers_: at least half of the limit was used
    duration latency_sum_{};

    double usual_{0};           // latency in seconds; 0: none known
    double limit_before_{0};    // when the latency began to count as risen; 0: it does not
    double latency_before_{0};  // seconds, the highest since then
};

}  // namespace batch_cancel::traffic
