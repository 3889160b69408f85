// A service made of callbacks: a run ends in a function of the service, and an error code says how.
#include "practice.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>

namespace asio = boost::asio;

class cancel_service
{
public:
    cancel_service(asio::io_context& context, practice& graph)
        : graph_{graph}
        , token_{batch_cancel::make_fixed_token(graph.token())}
        , transport_{batch_cancel::make_tls_transport(context.get_executor(),
                                                      {.service = graph.endpoint(), .ca_file = graph.ca_file()})}
        , engine_{context.get_executor(),
                  {.max_in_flight = 8},
                  {.transport = transport_.get(), .token_source = token_.get()}}
        , pairs_{graph.pairs()}
    {
    }

    void start()
    {
        engine_.async_run(pairs_, results_,
                          [this](boost::system::error_code failure, batch_cancel::summary done)
                          { finish(failure, done); });
    }

    bool is_right() const noexcept
    {
        return right_;
    }

private:
    void finish(boost::system::error_code failure, batch_cancel::summary const& done)
    {
        graph_.stop();
        right_ = graph_.confirms(done, results_.results()) && !failure;
        if (failure == batch_cancel::condition::resumable)
            std::cerr << "Stopped short, and can go on later: " << failure.message() << '\n';
        else if (failure)
            std::cerr << failure.message() << ": " << done.detail << '\n';
    }

    practice& graph_;
    std::unique_ptr<batch_cancel::token_source> token_;
    std::unique_ptr<batch_cancel::transport> transport_;
    batch_cancel::engine engine_;
    batch_cancel::pair_list pairs_;
    batch_cancel::result_list results_;
    bool right_{false};
};

int main()
{
    try
    {
        asio::io_context context;
        practice graph{context.get_executor()};
        cancel_service service{context, graph};
        service.start();
        context.run();
        return service.is_right() ? 0 : 1;
    }
    catch (std::exception const& failure)
    {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
