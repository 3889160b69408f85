#include <batch_cancel/summary.hpp>

#include "core/saturated_sum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace batch_cancel
{

using core::saturated_sum;

namespace
{

// Buckets are linear inside each power of two: 32 of them from 512 ns on.
constexpr int sub_bucket_bits = 5;
constexpr int first_power = 9;

std::size_t bucket_of(std::uint64_t ns, std::size_t bucket_count) noexcept
{
    int const power = static_cast<int>(std::bit_width(ns)) - 1;
    if (power < first_power)
        return 0;
    auto const within = (ns >> (power - sub_bucket_bits)) & ((1u << sub_bucket_bits) - 1);
    auto const bucket = (static_cast<std::size_t>(power - first_power) << sub_bucket_bits) + within;
    return std::min(bucket, bucket_count - 1);
}

// The largest value that falls into a bucket.
std::int64_t upper_edge(std::size_t bucket) noexcept
{
    auto const power = static_cast<int>(bucket >> sub_bucket_bits) + first_power;
    auto const within = static_cast<std::int64_t>(bucket & ((1u << sub_bucket_bits) - 1));
    auto const width = std::int64_t{1} << (power - sub_bucket_bits);
    return (std::int64_t{1} << power) + (within + 1) * width - 1;
}

}  // namespace

void latency_histogram::add(std::chrono::nanoseconds latency) noexcept
{
    auto const ns = std::max<std::int64_t>(latency.count(), 0);
    ++buckets_[bucket_of(static_cast<std::uint64_t>(ns), bucket_count)];
    min_ns_ = count_ == 0 ? ns : std::min(min_ns_, ns);
    max_ns_ = std::max(max_ns_, ns);
    sum_ns_ += static_cast<double>(ns);
    ++count_;
}

void latency_histogram::add(latency_histogram const& other) noexcept
{
    if (other.count_ == 0)
        return;
    for (std::size_t i = 0; i < bucket_count; ++i)
        buckets_[i] += other.buckets_[i];
    min_ns_ = count_ == 0 ? other.min_ns_ : std::min(min_ns_, other.min_ns_);
    max_ns_ = std::max(max_ns_, other.max_ns_);
    sum_ns_ += other.sum_ns_;
    count_ += other.count_;
}

std::chrono::nanoseconds latency_histogram::min() const noexcept
{
    return std::chrono::nanoseconds{min_ns_};
}

std::chrono::nanoseconds latency_histogram::mean() const noexcept
{
    if (count_ == 0)
        return {};
    return std::chrono::nanoseconds{std::llround(sum_ns_ / static_cast<double>(count_))};
}

std::chrono::nanoseconds latency_histogram::max() const noexcept
{
    return std::chrono::nanoseconds{max_ns_};
}

std::chrono::nanoseconds latency_histogram::quantile(double share) const noexcept
{
    if (count_ == 0)
        return {};
    auto const wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
    auto const rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i)
    {
        seen += buckets_[i];
        if (seen >= rank)
            return i + 1 == bucket_count ? max()
                                         : std::chrono::nanoseconds{std::clamp(upper_edge(i), min_ns_, max_ns_)};
    }
    return max();
}

void request_totals::add(request_totals const& others) noexcept
{
    sent = saturated_sum(sent, others.sent);
    attempts = saturated_sum(attempts, others.attempts);
    retried = saturated_sum(retried, others.retried);
    throttled = saturated_sum(throttled, others.throttled);
    connections_opened = saturated_sum(connections_opened, others.connections_opened);
}

void pair_totals::add_settled(pair_totals const& others) noexcept
{
    pairs = saturated_sum(pairs, others.settled());
    accepted = saturated_sum(accepted, others.accepted);
    conflict = saturated_sum(conflict, others.conflict);
    failed = saturated_sum(failed, others.failed);
    ambiguous = saturated_sum(ambiguous, others.ambiguous);
    for (std::size_t i = 0; i != reason_count; ++i)
        failed_by_reason[i] = saturated_sum(failed_by_reason[i], others.failed_by_reason[i]);
}

void pair_totals::count(result const& settled) noexcept
{
    ambiguous += settled.ambiguous ? 1 : 0;
    switch (settled.outcome)
    {
    case outcome::accepted:
        ++accepted;
        return;
    case outcome::conflict:
        ++conflict;
        return;
    case outcome::failed:
        ++failed;
        ++failed_by_reason[static_cast<std::size_t>(settled.reason)];
        return;
    }
}

}  // namespace batch_cancel
