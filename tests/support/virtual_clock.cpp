#include "support/virtual_clock.hpp"

#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace batch_cancel::test
{

namespace asio = boost::asio;
using boost::system::error_code;

virtual_clock::virtual_clock(asio::any_io_executor executor)
    : executor_(std::move(executor))
{
}

asio::awaitable<error_code> virtual_clock::wait_until(time_point when)
{
    auto const start = [this, when](auto completion)
    {
        auto slot = asio::get_associated_cancellation_slot(completion);
        auto const wait = std::make_shared<handler>(std::move(completion));
        if (when <= now_)
        {
            end(wait, {});
            return;
        }
        waits_.emplace(when, wait);
        if (slot.is_connected())
        {
            slot.assign(
                [this, wait](asio::cancellation_type)
                {
                    auto const found = std::find_if(waits_.begin(), waits_.end(),
                                                    [&](auto const& entry) { return entry.second == wait; });
                    if (found == waits_.end())
                        return;
                    waits_.erase(found);
                    end(wait, asio::error::operation_aborted);
                });
        }
    };
    auto const token = asio::as_tuple(asio::use_awaitable);
    auto const [how] = co_await asio::async_initiate<decltype(token), void(error_code)>(start, token);
    co_return how;
}

void virtual_clock::end(std::shared_ptr<handler> wait, error_code how)
{
    asio::post(executor_,
               [wait, how, fallback = executor_]
               {
                   auto const target = asio::get_associated_executor(*wait, fallback);
                   asio::dispatch(target, asio::append(std::move(*wait), how));
               });
}

virtual_clock::time_point virtual_clock::next_wake() const noexcept
{
    return waits_.empty() ? time_point::max() : waits_.begin()->first;
}

void virtual_clock::move_to(time_point when)
{
    now_ = std::max(now_, when);
    while (!waits_.empty() && waits_.begin()->first <= now_)
    {
        auto const wait = waits_.begin()->second;
        waits_.erase(waits_.begin());
        end(wait, {});
    }
}

}  // namespace batch_cancel::test
