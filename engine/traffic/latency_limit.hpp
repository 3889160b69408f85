#pragma once

#include "batch_cancel/pace_cause.hpp"

#include <chrono>

namespace batch_cancel::traffic
{

/** Whether the number in flight is found out, or kept at the most. */
enum class limit_mode : bool
{
    held,
    adapting,
};

/** How many requests may be in flight by the latency of the responses.

    - It starts at 4 and grows by one with each response (slow start) until latency first rises, later by 1/limit, that is by one a
      round trip (TCP Reno, RFC 5681). It grows only while at least half of it is used, since else nothing is learnt.
    - Latency that rises with load lowers it, after Netflix's Gradient2 (concurrency-limits): for each second with 10 responses
      or more, gradient = 1.5 * usual / mean latency, held to 0.5 to 1, and if it is below 1,
      limit = 0.8 * limit + 0.2 * (gradient * limit + 4), with no growth meanwhile. `usual` follows the means over 600 of
      them, and down quickly. Seconds in which less than half the limit was used mostly do not count; so pauses do not.
    - If the latency has not followed when the limit has come down to 0.7 of what it was, then the load was not the cause: what is
      usual has changed, and the limit grows again. Gradient2 alone would keep a service that has become slower for reasons
      of its own at a few requests for minutes.

    It hears of clear responses only: what fails or is throttled says nothing of how long work takes. A service or client that is
    busy with fewer requests loses nothing by it: latency 1.5 times that of an idle service means that there is always one
    waiting for it. It costs a few additions a response and reads no clock. */
class latency_limit
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** @param most  At least 1. */
    explicit latency_limit(unsigned most, limit_mode how = limit_mode::adapting) noexcept;

    /** Requests that may be in flight, 1 to the most. */
    unsigned allowed() const noexcept
    {
        return static_cast<unsigned>(limit_);
    }

    /** Why it is no higher: unbounded (it is at the most), starting or slow_answers. */
    pace_cause cause() const noexcept
    {
        return cause_;
    }

    /** A clear response: may raise the limit, or lower it for its latency.
        @param in_flight  Requests in flight when it came, its own included. */
    void on_answer(time_point started, time_point now, unsigned in_flight) noexcept;

private:
    void close_window(time_point now) noexcept;
    void judge_latency(double latency) noexcept;

    double most_;
    double limit_;
    pace_cause cause_;
    bool adapting_;
    bool slow_start_{true};  // until latency first rises
    bool growing_{true};     // the last window's latency was about the usual one

    time_point window_ends_{};
    unsigned answers_{0};       // in this window
    unsigned busy_answers_{0};  // part of answers_: at least half of the limit was used
    duration latency_sum_{};

    double usual_{0};           // latency in seconds; 0: none known
    double limit_before_{0};    // when the latency began to count as risen; 0: it does not
    double latency_before_{0};  // seconds, the highest since then
};

}  // namespace batch_cancel::traffic
