#include "support/certificates.hpp"
#include "support/fault_server.hpp"
#include "support/temp_file.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/journal_file.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace
{

std::size_t open_files()
{
    std::filesystem::directory_iterator const all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

asio::awaitable<void> an_hour()
{
    auto const executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, 1h);
    co_await timer.async_wait(asio::use_awaitable);
}

// The parts of a run, each of which can be told to wait, and then says that it does.
struct parts_that_wait final : pair_source, result_sink, token_source, journal
{
    enum class part
    {
        none,
        source,
        sink,
        token,
        plan,
        commit,
    };

    asio::awaitable<std::size_t> read_some(std::span<pair> into) override
    {
        if (next == 3)
            co_await hold(part::source);
        auto const left = std::min<std::size_t>(into.size(), 3 - next);
        for (std::size_t i = 0; i != left; ++i)
            into[i] = {.job_id = "job", .task_id = "task-" + std::to_string(++next)};
        co_return left;
    }

    asio::awaitable<void> put(result const&) override
    {
        return hold(part::sink);
    }

    asio::awaitable<access_token> get(std::uint64_t) override
    {
        co_await hold(part::token);
        access_token token{.value = "token-1", .generation = 1};
        co_return token;
    }

    asio::awaitable<void> plan(std::span<pair const>) override
    {
        return hold(part::plan);
    }

    asio::awaitable<void> commit() override
    {
        return hold(part::commit);
    }

    void begin(pair const&) override {}
    void admit(pair const&) override {}
    void wait(result const&) override {}
    void pause(std::chrono::system_clock::time_point) override {}
    void settle(result const&) override {}
    void leave(pair const&) override {}

    asio::awaitable<void> hold(part which)
    {
        if (which != holds)
            co_return;
        waits = true;
        co_await an_hour();
    }

    part holds = part::none;
    std::atomic<bool> waits{false};
    std::size_t next{0};
};

enum class goes_first
{
    context,
    parts,
};

// A run against a real service whose event loop goes away in the middle of it.
class doomed_run
{
public:
    explicit doomed_run(engine_options wanted)
        : options(std::move(wanted))
    {
        options.seed = 42;
    }

    // Runs until `reached`, then destroys the context, and the parts before or after it.
    void end_when(std::function<bool()> const& reached, goes_first order)
    {
        context = std::make_unique<asio::io_context>(1);
        auto transport = make_tls_transport(
            context->get_executor(), {.service = parse_endpoint("https://localhost:" + std::to_string(server->port())),
                                      .ca_file = root_file.path(),
                                      .resolve_overrides = {{"localhost", server->port(), "127.0.0.1"}}});
        engine_parts given;
        given.transport = transport.get();
        given.token_source = parts.get();
        given.journal = parts.get();
        if (log)
            given.journal = log.get();
        given.on_event = [this](engine_event const& event) { seen.push_back(event.what); };
        auto engine = std::make_unique<batch_cancel::engine>(context->get_executor(), options, given);
        auto const held = std::make_shared<int>();
        bool was_called = false;
        engine->async_run(*parts, *parts,
                          [held, &was_called](boost::system::error_code, summary) { was_called = true; });
        auto const latest = std::chrono::steady_clock::now() + 60s;
        while (!reached() && !was_called && std::chrono::steady_clock::now() < latest)
            context->run_one_for(10ms);
        REQUIRE_MESSAGE(reached(), "the run has not come to where it is to end");
        context->poll();
        CHECK(held.use_count() == 2);
        if (order == goes_first::context)
            context.reset();
        engine.reset();
        transport.reset();
        parts.reset();
        log.reset();
        context.reset();
        CHECK_MESSAGE(held.use_count() == 1, "the handler has not been destroyed");
        CHECK(!was_called);
        server.reset();
        CHECK_MESSAGE(open_files() <= files, "a file or socket is still open");
    }

    bool has_seen(engine_event::kind what) const
    {
        return std::find(seen.begin(), seen.end(), what) != seen.end();
    }

    std::size_t const files = open_files();
    identity root = make_authority();
    identity shown = make_certificate({}, &root);
    std::unique_ptr<fault_server> server = std::make_unique<fault_server>(shown);
    temp_file root_file{root.certificate_pem()};
    engine_options options;
    std::unique_ptr<parts_that_wait> parts = std::make_unique<parts_that_wait>();
    std::unique_ptr<journal_file> log;
    std::vector<engine_event::kind> seen{};
    std::unique_ptr<asio::io_context> context{};  // while it runs
};

void in_every_order(std::function<void(engine_options, goes_first)> const& play)
{
    for (bool const is_serial : {false, true})
    {
        for (auto const order : {goes_first::context, goes_first::parts})
        {
            CAPTURE(is_serial);
            CAPTURE(order == goes_first::context);
            play({.max_in_flight = 2, .executor_is_serial = is_serial}, order);
        }
    }
}

}  // namespace

TEST_SUITE("engine_context")
{
    TEST_CASE("engine: a context that is destroyed before the first turn takes the run with it")
    {
        in_every_order(
            [](engine_options options, goes_first order)
            {
                asio::io_context other;
                auto context = std::make_unique<asio::io_context>(1);
                parts_that_wait parts;
                auto transport = make_tls_transport(other.get_executor(), {});
                auto made =
                    std::make_unique<engine>(context->get_executor(), options,
                                             engine_parts{.transport = transport.get(), .token_source = &parts});
                auto const held = std::make_shared<int>();
                made->async_run(parts, parts, [held](boost::system::error_code, summary) { FAIL("called"); });
                if (order == goes_first::context)
                    context.reset();
                made.reset();
                context.reset();
                CHECK(held.use_count() == 1);
            });
    }

    TEST_CASE("engine: a context that is destroyed while a part waits takes the run with it")
    {
        using part = parts_that_wait::part;
        for (auto const which : {part::source, part::sink, part::token, part::plan, part::commit})
        {
            CAPTURE(static_cast<int>(which));
            in_every_order(
                [which](engine_options options, goes_first order)
                {
                    doomed_run run(options);
                    run.server->start();
                    run.parts->holds = which;
                    run.end_when([&] { return run.parts->waits.load(); }, order);
                });
        }
    }

    TEST_CASE("engine: a context that is destroyed while connecting takes the run with it")
    {
        in_every_order(
            [](engine_options options, goes_first order)
            {
                doomed_run run(options);
                std::atomic<bool> is_connecting{false};
                run.server->welcome_with(
                    [&](std::size_t)
                    {
                        is_connecting = true;
                        return welcome{.how = welcome::manner::stall};
                    });
                run.server->start();
                run.end_when([&] { return is_connecting.load(); }, order);
            });
    }

    TEST_CASE("engine: a context that is destroyed while an answer is awaited takes the run with it")
    {
        in_every_order(
            [](engine_options options, goes_first order)
            {
                doomed_run run(options);
                std::atomic<bool> is_asked{false};
                run.server->answer_others(
                    [&](asked_request const&)
                    {
                        is_asked = true;
                        return fault_reply{};
                    });
                run.server->start();
                run.end_when([&] { return is_asked.load(); }, order);
            });
    }

    TEST_CASE("engine: a context that is destroyed while pairs wait takes the run with it")
    {
        struct
        {
            char const* answer;
            engine_event::kind shows;
        } const waits[] = {
            {"HTTP/1.1 500 Status\r\nContent-Length: 0\r\n\r\n", engine_event::kind::attempt_failed},
            {"HTTP/1.1 429 Status\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n", engine_event::kind::throttled},
        };
        for (auto const& each : waits)
        {
            CAPTURE(each.answer);
            in_every_order(
                [&](engine_options options, goes_first order)
                {
                    doomed_run run(options);
                    run.server->answer_others([&](asked_request const&) { return fault_reply{.bytes = each.answer}; });
                    run.server->start();
                    run.end_when([&] { return run.has_seen(each.shows); }, order);
                });
        }
    }

    TEST_CASE("engine: a context that is destroyed in the backoff after a failed connect takes the run with it")
    {
        in_every_order(
            [](engine_options options, goes_first order)
            {
                doomed_run run(options);
                run.server->welcome_with([](std::size_t) { return welcome{.how = welcome::manner::reset}; });
                run.server->start();
                run.end_when([&] { return run.has_seen(engine_event::kind::connection_failed); }, order);
            });
    }

    TEST_CASE("engine: a context that is destroyed while the journal is synced elsewhere takes the run with it")
    {
        in_every_order(
            [](engine_options options, goes_first order)
            {
                temp_file path{""};
                std::filesystem::remove(path.path());
                // Nobody runs it, so that a sync stays under way.
                auto elsewhere = std::make_unique<asio::io_context>(1);
                doomed_run run(options);
                run.log = std::make_unique<journal_file>(
                    path.path(), run_record{.run_id = "r", .endpoint = "e", .api_version = "v1.0"},
                    journal_file_options{.blocking = elsewhere->get_executor()});
                auto const records = [&] { return run.log ? run.log->statistics().records : 0; };
                auto const first = records();
                run.end_when(
                    [&]
                    {
                        if (run.context)
                            run.context->poll();
                        bool const is_planned = records() > first;
                        // It comes to rest before the executor goes away, as the journal asks.
                        if (is_planned)
                            elsewhere.reset();
                        return is_planned;
                    },
                    order);
            });
    }
}
