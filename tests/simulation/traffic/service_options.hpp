#pragma once

#include "limiter.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace batch_cancel::simulation
{

using retry_hint = std::optional<std::chrono::milliseconds>;

/** A value that holds from a time on, in seconds since the run began. */
struct step
{
    double from_s = 0;
    double value = 0;
};

/** The value at that time; `before` until the first step. */
double value_at(std::vector<step> const& steps, double now, double before) noexcept;

/** Other clients of the same limit: how many requests a second they send, from each step on. */
using other_load = std::vector<step>;

/** Part of the requests is refused with 429, whoever sends them and however slowly. */
struct random_refusals
{
    double share = 0;
    retry_hint hint{};
};

/** Some pairs are refused with 429 for their own sake, a number of times. */
struct stubborn_pairs
{
    double share = 0;
    unsigned refusals = 0;
    retry_hint hint{};
};

enum class busy_answer : std::uint8_t
{
    throttled,    // 429
    unavailable,  // 503 without Retry-After
};

/** A number of requests is served at once; the others are turned away. */
struct places
{
    std::vector<step> number{};  // empty: no bound
    busy_answer answer = busy_answer::unavailable;
    retry_hint hint{};
};

/** Beyond a number of requests in service, all are served more slowly, as by one machine with that many cores. */
struct knee
{
    double in_service = 0;  // 0: none
    double failing = 0;     // share of the requests that fail beyond it
};

/** A time in which a share of the requests fails. */
struct burst
{
    double from_s = 0;
    double to_s = 0;
};

/** Requests fail at random, some of them more often in bursts. */
struct random_failures
{
    double share = 0;
    double hanging = 0;    // part of the failed: no response ever comes
    double resetting = 0;  // part of the failed: the connection breaks off
    std::vector<burst> bursts{};
    double share_in_bursts = 0;
};

/** All requests fail. */
struct outage_time
{
    double from_s = 0;
    double to_s = 0;  // no outage if it is not later than `from_s`
    bool hangs = false;
};

/** What a service does to requests. */
struct service_options
{
    double latency_s = 0.1;  // median
    double sigma = 0.3;      // of the latency's logarithm
    double network = 0.1;    // share of the latency that is spent on the way, each way
    limiter_options limit{};
    other_load others{};
    random_refusals refusals{};
    stubborn_pairs stubborn{};
    places place{};
    simulation::knee knee{};
    random_failures failures{};
    outage_time outage{};
};

/** How long a request takes on average if nothing slows it down. */
double mean_latency_s(service_options const&);

/** Requests in service at once; no bound: 0. */
unsigned places_at(service_options const&, double now) noexcept;

/** What the limit leaves to us, in requests a second. */
double rate_left_at(service_options const&, double now) noexcept;

}  // namespace batch_cancel::simulation
