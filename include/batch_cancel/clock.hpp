#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>

namespace batch_cancel
{

/** Time as the engine sees it. Every wait of a run goes through here, so that a test can play hours in milliseconds.

    @par Thread safety  `now` and `wall_now` may be called from any thread, `wait_until` on the run's strand. */
class clock
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    virtual ~clock() = default;

    /** The monotonic time, by which all waiting is measured. */
    virtual time_point now() const noexcept = 0;

    /** The civil time, for records only: nothing waits by it. */
    virtual std::chrono::system_clock::time_point wall_now() const noexcept = 0;

    /** Wait.

        @return  No error once `when` has come; `operation_aborted` if cancelled before. Never throws for either.
        @par Cancellation  Every kind ends the wait at once. */
    virtual boost::asio::awaitable<boost::system::error_code> wait_until(time_point when) = 0;
};

/** The clocks of the operating system. Has no state; lives as long as the program. */
clock& real_clock() noexcept;

}  // namespace batch_cancel
