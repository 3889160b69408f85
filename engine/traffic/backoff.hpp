#pragma once

#include <chrono>
#include <random>

namespace batch_cancel::traffic
{

/** The random source of a run; seeded from outside. */
using random_bits = std::mt19937_64;

/** How long to wait before trying again: evenly anywhere between a floor and an exponentially growing ceiling ("full
    jitter", which spreads a crowd of clients best: AWS Architecture Blog, Exponential Backoff And Jitter). */
struct backoff
{
    using duration = std::chrono::steady_clock::duration;

    duration floor = std::chrono::milliseconds(100);
    duration base = std::chrono::seconds(1);
    duration cap = std::chrono::seconds(60);

    /** @param failures  Failures in a row so far, 1 or more.
        @return          U(floor, max(floor, min(cap, base * 2^(failures-1)))). */
    duration next(unsigned failures, random_bits& random) const;
};

/** Between attempts of one pair. */
inline constexpr backoff between_attempts{};

/** Between tries to connect while none succeeds. */
inline constexpr backoff between_connects{
    .floor = std::chrono::milliseconds(50), .base = std::chrono::milliseconds(200), .cap = std::chrono::seconds(30)};

/** While the service throttles without saying for how long. */
inline constexpr backoff between_throttles{.floor = std::chrono::milliseconds(500), .base = std::chrono::seconds(2)};

}  // namespace batch_cancel::traffic
