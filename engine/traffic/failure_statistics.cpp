#include "traffic/failure_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace batch_cancel::traffic
{

namespace
{

constexpr double growth = 1 + 1.0 / 500;
constexpr double most_weight = 1e12;
constexpr double fewest_below = 4;
constexpr double fewest_above = 3;
constexpr double clearly_more = 2;
constexpr double and_so_much = 0.02;
constexpr double sure = 7;

// Logarithm of the likelihood of so many failures among so many attempts, at their own share.
double log_likelihood(double failures, double attempts) noexcept
{
    if (attempts <= 0 || failures <= 0 || failures >= attempts)
        return 0;
    double const share = failures / attempts;
    return failures * std::log(share) + (attempts - failures) * std::log(1 - share);
}

}  // namespace

failure_statistics::failure_statistics(unsigned most) noexcept
    : most_(std::max(most, 1U))
{
}

std::size_t failure_statistics::level_of(unsigned in_flight) const noexcept
{
    auto const number = std::clamp(in_flight, 1U, most_) - 1;
    return most_ <= levels ? number : number * levels / most_;
}

unsigned failure_statistics::highest_in(std::size_t level) const noexcept
{
    auto const next = static_cast<unsigned>(level) + 1;
    return most_ <= levels ? next : (next * most_ + static_cast<unsigned>(levels) - 1) / static_cast<unsigned>(levels);
}

void failure_statistics::add(unsigned in_flight, bool failed) noexcept
{
    weight_ *= growth;
    if (weight_ > most_weight)
    {
        for (auto& each : counts_)
        {
            each.attempts /= weight_;
            each.failures /= weight_;
        }
        weight_ = 1;
    }
    auto& at = counts_[level_of(in_flight)];
    at.attempts += weight_;
    at.failures += failed ? weight_ : 0;
}

std::optional<failure_statistics::split> failure_statistics::find_split() const noexcept
{
    count all;
    for (auto const& each : counts_)
    {
        all.attempts += each.attempts / weight_;
        all.failures += each.failures / weight_;
    }
    double const without = log_likelihood(all.failures, all.attempts);
    double best = sure;
    std::optional<split> found;
    count below;
    for (std::size_t level = 0; level + 1 < levels; ++level)
    {
        below.attempts += counts_[level].attempts / weight_;
        below.failures += counts_[level].failures / weight_;
        count const above{all.attempts - below.attempts, all.failures - below.failures};
        if (below.attempts < fewest_below || above.attempts < fewest_above)
            continue;
        if (above.failures / above.attempts < clearly_more * below.failures / below.attempts + and_so_much)
            continue;
        double const gain =
            log_likelihood(below.failures, below.attempts) + log_likelihood(above.failures, above.attempts) - without;
        if (gain < best)
            continue;
        best = gain;
        found = split{.at = highest_in(level), .below = below.attempts};
    }
    return found;
}

void failure_statistics::clear() noexcept
{
    counts_ = {};
    weight_ = 1;
}

}  // namespace batch_cancel::traffic
