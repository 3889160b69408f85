#include "traffic/concurrency_limit.hpp"

#include <algorithm>

namespace batch_cancel::traffic
{

namespace
{

constexpr double at_first = 4;
constexpr double kept_by_cut = 0.7;
constexpr auto window = std::chrono::seconds(1);
constexpr unsigned fewest_answers = 10;
constexpr double tolerated_rise = 1.5;
constexpr double lowest_gradient = 0.5;
constexpr double smoothing = 0.2;
constexpr double room = 4;  // requests that may wait at the service
constexpr double usual_over = 600;
constexpr double has_not_followed = 0.85;
constexpr double kept_after_outage = 0.9;
constexpr unsigned answers_of_health = 16;
constexpr auto time_of_health = std::chrono::seconds(5);

}  // namespace

concurrency_limit::concurrency_limit(unsigned most, mode how) noexcept
    : most_(std::max(most, 1U))
    , limit_(how == mode::adapting ? std::min(at_first, most_) : most_)
    , cause_(limit_ < most_ ? pace_cause::starting : pace_cause::unbounded)
    , adapting_(how == mode::adapting)
{
}

void concurrency_limit::on_answer(time_point started, time_point now, unsigned in_flight) noexcept
{
    if (!adapting_)
        return;
    bool const busy = 2 * in_flight >= allowed();
    ++answers_;
    busy_answers_ += busy ? 1 : 0;
    latency_sum_ += now - started;
    if (has_got_well(started, now))
    {
        before_failing_ *= kept_after_outage;  // if it fails again on the way, what is borne may be less
        grow_quickly_to(before_failing_);
    }
    if (limit_ < most_ && busy && growing_ && started >= cut_at_)
    {
        limit_ = std::min(most_, limit_ + (slow_start_ ? 1 : 1 / limit_));
        if (grows_quickly_to_ > 0 && limit_ >= grows_quickly_to_)
        {
            slow_start_ = false;
            grows_quickly_to_ = before_failing_ = 0;
        }
        if (limit_ >= most_)
            cause_ = pace_cause::unbounded;
    }
    if (now >= window_ends_)
        close_window(now);
}

bool concurrency_limit::has_got_well(time_point started, time_point now) noexcept
{
    if (before_failing_ == 0 || slow_start_ || started < cut_at_)
        return false;
    ++clear_since_cut_;
    return clear_since_cut_ >= answers_of_health && now - cut_at_ >= time_of_health;
}

void concurrency_limit::on_throttled(time_point started, time_point now) noexcept
{
    cut(started, now, pace_cause::throttled);
}

void concurrency_limit::on_failure(time_point started, time_point now) noexcept
{
    cut(started, now, pace_cause::failing);
}

void concurrency_limit::on_recovery() noexcept
{
    grow_quickly_to(kept_after_outage * before_failing_);
}

void concurrency_limit::grow_quickly_to(double wanted) noexcept
{
    growing_ = true;
    slow_start_ = limit_ < wanted;
    grows_quickly_to_ = slow_start_ ? wanted : 0;
    if (!slow_start_)
        before_failing_ = 0;
}

void concurrency_limit::cut(time_point started, time_point now, pace_cause why) noexcept
{
    if (!adapting_ || started < cut_at_)
        return;
    cut_at_ = now;
    clear_since_cut_ = 0;
    grows_quickly_to_ = 0;
    if (why != pace_cause::failing)
        before_failing_ = 0;
    else if (before_failing_ == 0)
        before_failing_ = limit_;
    limit_ = std::max(1.0, limit_ * kept_by_cut);
    slow_start_ = false;
    cause_ = why;
}

void concurrency_limit::close_window(time_point now) noexcept
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

void concurrency_limit::judge_latency(double latency) noexcept
{
    double const gradient = std::clamp(tolerated_rise * usual_ / latency, lowest_gradient, 1.0);
    if (gradient >= 1)
    {
        limit_before_ = 0;
    }
    else if (limit_before_ > 0 && limit_ <= kept_by_cut * limit_before_ && latency > has_not_followed * latency_before_)
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
            before_failing_ = grows_quickly_to_ = 0;
            cause_ = pace_cause::slow_answers;
        }
    }
    usual_ += (latency - usual_) / usual_over;
    if (usual_ > 2 * latency)
        usual_ *= 0.95;
}

}  // namespace batch_cancel::traffic
