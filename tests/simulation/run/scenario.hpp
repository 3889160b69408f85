#pragma once

#include <batch_cancel/options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::simulation
{

using duration = std::chrono::steady_clock::duration;

/** What may befall a request while there is trouble. */
enum class fault : std::uint8_t
{
    /** A 5xx whose effect is unknown; carried out or not by chance. */
    server_error,
    /** 503 without Retry-After. */
    unavailable,
    /** 503 with Retry-After: a refusal. */
    push_back,
    /** 429 out of the blue. */
    throttle,
    /** 408, 423 or 425. */
    not_now,
    /** The connection breaks before, or after, the request has been carried out, and not a byte is answered. */
    reset_before,
    reset_after,
    /** It breaks within the header of the answer. */
    cut_header,
    /** It breaks within the body of the answer. */
    cut_body,
    /** No answer, ever; carried out or not by chance. */
    silence,
    /** Bytes that are no HTTP. */
    garbage,
};
inline constexpr unsigned fault_count = 11;

/** A time in which requests meet a fault with some probability. */
struct trouble
{
    duration begins{};
    duration ends{};
    fault kind = fault::server_error;
    double share = 0;
};

/** A token bucket in front of the service. */
struct limiter
{
    double per_second = 0;
    double burst = 1;
    /** Refused calls use up the quota too. */
    bool punishes = false;
    /** In which form Retry-After is sent. */
    enum class hint : std::uint8_t
    {
        none,
        seconds,
        fraction,
        date,
    };
    hint says = hint::seconds;
};

/** How a run is stopped from outside. */
struct interruption
{
    duration at{};
    bool aborts = false;
    /** A drain is followed by an abort, as the command does it: so long after, if it has not ended. */
    bool is_bounded = false;
    duration then_aborts_after = std::chrono::seconds(30);
};

/** One simulated run: everything in it follows from its seed. */
struct scenario
{
    std::uint64_t seed = 0;
    std::size_t pairs = 0;
    engine_options options{};

    duration latency{};
    double latency_spread = 0.3;

    /** Shares of the tasks that are answered so whatever happens. */
    double conflicts = 0;
    double missing = 0;
    double forbidden = 0;
    double poisoned = 0;
    /** 401, whatever the token. */
    double shunned = 0;
    /** 429, always. */
    double held = 0;
    /** One of the statuses that nobody expects. */
    double odd = 0;
    /** Of the answers that say nothing of their effect, those that ask to wait. */
    double hinting = 0;

    std::vector<trouble> troubles{};
    std::optional<limiter> limit{};
    /** Zero: tokens do not expire. */
    duration token_lifetime{};
    /** How long it takes to get another one; a rig without coroutines has it at once. */
    duration refresh{};
    /** The token that is held is the only one. */
    bool token_is_last = false;
    std::optional<interruption> stop{};
    /** The civil time of the client jumps so far, at that time. */
    std::optional<std::pair<duration, std::chrono::hours>> clock_jump{};
    /** How long a connect takes. */
    duration connect{};
    /** Bytes that a read gives at most. */
    std::size_t read_limit = 65536;
    /** Share of the connections that are made and then refused for want of a client certificate, before their first answer;
        a rig without connections has none. */
    double refused = 0;
};

scenario make_scenario(std::uint64_t seed);

/** A long run with an outage in its middle, partial or full; nothing else befalls it. */
scenario make_outage(std::uint64_t seed);

/** Longest time from the last trouble to the end of a run that nobody stops. Generous: it tells a run that gets on from one that
    does not. */
duration longest_run(scenario const& of);

/** One line that says what the scenario is about. */
std::string describe(scenario const& of);

}  // namespace batch_cancel::simulation
