#include "net/alarm.hpp"

#include "model/later.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace batch_cancel::net
{

namespace asio = boost::asio;

namespace
{

// An unset alarm looks again after this, which costs nothing and spares a second kind of wait.
constexpr auto longest_sleep = std::chrono::hours(1);

}  // namespace

alarm::alarm(asio::any_io_executor strand, clock& time, std::function<void()> on_time)
    : strand_(std::move(strand))
    , time_(time)
    , on_time_(std::move(on_time))
{
}

void alarm::start(std::function<void()> on_end)
{
    asio::co_spawn(strand_, run(),
                   asio::bind_cancellation_slot(interrupt_.slot(),
                                                [on_end = std::move(on_end)](std::exception_ptr failed)
                                                {
                                                    if (failed)
                                                        std::rethrow_exception(failed);
                                                    on_end();
                                                }));
}

void alarm::set(clock::time_point when)
{
    if (when >= when_)
        return;
    when_ = when;
    interrupt_.emit(asio::cancellation_type::terminal);
}

void alarm::stop()
{
    stopped_ = true;
    interrupt_.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> alarm::run()
{
    // An interruption means: look at the time again. It must not end the coroutine.
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!stopped_)
    {
        auto const now = time_.now();
        if (when_ <= now)
        {
            when_ = clock::time_point::max();
            on_time_();
            continue;
        }
        auto const until = std::min(when_, model::later(now, longest_sleep));
        co_await time_.wait_until(until);
    }
}

}  // namespace batch_cancel::net
