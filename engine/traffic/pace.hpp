#pragma once

#include "traffic/backoff.hpp"
#include "traffic/concurrency_limit.hpp"
#include "traffic/even_rate.hpp"
#include "traffic/gate.hpp"
#include "traffic/pacer.hpp"

#include <batch_cancel/pace_cause.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace batch_cancel::traffic
{

/** When one attempt was made. */
struct attempt_span
{
    /** Just before its first byte was handed over. */
    std::chrono::steady_clock::time_point started{};
    /** When its answer, or the lack of one, was known. */
    std::chrono::steady_clock::time_point ended{};
};

/** How much may be sent now: the service's pause, the rate that it admits and the one that was asked for, and how many requests
    it bears at once. */
class pace
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /** What has waited for longer than this, since it was given its turn, waits for another one: a connection that took its
        time must not let out at once all that has gathered before it. */
    static constexpr auto longest_turn = std::chrono::milliseconds(20);

    /** @param most       Requests in flight at most.
        @param how        Whether fewer are tried.
        @param max_rate   Starts a second; 0 sets no bound. */
    pace(unsigned most, concurrency_limit::mode how, double max_rate) noexcept
        : rate_(max_rate)
        , limit_(most, how)
    {
    }

    /** Nothing is started before this. */
    time_point next_start() const noexcept
    {
        return std::max(gate_.opens_at(), next_send());
    }

    /** As `next_start`, but for the service's pause. */
    time_point next_send() const noexcept
    {
        return std::max(pacer_.next_start(), rate_.next_start());
    }

    bool is_paused(time_point now) const noexcept
    {
        return !gate_.is_open(now);
    }

    time_point pause_ends() const noexcept
    {
        return gate_.opens_at();
    }

    /** Requests that may be in flight. */
    unsigned allowed() const noexcept
    {
        return limit_.allowed();
    }

    /** Starts a second at most; 0 if nothing bounds them. */
    double per_second() const noexcept;

    pace_cause cause() const noexcept
    {
        return pacer_.is_on() ? pace_cause::throttled : limit_.cause();
    }

    /** The service has asked everyone to wait until then. */
    void pause(time_point until) noexcept
    {
        gate_.shut(until);
    }

    /** A request is given its turn. */
    void take_turn(time_point now) noexcept;

    /** Tell whether a turn may still be used at `now`. */
    bool has_turn(time_point turn, time_point now) const noexcept
    {
        return is_fresh(turn, now) || next_send() <= now;
    }

    /** Tell whether it may be used without taking another one. */
    static bool is_fresh(time_point turn, time_point now) noexcept
    {
        return now - turn <= longest_turn;
    }

    /** An answer that is none of throttling, nor a sign of trouble.
        @param in_flight  Requests in flight when it came, its own included. */
    void on_clear(attempt_span when, std::size_t in_flight) noexcept;

    void on_throttled(attempt_span when, std::optional<std::chrono::milliseconds> retry_after, random_bits& random);

    void on_failure(attempt_span when) noexcept
    {
        limit_.on_failure(when.started, when.ended);
    }

    /** An outage is over. */
    void on_recovery() noexcept
    {
        limit_.on_recovery();
    }

private:
    gate gate_;
    pacer pacer_;
    even_rate rate_;
    concurrency_limit limit_;
};

}  // namespace batch_cancel::traffic
