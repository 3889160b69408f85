#include "support/certificates.hpp"
#include "support/fault_server.hpp"
#include "support/temp_file.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <doctest/doctest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace
{

void run_with_two_threads(asio::io_context& context)
{
    std::thread other([&] { context.run(); });
    context.run();
    other.join();
}

std::vector<pair> some_pairs(std::size_t count)
{
    std::vector<pair> made;
    for (std::size_t i = 1; i <= count; ++i)
        made.push_back({.job_id = "job", .task_id = "task-" + std::to_string(i)});
    return made;
}

// One run that is cancelled on the caller's strand, again and again, until its handler has been called there.
class cancelled_all_the_time
{
public:
    cancelled_all_the_time(asio::io_context& context, engine& cancelled)
        : caller_(asio::make_strand(context))
        , engine_(cancelled)
    {
    }

    void start()
    {
        asio::post(caller_,
                   [this]
                   {
                       engine_.async_run(
                           pairs_, results_,
                           asio::bind_executor(
                               caller_, asio::bind_cancellation_slot(signal_.slot(),
                                                                     [this](boost::system::error_code, summary const&)
                                                                     { has_ended_ = true; })));
                       cancel();
                   });
    }

    bool has_ended() const noexcept
    {
        return has_ended_;
    }

private:
    void cancel()
    {
        if (has_ended_)
            return;
        signal_.emit(asio::cancellation_type::partial);
        asio::post(caller_, [this] { cancel(); });
    }

    asio::strand<asio::io_context::executor_type> caller_;
    engine& engine_;
    pair_list pairs_{std::vector<pair>{}};
    result_list results_;
    asio::cancellation_signal signal_;
    bool has_ended_ = false;
};

}  // namespace

TEST_SUITE("engine_threads")
{
    TEST_CASE("engine: a run is cancelled on its handler's executor while it ends on another thread")
    {
        auto const tokens = make_fixed_token("token-1");
        for (int round = 0; round < 50; ++round)
        {
            asio::io_context context(2);
            auto const transport = make_tls_transport(context.get_executor(), {});
            engine made(context.get_executor(), {}, {.transport = transport.get(), .token_source = tokens.get()});
            cancelled_all_the_time run(context, made);
            run.start();
            run_with_two_threads(context);
            CHECK(run.has_ended());
        }
    }

    TEST_CASE("engine: a run races a timer on the caller's strand of a context with two threads")
    {
        using namespace asio::experimental::awaitable_operators;
        auto const root = make_authority();
        auto const shown = make_certificate({}, &root);
        temp_file const root_file(root.certificate_pem());
        fault_server server(shown);
        server.start();
        auto const service = parse_endpoint("https://localhost:" + std::to_string(server.port()));
        auto const tokens = make_fixed_token("token-1");
        std::size_t races = 0;
        for (auto const limit : {0ms, 1ms, 3ms, 10ms, 30ms, 60000ms})
        {
            asio::io_context context(2);
            auto const strand = asio::make_strand(context);
            auto const transport = make_tls_transport(
                context.get_executor(), {.service = service,
                                         .ca_file = root_file.path(),
                                         .resolve_overrides = {{"localhost", server.port(), "127.0.0.1"}}});
            engine made(context.get_executor(), {.max_in_flight = 4},
                        {.transport = transport.get(), .token_source = tokens.get()});
            pair_list pairs(some_pairs(20));
            result_list results;
            auto race = [&]() -> asio::awaitable<void>
            {
                asio::steady_timer timer(strand, limit);
                auto running = made.async_run(pairs, results, asio::as_tuple(asio::use_awaitable));
                auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
                auto const first = co_await (std::move(running) || std::move(waiting));
                CHECK((first.index() == 1 || results.results().size() == 20));
                ++races;
            };
            asio::co_spawn(strand, race,
                           [](std::exception_ptr failed)
                           {
                               if (failed)
                                   std::rethrow_exception(failed);
                           });
            run_with_two_threads(context);
        }
        CHECK(races == 6);
        server.stop();
    }

    TEST_CASE("engine: a run is stopped from any thread")
    {
        auto const tokens = make_fixed_token("token-1");
        for (int round = 0; round < 20; ++round)
        {
            asio::io_context context(2);
            auto const transport = make_tls_transport(context.get_executor(), {});
            engine made(context.get_executor(), {}, {.transport = transport.get(), .token_source = tokens.get()});
            pair_list pairs(std::vector<pair>{});
            result_list results;
            std::atomic<bool> has_ended{false};
            made.async_run(pairs, results, [&](boost::system::error_code, summary const&) { has_ended = true; });
            std::thread other([&] { context.run(); });
            while (!has_ended)
                made.stop(stop_kind::drain);
            context.run();
            other.join();
        }
    }
}
