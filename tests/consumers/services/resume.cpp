// A service that may be killed at any time: started again, it resumes the run of its journal. Here its first process is a child that
// kills itself in the middle of the run; the second one is this process.
#include "practice.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/journal_file.hpp>
#include <batch_cancel/resume.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <limits>
#include <sys/wait.h>
#include <unistd.h>

namespace asio = boost::asio;

constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

/** Takes results until the process is to die. */
class mortal_sink final : public batch_cancel::result_sink
{
public:
    explicit mortal_sink(std::size_t dies_after) noexcept
        : left_{dies_after}
    {
    }

    asio::awaitable<void> put(batch_cancel::result const&) override
    {
        if (--left_ == 0)
            ::raise(SIGKILL);
        co_return;
    }

private:
    std::size_t left_;
};

/** What each process of the service does: cancel all pairs, or what an earlier process has left of them. */
asio::awaitable<void> cancel_all(practice& graph, std::filesystem::path journal_path, std::size_t dies_after)
{
    auto const executor = co_await asio::this_coro::executor;
    auto const token = batch_cancel::make_fixed_token(graph.token());
    auto const transport =
        batch_cancel::make_tls_transport(executor, {.service = graph.endpoint(), .ca_file = graph.ca_file()});
    batch_cancel::engine_options const options{.max_in_flight = 8};
    batch_cancel::pair_list input{graph.pairs()};
    mortal_sink results{dies_after};

    if (std::filesystem::exists(journal_path))
    {
        auto resumed = batch_cancel::resume_run(journal_path, input, *transport, options);
        batch_cancel::engine engine{
            executor,
            resumed.options(),
            {.transport = transport.get(), .token_source = token.get(), .journal = &resumed.journal()}};
        auto const [error, done] =
            co_await engine.async_run(resumed.pairs(), results, asio::as_tuple(asio::use_awaitable));
        co_await resumed.journal().finish(error, done);
    }
    else
    {
        batch_cancel::journal_file journal{journal_path, batch_cancel::new_run(*transport, options)};
        batch_cancel::engine engine{
            executor, options, {.transport = transport.get(), .token_source = token.get(), .journal = &journal}};
        auto const [error, done] = co_await engine.async_run(input, results, asio::as_tuple(asio::use_awaitable));
        co_await journal.finish(error, done);
    }
}

/** Start a process of the service that is killed after some results. */
pid_t start_mortal_process(practice& graph, std::filesystem::path const& journal_path)
{
    auto const child = ::fork();
    if (child != 0)
        return child;
    asio::io_context context;
    asio::co_spawn(context, cancel_all(graph, journal_path, 100), [](std::exception_ptr) {});
    context.run();
    ::_exit(1);  // it should have been killed
}

asio::awaitable<bool> live_twice(practice& graph, std::filesystem::path journal_path)
{
    auto const executor = co_await asio::this_coro::executor;
    asio::signal_set child_ended{executor, SIGCHLD};
    auto const child = start_mortal_process(graph, journal_path);
    co_await child_ended.async_wait(asio::use_awaitable);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFSIGNALED(status))
        co_return false;
    co_await cancel_all(graph, journal_path, never);
    graph.stop();
    co_return true;
}

/** Tell whether the journal has one outcome for each pair, whatever process had it. */
bool is_whole(practice const& graph, std::filesystem::path const& journal_path)
{
    batch_cancel::journal_reader journal{journal_path};
    batch_cancel::journal_totals totals;
    totals.add(journal);
    auto const sums = totals.sums();
    auto const& run = totals.journals().front();
    std::cout << run.processes << " processes, " << sums.pairs.pairs << " pairs: " << sums.pairs.accepted
              << " accepted, " << sums.pairs.conflict << " conflict, " << sums.pairs.failed << " failed, "
              << sums.pairs.unprocessed << " unprocessed; " << sums.pairs.ambiguous << " ambiguous\n";
    return run.processes == 2 && run.has_end && run.end.stopped_by.empty() && run.input.complete &&
           sums.pairs.pairs == graph.pairs().size() && sums.pairs.unprocessed == 0 && sums.superseded == 0;
}

int main()
{
    auto const journal_path = std::filesystem::current_path() / ("resume-" + std::to_string(::getpid()) + ".jsonl");
    try
    {
        asio::io_context context;
        practice graph{context.get_executor()};
        bool right = false;
        asio::co_spawn(context, live_twice(graph, journal_path),
                       [&right](std::exception_ptr failure, bool resumed)
                       {
                           if (failure)
                               std::rethrow_exception(failure);
                           right = resumed;
                       });
        context.run();
        right = right && is_whole(graph, journal_path);
        std::filesystem::remove(journal_path);
        return right ? 0 : 1;
    }
    catch (std::exception const& failure)
    {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
