#include "cli/commands/signal_watch.hpp"

#include "cli/commands/spawn.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace batch_cancel::cli
{

namespace asio = boost::asio;

signal_watch::signal_watch(asio::io_context& context, std::initializer_list<int> numbers)
    : context_(context)
    , signals_(context)
{
    for (auto const number : numbers)
        signals_.add(number);
}

void signal_watch::add(int number)
{
    signals_.add(number);
}

void signal_watch::start(std::function<void(int number)> on_signal)
{
    on_signal_ = std::move(on_signal);
    auto const rethrow = [](std::exception_ptr error)
    {
        if (error)
            std::rethrow_exception(error);
    };
    spawn(context_, watch(), rethrow);
}

void signal_watch::close()
{
    is_closed_ = true;
    signals_.cancel();
    signals_.clear();
}

asio::awaitable<void> signal_watch::watch()
{
    while (!is_closed_)
    {
        auto const waited = co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
        // A signal may have ended the wait just before it was to be cancelled.
        if (!std::get<0>(waited) && !is_closed_)
            on_signal_(std::get<1>(waited));
    }
}

}  // namespace batch_cancel::cli
