#pragma once

#include <batch_cancel/clock.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <map>
#include <memory>

namespace batch_cancel::test
{

/** A clock that stands still until it is told otherwise. Waits end when time is moved to or past them, in order. */
class virtual_clock final : public clock
{
public:
    explicit virtual_clock(boost::asio::any_io_executor executor);

    time_point now() const noexcept override
    {
        return now_;
    }

    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return wall_start_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(now_ - start_);
    }

    boost::asio::awaitable<boost::system::error_code> wait_until(time_point when) override;

    /** Let the civil time jump; the monotonic time does not notice. */
    void jump_wall_time(std::chrono::system_clock::duration by)
    {
        wall_start_ += by;
    }

    /** When the earliest wait ends; `time_point::max()` if nothing waits. */
    time_point next_wake() const noexcept;

    /** Move time to `when` and end the waits up to it. Their coroutines go on when the event loop runs. */
    void move_to(time_point when);

    std::size_t waiting() const noexcept
    {
        return waits_.size();
    }

private:
    using handler = boost::asio::any_completion_handler<void(boost::system::error_code)>;
    using wait_map = std::multimap<time_point, std::shared_ptr<handler>>;

    void end(std::shared_ptr<handler> wait, boost::system::error_code how);

    boost::asio::any_io_executor executor_;
    time_point start_{std::chrono::hours(1000)};
    time_point now_{start_};
    std::chrono::system_clock::time_point wall_start_{std::chrono::seconds(1'790'000'000)};
    wait_map waits_;
};

}  // namespace batch_cancel::test
