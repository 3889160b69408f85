#include "net/wait_list.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace batch_cancel::net
{

namespace asio = boost::asio;

wait_list::wait_list(asio::any_io_executor strand)
    : strand_(std::move(strand))
    // Taken out first, since what waits may own this list.
    , hook_(strand_, [this] { auto const destroyed = std::exchange(waiters_, {}); })
{
}

asio::awaitable<void> wait_list::wait()
{
    return asio::async_initiate<asio::use_awaitable_t<> const, void()>(
        [this](auto handler) { waiters_.emplace_back(std::move(handler)); }, asio::use_awaitable);
}

void wait_list::wake_one()
{
    if (waiters_.empty())
        return;
    auto woken = std::move(waiters_.front());
    waiters_.pop_front();
    asio::post(strand_, [woken = std::move(woken)]() mutable { std::move(woken)(); });
}

void wait_list::wake_all()
{
    if (waiters_.empty())
        return;
    asio::post(strand_,
               [woken = std::exchange(waiters_, {})]() mutable
               {
                   for (auto& each : woken)
                       std::move(each)();
               });
}

}  // namespace batch_cancel::net
