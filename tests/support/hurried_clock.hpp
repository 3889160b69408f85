#pragma once

#include <batch_cancel/clock.hpp>

namespace batch_cancel::test
{

/** The operating system's time, run through so many times faster: over real sockets, which no virtual clock can move, waits
    of a minute then take seconds. */
class hurried_clock final : public clock
{
public:
    explicit hurried_clock(int factor)
        : factor_(factor)
    {
    }

    time_point now() const noexcept override
    {
        return start_ + (real_clock().now() - start_) * factor_;
    }

    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return wall_start_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(now() - start_);
    }

    boost::asio::awaitable<boost::system::error_code> wait_until(time_point when) override
    {
        // Rounded up: nothing ends early.
        return real_clock().wait_until(start_ + (when - start_ + duration(factor_ - 1)) / factor_);
    }

private:
    int factor_;
    time_point start_{real_clock().now()};
    std::chrono::system_clock::time_point wall_start_{real_clock().wall_now()};
};

}  // namespace batch_cancel::test
