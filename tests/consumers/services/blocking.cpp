// A program that knows nothing of event loops: one thread runs them, and the caller waits for the result.
#include "practice.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <exception>
#include <iostream>
#include <thread>
#include <utility>

namespace asio = boost::asio;

/** A thread that runs an event loop until the scope is left, whatever the loop has left to do. */
class background
{
public:
    explicit background(asio::io_context& context)
        : context_{context}
        , thread_{[&context] { context.run(); }}
    {
    }

    background(background const&) = delete;
    background& operator=(background const&) = delete;

    ~background()
    {
        context_.stop();
        thread_.join();
    }

private:
    asio::io_context& context_;
    std::thread thread_;
};

int main()
{
    try
    {
        asio::io_context context;
        practice graph{context.get_executor()};
        auto const token = batch_cancel::make_fixed_token(graph.token());
        auto const transport = batch_cancel::make_tls_transport(
            context.get_executor(), {.service = graph.endpoint(), .ca_file = graph.ca_file()});
        batch_cancel::engine engine{
            context.get_executor(), {.max_in_flight = 8}, {.transport = transport.get(), .token_source = token.get()}};

        batch_cancel::pair_list pairs{graph.pairs()};
        batch_cancel::result_list results;
        auto const cancel_all = [&]
        {
            background const loop{context};
            // As a pair, since a run that stops short has a summary too: an exception would not bring it along.
            auto const keep = asio::use_future(
                [](boost::system::error_code error, batch_cancel::summary done) {
                    return std::pair{error, std::move(done)};
                });
            return engine.async_run(pairs, results, keep).get();
        };
        auto const [error, done] = cancel_all();
        if (error)
            std::cerr << error.message() << ": " << done.detail << '\n';
        return graph.confirms(done, results.results()) && !error ? 0 : 1;
    }
    catch (std::exception const& failure)
    {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
