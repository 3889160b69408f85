#pragma once

#include "net/shutdown_hook.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <deque>

namespace batch_cancel::net
{

/** Coroutines that wait for something to change. Whoever is woken looks again whether it has what it wants.

    Used on one strand. Waits do not obey cancellation: whoever stops things wakes all. When the strand's context is destroyed,
    the waiting coroutines are destroyed with it. */
class wait_list
{
public:
    explicit wait_list(boost::asio::any_io_executor strand);

    /** Wait to be woken. */
    boost::asio::awaitable<void> wait();

    /** Resume the one that has waited longest, after the caller's turn. */
    void wake_one();

    /** Resume all that wait now, after the caller's turn. */
    void wake_all();

private:
    using waiter = boost::asio::any_completion_handler<void()>;

    boost::asio::any_io_executor strand_;
    std::deque<waiter> waiters_;
    shutdown_hook hook_;
};

}  // namespace batch_cancel::net
