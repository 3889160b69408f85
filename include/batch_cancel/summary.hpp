#pragma once

#include <batch_cancel/result.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace batch_cancel
{

/** Counts of latencies in buckets no wider than a part in 32 of their value, from 1 microsecond to beyond an hour.
    A value: copying copies the counts (some 8 KiB). */
class latency_histogram
{
public:
    void add(std::chrono::nanoseconds latency) noexcept;
    void add(latency_histogram const& other) noexcept;

    std::uint64_t count() const noexcept
    {
        return count_;
    }

    /** Smallest, mean and largest of what was added; zero if nothing was. */
    std::chrono::nanoseconds min() const noexcept;
    std::chrono::nanoseconds mean() const noexcept;
    std::chrono::nanoseconds max() const noexcept;

    /** The latency that a share of those added did not exceed, within the bucket width.
        @param share  0 to 1. */
    std::chrono::nanoseconds quantile(double share) const noexcept;

private:
    static constexpr std::size_t bucket_count = 32 * 33;

    std::array<std::uint64_t, bucket_count> buckets_{};
    std::uint64_t count_{0};
    double sum_ns_{0};
    std::int64_t min_ns_{0};
    std::int64_t max_ns_{0};
};

/** Pairs by outcome. accepted + conflict + failed + unprocessed == pairs. */
struct pair_totals
{
    std::uint64_t pairs = 0;
    std::uint64_t accepted = 0;
    std::uint64_t conflict = 0;
    std::uint64_t failed = 0;
    /** Pulled from the source, without an outcome when the run stopped. */
    std::uint64_t unprocessed = 0;
    /** Part of the settled ones: some attempt may have been carried out unseen. */
    std::uint64_t ambiguous = 0;
    /** Part of `failed`, indexed by `reason`. */
    std::array<std::uint64_t, reason_count> failed_by_reason{};

    /** Count one result into outcome, reason and ambiguous; `pairs` and `unprocessed` are left alone. */
    void count(result const& settled) noexcept;

    /** Add the settled pairs of others, which are `pairs` too. */
    void add_settled(pair_totals const& others) noexcept;

    std::uint64_t settled() const noexcept
    {
        return accepted + conflict + failed;
    }
};

/** What went over the wire. */
struct request_totals
{
    /** HTTP requests written. */
    std::uint64_t sent = 0;
    /** Cancels in them. */
    std::uint64_t attempts = 0;
    /** Part of attempts: not the first of its pair in this run. */
    std::uint64_t retried = 0;
    /** Part of attempts: answered 429, 509 or 503 with Retry-After. */
    std::uint64_t throttled = 0;
    /** Connections on which TLS was agreed. */
    std::uint64_t connections_opened = 0;

    void add(request_totals const& others) noexcept;
};

/** What a run did. */
struct summary
{
    pair_totals pairs{};
    request_totals requests{};
    /** Of each settled pair's last attempt. */
    latency_histogram latency{};
    /** For people: what stopped the run, when the error code alone does not say it. */
    std::string detail{};
};

}  // namespace batch_cancel
