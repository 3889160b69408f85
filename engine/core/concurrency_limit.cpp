#include "core/concurrency_limit.hpp"

#include <algorithm>

namespace batch_cancel::core
{

namespace
{

constexpr double at_first = 4;
constexpr double kept_by_cut = 0.7;
constexpr double tolerated_rise = 1.5;
constexpr unsigned fewest_samples = 10;
constexpr auto window = std::chrono::seconds(1);

}  // namespace

concurrency_limit::concurrency_limit(unsigned most, mode how) noexcept
    : most_(std::max(most, 1U))
    , limit_(how == mode::adapting ? std::min(at_first, most_) : most_)
    , threshold_(most_)
    , cause_(limit_ < most_ ? pace_cause::starting : pace_cause::unbounded)
    , adapting_(how == mode::adapting)
{
}

void concurrency_limit::on_answer(time_point started, time_point now, unsigned in_flight) noexcept
{
    if (!adapting_)
        return;
    ++samples_;
    latency_sum_ += now - started;
    bool const busy = 2 * in_flight >= allowed();
    busy_samples_ += busy ? 1 : 0;
    if (limit_ < most_ && busy && grows_ && started >= cut_at_)
    {
        limit_ = std::min(most_, limit_ + (limit_ < threshold_ ? 1 : 1 / limit_));
        if (limit_ >= most_)
            cause_ = pace_cause::unbounded;
    }
    if (now >= window_ends_)
        close_window(now);
}

void concurrency_limit::on_throttled(time_point started, time_point now) noexcept
{
    cut(started, now, pace_cause::throttled);
}

void concurrency_limit::on_failure(time_point started, time_point now) noexcept
{
    cut(started, now, pace_cause::failing);
}

void concurrency_limit::cut(time_point started, time_point now, pace_cause why) noexcept
{
    if (!adapting_ || started < cut_at_)
        return;
    cut_at_ = now;
    limit_ = std::max(1.0, limit_ * kept_by_cut);
    threshold_ = limit_;
    cause_ = why;
}

void concurrency_limit::close_window(time_point now) noexcept
{
    if (samples_ >= fewest_samples && 2 * busy_samples_ >= samples_)
    {
        double const latency = std::chrono::duration<double>(latency_sum_).count() / samples_;
        if (usual_ == 0)
            usual_ = latency;
        double const gradient = std::clamp(tolerated_rise * usual_ / latency, 0.5, 1.0);
        grows_ = gradient >= 1;
        if (grows_)
        {
            cut_from_ = 0;
        }
        else
        {
            if (cut_from_ == 0)
            {
                cut_from_ = limit_;
                latency_before_ = latency;
            }
            else if (limit_ <= kept_by_cut * cut_from_ && latency > 0.85 * latency_before_)
            {
                usual_ = latency;
                cut_from_ = 0;
                grows_ = true;
            }
            if (!grows_)
            {
                double const next = 0.8 * limit_ + 0.2 * (gradient * limit_ + 4);
                if (next < limit_)
                {
                    limit_ = std::max(1.0, next);
                    threshold_ = limit_;
                    cause_ = pace_cause::slow_answers;
                }
            }
        }
        usual_ += (latency - usual_) / 600;
        if (usual_ > 2 * latency)
            usual_ *= 0.95;
    }
    samples_ = 0;
    busy_samples_ = 0;
    latency_sum_ = {};
    window_ends_ = now + window;
}

}  // namespace batch_cancel::core
