#include "cli/commands/spawn.hpp"

#include <boost/asio/co_spawn.hpp>

#include <utility>

namespace batch_cancel::cli
{

void spawn(boost::asio::io_context& on, boost::asio::awaitable<void> coroutine,
           std::function<void(std::exception_ptr)> ended)
{
    boost::asio::co_spawn(on, std::move(coroutine), std::move(ended));
}

}  // namespace batch_cancel::cli
