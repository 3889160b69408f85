#pragma once

#include "traffic/backoff.hpp"
#include "traffic/even_rate.hpp"
#include "traffic/failure_limit.hpp"
#include "traffic/gate.hpp"
#include "traffic/latency_limit.hpp"
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
        @param max_rate   Starts a second; 0 sets no bound.
        @param sharers    Processes that share the service's limits, this one included. */
    pace(unsigned most, limit_mode how, double max_rate, unsigned sharers = 1) noexcept
        : pacer_(sharers)
        , rate_(max_rate)
        , latency_(most, how)
        , failures_(most, how)
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
        return std::min(latency_.allowed(), failures_.allowed());
    }

    /** Starts a second at most; 0 if nothing bounds them. */
    double per_second() const noexcept;

    pace_cause cause() const noexcept;

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

    /** A response that is none of throttling, nor a sign of trouble.
        @param sent_with  Requests in flight when its request was sent, its own included.
        @param in_flight  The same when it came. */
    void on_clear(attempt_span when, std::size_t sent_with, std::size_t in_flight) noexcept;

    /** A throttling response.
        @param sent_meanwhile  Requests that were sent after it, before it came.
        @param of_pace         It may be because of the pace. */
    void on_throttled(attempt_span when, std::optional<std::chrono::milliseconds> retry_after, double sent_meanwhile,
                      bool of_pace, random_bits& random);

    /** Nothing was let in since the last pause. */
    bool is_in_doubt() const noexcept
    {
        return gate_.is_in_doubt();
    }

    /** Starts are spaced because of throttling. */
    bool is_spaced() const noexcept
    {
        return pacer_.is_on();
    }

    /** A sign of trouble. Parameters as of `on_clear`. */
    void on_failure(attempt_span when, std::size_t sent_with, std::size_t in_flight) noexcept;

    /** An outage is over. */
    void on_recovery() noexcept
    {
        failures_.on_recovery();
    }

private:
    gate gate_;
    pacer pacer_;
    even_rate rate_;
    latency_limit latency_;
    failure_limit failures_;
};

}  // namespace batch_cancel::traffic
