#pragma once

#include "traffic/backoff.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace batch_cancel::traffic
{

/** Holds the whole run back while the service throttles: one Retry-After binds every lane, since calls that ignore it keep
    counting against the quota (Microsoft Graph throttling guidance). */
class gate
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** Take in a throttling answer that came at `now`. The gate stays shut until the latest of all that was asked for; a
        little jitter keeps several processes apart. Without a usable hint it backs off by itself. */
    void throttle(time_point now, std::optional<std::chrono::milliseconds> retry_after, random_bits& random);

    /** Stay shut until `when` at least. */
    void shut(time_point when) noexcept
    {
        opens_at_ = std::max(opens_at_, when);
    }

    /** Take in an answer that is none of throttling. */
    void admitted() noexcept
    {
        in_a_row_ = 0;
    }

    /** No answer has told yet that the service admits anything again. */
    bool is_in_doubt() const noexcept
    {
        return in_a_row_ != 0;
    }

    bool is_open(time_point now) const noexcept
    {
        return now >= opens_at_;
    }

    time_point opens_at() const noexcept
    {
        return opens_at_;
    }

private:
    time_point opens_at_{};
    unsigned in_a_row_{0};  // pauses without an admitted request between them
};

}  // namespace batch_cancel::traffic
