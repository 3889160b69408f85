#include "tally.hpp"

#include <algorithm>
#include <tuple>

namespace batch_cancel::simulation
{

void figures::add(double value, std::uint64_t seed)
{
    values_.push_back({value, seed});
    is_sorted_ = false;
}

void figures::add(figures const& others)
{
    values_.insert(values_.end(), others.values_.begin(), others.values_.end());
    is_sorted_ = false;
}

void figures::sort() const
{
    if (!is_sorted_)
        std::sort(values_.begin(), values_.end(),
                  [](entry const& a, entry const& b) { return std::tie(a.value, a.seed) < std::tie(b.value, b.seed); });
    is_sorted_ = true;
}

double figures::percentile(double of) const
{
    if (values_.empty())
        return 0;
    sort();
    return values_[std::min(values_.size() - 1, static_cast<std::size_t>(of * static_cast<double>(values_.size())))]
        .value;
}

std::uint64_t figures::seed_of_least() const
{
    sort();
    return values_.empty() ? 0 : values_.front().seed;
}

std::uint64_t figures::seed_of_most() const
{
    sort();
    return values_.empty() ? 0 : values_.back().seed;
}

void tally::add(judgement const& of, std::uint64_t seed)
{
    ++runs;
    refused.add(of.refused, seed);
    if (of.used)
        used.add(*of.used, seed);
    if (of.rise_s)
    {
        rise_s.add(*of.rise_s, seed);
        late_rises += of.bears_two && *of.rise_s > rise_allowed_s ? 1 : 0;
    }
    if (of.time)
    {
        time.add(*of.time, seed);
        attempts.add(of.attempts, seed);
        late_refused.add(of.late_refused, seed);
        failed.add(of.failed, seed);
        probes.add(static_cast<double>(of.probes), seed);
        waiting.add(static_cast<double>(of.most_waiting), seed);
    }
    if (of.goodput)
        goodput.add(*of.goodput, seed);
    unfinished += of.has_finished ? 0 : 1;
    early_starts += of.early_starts;
    too_many_in_flight += of.too_many_in_flight ? 1 : 0;
}

}  // namespace batch_cancel::simulation
