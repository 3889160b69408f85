#pragma once

#include <batch_cancel/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <functional>

namespace batch_cancel::net
{

/** Calls a function at a point in time that may be moved forward. One alarm serves any number of waits, so that a wait that
    is usually over long before its time costs no timer of its own.

    Used on one strand. */
class alarm
{
public:
    /** @param on_time  Called once the time has come; may set the alarm again. */
    alarm(boost::asio::any_io_executor strand, clock& time, std::function<void()> on_time);

    alarm(alarm const&) = delete;
    alarm& operator=(alarm const&) = delete;

    /** Start. The alarm must live until `on_end` is called, which happens after `stop`. */
    void start(std::function<void()> on_end);

    /** Call at `when`, or earlier if it is set to something earlier already. */
    void set(clock::time_point when);

    /** End. Nothing is called any more but `on_end`. */
    void stop();

private:
    boost::asio::awaitable<void> run();

    boost::asio::any_io_executor strand_;
    clock& time_;
    std::function<void()> on_time_;
    boost::asio::cancellation_signal interrupt_;
    clock::time_point when_{clock::time_point::max()};
    bool stopped_{false};
};

}  // namespace batch_cancel::net
