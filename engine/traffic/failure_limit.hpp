#pragma once

#include "traffic/failure_statistics.hpp"
#include "traffic/latency_limit.hpp"

#include <chrono>
#include <cstdint>

namespace batch_cancel::traffic
{

/** How many requests may be in flight by the failures: as many as possible, unless those sent while more were in flight fare
    worse. Fewer in flight is a hypothesis that has to be shown to help; failures that do not depend on load cost nothing.

    - It starts at 4 and grows by one with each clear response, up to the most.
    - Failures that begin at some number in flight (`failure_statistics`) set the limit there: an *edge*. After 5 s and 100
      attempts it tries more again: 1, 2, 4 … 16 at a time, each for 0.5 s and 2 * limit attempts.
    - If only high numbers are known, an *experiment* finds out: after 4 failures that are more than 3 % of the last 64, half as
      many for 16 to 200 attempts (10 s at most). If that shows no edge, the limit goes back, and the next experiment waits 5 s,
      10 s … 120 s, or until the share of failures has doubled.

    Throttling is not its concern: the pace and the gate take it. A few additions an attempt; no clock is read. */
class failure_limit
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** How an attempt ended. */
    struct attempt
    {
        time_point started{};
        time_point ended{};
        /** Requests in flight when it was sent, and when it ended; its own included. */
        unsigned in_flight_at_start = 1;
        unsigned in_flight = 1;
        bool failed = false;
    };

    /** @param most  At least 1. */
    explicit failure_limit(unsigned most, limit_mode how = limit_mode::adapting) noexcept;

    /** Requests that may be in flight, 1 to the most. */
    unsigned allowed() const noexcept
    {
        return limit_;
    }

    /** Failures hold it below the most. */
    bool is_failing() const noexcept
    {
        return edge_ != 0 || state_ == state::testing;
    }

    /** It has not reached the most yet, and nothing has failed. */
    bool is_starting() const noexcept
    {
        return limit_ < most_ && !is_failing();
    }

    void on_end(attempt const& ended) noexcept;

    /** An outage is over: what was learnt before it counts no more. */
    void on_recovery() noexcept;

private:
    enum class state : std::uint8_t
    {
        growing,
        testing,
    };

    void note(attempt const& ended) noexcept;
    double failed_share() const noexcept;
    void take_clear(attempt const& ended) noexcept;
    void take_failure(attempt const& ended) noexcept;
    bool wants_test(time_point now) const noexcept;
    void begin_test(time_point now) noexcept;
    void go_on_with_test(attempt const& ended) noexcept;
    void set_edge(unsigned at, time_point now) noexcept;
    void grow(unsigned by) noexcept;

    failure_statistics seen_;
    unsigned most_;
    unsigned limit_;
    bool adapting_;
    state state_{state::growing};

    std::uint64_t attempts_{0};
    double recent_attempts_{0};  // about the last 64
    double recent_failures_{0};

    unsigned edge_{0};  // limit at which failures began; 0: unknown
    unsigned step_{1};  // by how many the limit grows next beyond the edge
    time_point holds_until_{};
    std::uint64_t holds_for_{0};  // until so many attempts have ended

    unsigned limit_before_test_{0};
    double share_before_test_{0};
    time_point test_began_{};
    double tested_{0};  // attempts that were started in the test
    time_point next_test_{};
    duration test_wait_{};
    double untreatable_share_{0};  // failures that fewer in flight did not make fewer
};

}  // namespace batch_cancel::traffic
