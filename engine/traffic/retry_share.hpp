#pragma once

#include <algorithm>
#include <chrono>

namespace batch_cancel::traffic
{

/** Holds retries to a share of the traffic: within any minute no more than a tenth of the first attempts and sixty besides. A
    service that fails often gets less to do, not more. A bucket: full at first, a tenth of a retry is put in with each first
    attempt and half of one each second. */
class retry_share
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /** In any minute a bucket gives at most what it holds, and what comes in: together less than those sixty, so that some
        that were given a little earlier may still be sent then. */
    static constexpr double capacity = 24;
    static constexpr double per_second = 0.5;
    static constexpr double per_first_attempt = 0.1;

    void on_first_attempt() noexcept
    {
        held_ = std::min(capacity, held_ + per_first_attempt);
    }

    void on_retry(time_point now) noexcept
    {
        held_ = holds(now) - 1;
        counted_at_ = now;
    }

    /** Take back what was counted for a retry that was not sent. */
    void give_back() noexcept
    {
        held_ = std::min(capacity, held_ + 1);
    }

    /** Tell whether a retry may be sent now. */
    bool allows(time_point now) const noexcept
    {
        return holds(now) >= 1;
    }

    /** When one may be, if nothing comes in but by time. */
    time_point allows_at(time_point now) const noexcept
    {
        auto const missing = std::chrono::duration<double>(std::max(0.0, 1 - holds(now)) / per_second);
        return now + std::chrono::ceil<std::chrono::milliseconds>(missing);
    }

private:
    double holds(time_point now) const noexcept
    {
        auto const passed = std::chrono::duration<double>(now - counted_at_).count();
        return std::min(capacity, held_ + passed * per_second);
    }

    double held_{capacity};
    time_point counted_at_{};
};

}  // namespace batch_cancel::traffic
