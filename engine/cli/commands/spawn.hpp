#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>

namespace batch_cancel::cli
{

/** Start a coroutine. Compiled once for all: each kind of handler would cost the compiler seconds of its own.
    @param ended  Told when it has ended, and by what exception, if by one. What it throws leaves `io_context::run`. */
void spawn(boost::asio::io_context& on, boost::asio::awaitable<void> coroutine,
           std::function<void(std::exception_ptr)> ended);

}  // namespace batch_cancel::cli
