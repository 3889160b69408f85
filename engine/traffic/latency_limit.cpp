#include "traffic/latency_limit.hpp"

#include <algorithm>

namespace batch_cancel::traffic
{

namespace
{

constexpr double at_first = 4;
constexpr double low_enough = 0.7;  // of the limit before, to see whether latency follows
constexpr auto window = std::chrono::seconds(1);
constexpr unsigned fewest_answers = 10;
constexpr double tolerated_rise = 1.5;
constexpr double lowest_gradient = 0.5;
constexpr double smoothing = 0.2;
constexpr double room = 4;  // requests that may wait at the service
constexpr double usual_over = 600;
constexpr double has_not_followed = 0.85;

}  // namespace

latency_limit::latency_limit(unsigned most, limit_mode how) noexcept
    : most_(std::max(most, 1U))
    , limit_(how == limit_mode::adapting ? std::min(at_first, most_) : most_)
    , cause_(limit_ < most_ ? pace_cause::starting : pace_cause::unbounded)
    , adapting_(how == limit_mode::adapting)
{
}

void latency_limit::on_answer(time_point started, time_point now, unsigned in_flight) noexcept
{
    if (!adapting_)
        return;
    bool const busy = 2 * in_flight >= allowed();
    ++answers_;
    busy_answers_ += busy ? 1 : 0;
    latency_sum_ += now - started;
    if (limit_ < most_ && busy && growing_)
    {
        limit_ = std::min(most_, limit_ + (slow_start_ ? 1 : 1 / limit_));
        if (limit_ >= most_)
            cause_ = pace_cause::unbounded;
    }
    if (now >= window_ends_)
        close_window(now);
}

void latency_limit::close_window(time_point now) noexcept
{
    growing_ = true;
    if (answers_ >= fewest_answers)
    {
        double const latency = std::chrono::duration<double>(latency_sum_).count() / answers_;
        if (usual_ == 0)
            usual_ = latency;
        if (2 * busy_answers_ >= answers_ && latency > 0)
            judge_latency(latency);
    }
    answers_ = busy_answers_ = 0;
    latency_sum_ = {};
    window_ends_ = now + window;
}

void latency_limit::judge_latency(double latency) noexcept
{
    double const gradient = std::clamp(tolerated_rise * usual_ / latency, lowest_gradient, 1.0);
    if (gradient >= 1)
    {
        limit_before_ = 0;
    }
    else if (limit_before_ > 0 && limit_ <= low_enough * limit_before_ && latency > has_not_followed * latency_before_)
    {
        usual_ = latency;
        limit_before_ = 0;
    }
    else
    {
        if (limit_before_ == 0)
        {
            limit_before_ = limit_;
            latency_before_ = latency;
        }
        // The limit may just have grown, and its latency come but later.
        latency_before_ = std::max(latency_before_, latency);
        growing_ = false;
        double const lower = (1 - smoothing) * limit_ + smoothing * (gradient * limit_ + room);
        if (lower < limit_)
        {
            limit_ = lower;
            slow_start_ = false;
            cause_ = pace_cause::slow_answers;
        }
    }
    usual_ += (latency - usual_) / usual_over;
    if (usual_ > 2 * latency)
        usual_ *= 0.95;
}

}  // namespace batch_cancel::traffic
