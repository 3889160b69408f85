#pragma once

#include <batch_cancel/clock.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <optional>
#include <utility>

namespace batch_cancel::net
{

/** Wait for an operation, but not beyond a point in time. The loser of the two is cancelled and has ended before this does.

    @param operation  Must obey terminal cancellation soon, and not throw: what fails without throwing decides the race.
    @return           None if the time ran out. */
template <class T>
boost::asio::awaitable<std::optional<T>> before(clock& time, clock::time_point limit,
                                                boost::asio::awaitable<T> operation)
{
    using namespace boost::asio::experimental::awaitable_operators;
    auto waiting = time.wait_until(limit);
    auto raced = co_await (std::move(operation) || std::move(waiting));
    if (auto* done = std::get_if<0>(&raced))
    {
        std::optional<T> result(std::move(*done));
        co_return result;
    }
    std::optional<T> none;
    co_return none;
}

}  // namespace batch_cancel::net
