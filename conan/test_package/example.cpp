#include <batch_cancel/engine.hpp>
#include <batch_cancel/simulator/simulator.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/io_context.hpp>

#include <iostream>

int main()
{
    boost::asio::io_context context;
    batch_cancel::simulator::server graph{context.get_executor(), {.jobs = 1, .tasks_per_job = 1, .secure = false}};
    auto const token = batch_cancel::make_fixed_token(graph.token());
    auto const transport = batch_cancel::make_tls_transport(
        context.get_executor(), {.service = batch_cancel::parse_endpoint(graph.endpoint_url())});
    batch_cancel::engine engine{
        context.get_executor(), {}, {.transport = transport.get(), .token_source = token.get()}};

    batch_cancel::pair_list pairs{{{.job_id = graph.job_id(0), .task_id = graph.task_id(0, 0)}}};
    batch_cancel::result_list results;
    batch_cancel::summary done;
    engine.async_run(pairs, results,
                     [&](boost::system::error_code, batch_cancel::summary finished)
                     {
                         done = std::move(finished);
                         graph.stop();
                     });
    context.run();
    std::cout << done.pairs.accepted << " of " << done.pairs.pairs << " accepted\n";
    return done.pairs.accepted == 1 ? 0 : 1;
}
