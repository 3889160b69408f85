#include "support/engine_fixture.hpp"

#include <batch_cancel/journal_file.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <doctest/doctest.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace
{

// Whatever a caller may take for "for ever" in an option.
constexpr auto for_ever = engine_options::duration::max();

reply after_a_second(seen_request const&)
{
    auto slow = accepted();
    slow.delay = 1s;
    return slow;
}

std::vector<pair> one_pair(std::string task_id)
{
    std::vector<pair> made(1);
    made.front() = {.job_id = "job", .task_id = std::move(task_id)};
    return made;
}

/** While it lives, what is leaked is not reported: Boost 1.81 leaks what holds an empty executor when it is asked for by a handler
    whose type is erased. */
class without_leak_check
{
public:
    without_leak_check()
    {
#if defined(__SANITIZE_ADDRESS__)
        __lsan_disable();
#endif
    }

    without_leak_check(without_leak_check const&) = delete;
    without_leak_check& operator=(without_leak_check const&) = delete;

    ~without_leak_check()
    {
#if defined(__SANITIZE_ADDRESS__)
        __lsan_enable();
#endif
    }
};

}  // namespace

TEST_SUITE("engine_misuse")
{
    TEST_CASE("engine: a second run at once completes with an error, and the first one does not notice")
    {
        for (bool const is_serial : {false, true})
        {
            engine_fixture fix({.executor_is_serial = is_serial});
            fix.service.answer_others(after_a_second);
            fix.start(task_ids(3));
            pair_list others(one_pair("other"));
            result_list nothing;
            asio::cancellation_signal cancel_second;
            std::optional<std::pair<boost::system::error_code, summary>> second;
            fix.engine->async_run(others, nothing,
                                  asio::bind_cancellation_slot(cancel_second.slot(),
                                                               [&](boost::system::error_code ec, summary made)
                                                               { second.emplace(ec, std::move(made)); }));
            CHECK_FALSE(second);
            cancel_second.emit(asio::cancellation_type::terminal);
            fix.settle_down();
            REQUIRE(second);
            CHECK(second->first == errc::already_running);
            CHECK(second->first == condition::misconfigured);
            CHECK(second->second.pairs.pairs == 0);
            fix.finish();
            CHECK(!fix.error());
            CHECK(fix.made().pairs.accepted == 3);
            CHECK(fix.service.requests_for("other") == 0);
        }
    }

    TEST_CASE("engine: another run can be started from the handler of the one before")
    {
        engine_fixture fix;
        pair_list first(one_pair("task-1"));
        pair_list then(one_pair("task-2"));
        std::vector<boost::system::error_code> ended;
        engine_parts parts;
        parts.transport = &fix.service;
        parts.token_source = fix.tokens.get();
        parts.clock = &fix.time;
        engine twice(fix.context.get_executor(), fix.options, parts);
        twice.async_run(first, fix.results,
                        [&](boost::system::error_code ec, summary const&)
                        {
                            ended.push_back(ec);
                            twice.async_run(then, fix.results,
                                            [&](boost::system::error_code again, summary const&)
                                            { ended.push_back(again); });
                        });
        fix.settle_down();
        CHECK(ended == std::vector<boost::system::error_code>(2));
        CHECK(fix.results.results().size() == 2);
    }

    TEST_CASE("engine: an empty executor is refused where it is given")
    {
        engine_fixture fix;
        engine_parts parts;
        parts.transport = &fix.service;
        parts.token_source = fix.tokens.get();
        for (bool const is_serial : {false, true})
            CHECK_THROWS_AS(engine(asio::any_io_executor{}, {.executor_is_serial = is_serial}, parts),
                            std::invalid_argument);
        CHECK_THROWS_AS(make_tls_transport(asio::any_io_executor{}, {}), std::invalid_argument);

        engine made(fix.context.get_executor(), {}, parts);
        pair_list pairs(std::vector<pair>{});
        without_leak_check const holder_leaks;
        CHECK_THROWS_AS(made.async_run(pairs, fix.results,
                                       asio::bind_executor(asio::any_io_executor{},
                                                           [](boost::system::error_code, summary const&) {})),
                        std::invalid_argument);
    }

    TEST_CASE("engine: one that has been moved from, or has lost its context, says so")
    {
        engine_fixture fix;
        auto context = std::make_unique<asio::io_context>();
        engine_parts parts;
        parts.transport = &fix.service;
        parts.token_source = fix.tokens.get();
        engine first(context->get_executor(), {}, parts);
        engine second(std::move(first));
        pair_list pairs(std::vector<pair>{});
        auto const ignore = [](boost::system::error_code, summary const&) {};
        CHECK_THROWS_AS(first.async_run(pairs, fix.results, ignore), std::logic_error);
        first.stop(stop_kind::abort);
        CHECK(first.progress().pairs.pairs == 0);
        CHECK(!first.get_executor());
        context.reset();
        CHECK_THROWS_AS(second.async_run(pairs, fix.results, ignore), std::logic_error);
        second.stop(stop_kind::abort);
        CHECK(!second.get_executor());
    }

    TEST_CASE("engine: durations without end are times without end")
    {
        engine_options options{.max_in_flight = 2};
        SUBCASE("attempt_timeout")
        {
            options.attempt_timeout = for_ever;
        }
        SUBCASE("patience")
        {
            options.patience = for_ever;
        }
        SUBCASE("max_duration")
        {
            options.max_duration = for_ever;
        }
        engine_fixture fix(options);
        fix.service.answer("task-1", http(429, "{}", "Retry-After: 3153600000\r\n"));
        fix.service.answer("task-2", http(500));
        fix.service.answer_others(after_a_second);
        fix.start(task_ids(3));
        fix.advance(1h);
        fix.engine->stop(stop_kind::drain);
        fix.finish();
        CHECK(fix.made().pairs.pairs == 3);
    }

    TEST_CASE("engine: a pause without end is kept, and can be stopped")
    {
        auto limit = engine_options::duration::zero();  // none
        SUBCASE("without limits") {}
        SUBCASE("with limits without end")
        {
            limit = for_ever;
        }
        engine_fixture fix({.patience = limit, .max_duration = limit, .paused_for = for_ever});
        fix.start(task_ids(3));
        fix.advance(1000h);
        CHECK_FALSE(fix.has_ended());
        CHECK(fix.made_so_far().paused_for > 1000h);
        fix.engine->stop(stop_kind::drain);
        fix.finish();
        CHECK(fix.service.requests().empty());
        CHECK(fix.made().pairs.unprocessed == 3);
    }

    TEST_CASE("engine: negative durations are refused")
    {
        constexpr auto below = engine_options::duration::min();
        for (auto const& options : {engine_options{.attempt_timeout = below}, engine_options{.patience = below},
                                    engine_options{.max_duration = below}, engine_options{.paused_for = below}})
            CHECK_THROWS_AS(validate(options), std::invalid_argument);
        asio::io_context context;
        CHECK_THROWS_AS(make_tls_transport(context.get_executor(), {.connect_timeout = below}), std::invalid_argument);
        CHECK_THROWS_AS(make_tls_transport(context.get_executor(), {.connect_timeout = 0s}), std::invalid_argument);
    }
}
