#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>

namespace batch_cancel::simulator
{

/** Lets in so many a second, and as many at once as one second brings (at least one). Starts full. */
class token_bucket
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    token_bucket(double per_second, time_point now)
        : per_second_(per_second)
        , capacity_(std::max(1.0, per_second))
        , level_(capacity_)
        , filled_at_(now)
    {
    }

    /** Ask to be let in. What is refused takes nothing from the bucket.
        @return  Zero if let in, else whole seconds until another one can be. */
    std::chrono::seconds ask(time_point now) noexcept
    {
        std::chrono::duration<double> const passed = now - filled_at_;
        level_ = std::min(capacity_, level_ + passed.count() * per_second_);
        filled_at_ = now;
        if (level_ >= 1)
        {
            level_ -= 1;
            return std::chrono::seconds{0};
        }
        constexpr double longest = 86'400;
        auto const wait = std::clamp(std::ceil((1 - level_) / per_second_), 1.0, longest);
        return std::chrono::seconds{static_cast<std::chrono::seconds::rep>(wait)};
    }

private:
    double per_second_;
    double capacity_;
    double level_;
    time_point filled_at_;
};

}  // namespace batch_cancel::simulator
