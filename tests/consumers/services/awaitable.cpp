// A service made of coroutines: a run is awaited like any other operation.
#include "practice.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <iostream>

namespace asio = boost::asio;

asio::awaitable<bool> cancel_all(practice& graph)
{
    auto const executor = co_await asio::this_coro::executor;
    auto const token = batch_cancel::make_fixed_token(graph.token());
    auto const transport =
        batch_cancel::make_tls_transport(executor, {.service = graph.endpoint(), .ca_file = graph.ca_file()});
    batch_cancel::engine engine{
        executor, {.max_in_flight = 8}, {.transport = transport.get(), .token_source = token.get()}};

    batch_cancel::pair_list pairs{graph.pairs()};
    batch_cancel::result_list results;
    // As a tuple, since a run that stops short has a summary too: an exception would not bring it along.
    auto const [error, done] = co_await engine.async_run(pairs, results, asio::as_tuple(asio::use_awaitable));

    graph.stop();
    bool const right = graph.confirms(done, results.results()) && !error;
    if (error)
        std::cerr << error.message() << ": " << done.detail << '\n';
    co_return right;
}

int main()
{
    try
    {
        asio::io_context context;
        practice graph{context.get_executor()};
        bool right = false;
        asio::co_spawn(context, cancel_all(graph),
                       [&right](std::exception_ptr failure, bool confirmed)
                       {
                           if (failure)
                               std::rethrow_exception(failure);
                           right = confirmed;
                       });
        context.run();
        return right ? 0 : 1;
    }
    catch (std::exception const& failure)
    {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
