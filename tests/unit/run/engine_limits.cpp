#include "support/engine_fixture.hpp"

#include <batch_cancel/errc.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;

namespace
{

reply slowly(reply with, std::chrono::nanoseconds delay = 100ms)
{
    with.delay = delay;
    return with;
}

std::size_t asked_before(engine_fixture const& fix, clock::time_point when)
{
    auto const& all = fix.service.requests();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](seen_request const& each) { return each.at < when; }));
}

}  // namespace

TEST_SUITE("engine_limits")
{
    TEST_CASE("engine: requests in flight start low and grow with quick answers, up to the most")
    {
        engine_fixture fix({.max_in_flight = 16});
        fix.service.answer_others([](seen_request const&) { return slowly(accepted()); });
        fix.start(task_ids(400));
        CHECK(fix.made_so_far().in_flight == 4);
        CHECK(fix.made_so_far().cause == pace_cause::starting);
        fix.advance(450ms);
        CHECK(fix.made_so_far().in_flight == 16);
        CHECK(fix.made_so_far().allowed_in_flight == 16);
        fix.finish();
        CHECK(fix.made().pairs.accepted == 400);
    }

    TEST_CASE("engine: without adapting, all that may be are in flight at once")
    {
        engine_fixture fix({.max_in_flight = 16, .adapt = false});
        fix.service.answer_others([](seen_request const&) { return slowly(accepted()); });
        fix.start(task_ids(100));
        CHECK(fix.made_so_far().in_flight == 16);
        fix.finish();
    }

    TEST_CASE("engine: a rate is kept, evenly")
    {
        engine_fixture fix({.max_in_flight = 8, .max_rate = 20});
        fix.service.answer_others([](seen_request const&) { return slowly(accepted()); });
        fix.start(task_ids(60));
        CHECK(fix.made_so_far().allowed_rate == 20);
        fix.finish();
        auto const& seen = fix.service.requests();
        REQUIRE(seen.size() == 60);
        for (std::size_t i = 1; i != seen.size(); ++i)
            CHECK(seen[i].at - seen[i - 1].at == 50ms);
    }

    TEST_CASE("engine: a pilot sends so many pairs, settles them, and leaves the rest")
    {
        engine_fixture fix({.max_begun = 5});
        fix.service.answer("task-2", http(500));
        fix.start(task_ids(20));
        fix.finish();
        CHECK(fix.error() == errc::pilot_done);
        CHECK(fix.made().pairs.accepted == 5);
        CHECK(fix.result_of("task-2").attempts == 2);
        CHECK(fix.service.requests().size() == 6);
        CHECK(fix.made().pairs.pairs == 20);
        CHECK(fix.made().pairs.unprocessed == 15);
    }

    TEST_CASE("engine: so many failures halt a run; the rest stays")
    {
        engine_fixture fix({.max_in_flight = 1, .max_failed = 3, .max_failed_share = 0});
        fix.service.answer_others([](seen_request const&) { return http(404); });
        fix.start(task_ids(20));
        fix.finish();
        CHECK(fix.error() == errc::halted);
        CHECK(fix.made().pairs.failed == 3);
        CHECK(fix.made().pairs.unprocessed == 17);
        CHECK(fix.made().detail == "3 of 3 pairs failed; last responses: HTTP 404: 3 of 3");
    }

    TEST_CASE("engine: a share of failures halts a run, but not before a hundred outcomes")
    {
        engine_fixture fix({.max_in_flight = 1, .max_failed_share = 0.2});
        fix.service.answer_others(
            [](seen_request const& seen)
            { return seen.task_id.ends_with('0') || seen.task_id.ends_with('5') ? http(404) : accepted(); });
        fix.start(task_ids(300));
        fix.finish();
        CHECK(fix.error() == errc::halted);
        CHECK(fix.made().pairs.settled() == 100);
    }

    TEST_CASE("engine: failures that halt when nothing is left have stopped nothing")
    {
        engine_fixture fix({.max_failed = 3});
        fix.service.answer_others([](seen_request const&) { return slowly(http(404)); });
        fix.start(task_ids(3));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.made().pairs.failed == 3);
    }

    TEST_CASE("engine: the time for a run ends it, with what is in flight")
    {
        engine_fixture fix({.max_in_flight = 1, .max_duration = 10s});
        fix.service.answer_others([](seen_request const&) { return slowly(accepted(), 3s); });
        fix.start(task_ids(20));
        fix.finish();
        CHECK(fix.error() == errc::out_of_time);
        CHECK(fix.made().pairs.accepted == 4);
        CHECK(fix.made().pairs.unprocessed == 16);
    }

    TEST_CASE("engine: a pair that alone is throttled for longer than the patience fails, and each throttle is counted")
    {
        engine_fixture fix({.max_in_flight = 2, .patience = 1min});
        fix.service.answer_others(
            [](seen_request const& seen)
            { return seen.task_id == "task-1" ? http(429, "{}", "Retry-After: 2\r\n") : slowly(accepted()); });
        fix.start(task_ids(60));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.result_of("task-1").reason == reason::throttled);
        CHECK_FALSE(fix.result_of("task-1").ambiguous);
        CHECK(fix.made().pairs.accepted == 59);
        CHECK(fix.made().requests.throttled == fix.service.requests_for("task-1"));
    }

    TEST_CASE("engine: a run in which no pair gets an outcome runs out of patience")
    {
        engine_fixture fix({.max_in_flight = 4, .patience = 5min});
        fix.service.answer_others([](seen_request const&) { return slowly(http(500)); });
        fix.start(task_ids(100));
        auto const start = fix.time.now();
        fix.finish();
        CHECK(fix.error() == errc::patience_exhausted);
        CHECK(fix.made().pairs.unprocessed == 100);
        CHECK(fix.time.now() - start >= 5min);
        CHECK(fix.time.now() - start < 5min + 1s);
    }

    TEST_CASE("engine: a source that is slow does not try the patience")
    {
        class slow_source final : public pair_source
        {
        public:
            explicit slow_source(batch_cancel::clock& time)
                : time_(time)
            {
            }

            boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override
            {
                if (given_ == 2)
                    co_return 0;
                ++given_;
                auto const when = time_.now() + 1h;
                co_await time_.wait_until(when);
                into[0] = {.job_id = "job", .task_id = "task-" + std::to_string(given_)};
                co_return 1;
            }

        private:
            batch_cancel::clock& time_;
            unsigned given_{0};
        };
        engine_fixture fix;
        slow_source pairs(fix.time);
        fix.start(pairs);
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 2);
    }

    TEST_CASE("engine: a Retry-After that outlasts the patience, or the time for the run, stops it at once")
    {
        engine_options options;
        errc expected{};
        SUBCASE("patience")
        {
            expected = errc::patience_exhausted;
        }
        SUBCASE("time")
        {
            options.patience = 0s;
            options.max_duration = 30min;
            expected = errc::out_of_time;
        }
        engine_fixture fix(options);
        fix.service.answer_others([](seen_request const&) { return http(429, "{}", "Retry-After: 3600\r\n"); });
        fix.start(task_ids(50));
        CHECK(fix.has_ended());
        CHECK(fix.error() == expected);
        CHECK(fix.made().pairs.unprocessed == 50);
        CHECK(fix.made().detail.find("3600 s") != std::string::npos);
    }

    TEST_CASE("engine: after an ambiguous attempt a pair is not sent again, if that is wanted")
    {
        engine_fixture fix({.after_ambiguous = after_ambiguous::stop});
        fix.service.answer("task-1", http(500));
        fix.service.answer("task-2", {.then = reply::ending::reset});
        fix.service.answer("task-3", http(408));
        fix.start(task_ids(4));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.result_of("task-1").reason == reason::server_error);
        CHECK(fix.result_of("task-1").ambiguous);
        CHECK(fix.result_of("task-2").reason == reason::connection);
        CHECK(fix.result_of("task-2").ambiguous);
        CHECK(fix.result_of("task-3").outcome == outcome::accepted);
        CHECK(fix.result_of("task-3").attempts == 2);
        CHECK(fix.service.requests_for("task-1") == 1);
    }

    TEST_CASE("engine: a pair that comes ambiguous is not sent, if ambiguous pairs are not to be sent again")
    {
        engine_fixture fix({.after_ambiguous = after_ambiguous::stop});
        fix.start(std::vector<pair>{{.job_id = "job", .task_id = "task-1", .ambiguous = true, .earlier_attempts = 1},
                                    {.job_id = "job", .task_id = "task-2"}});
        fix.finish();
        CHECK(fix.result_of("task-1").outcome == outcome::failed);
        CHECK(fix.result_of("task-1").reason == reason::interrupted);
        CHECK(fix.result_of("task-1").attempts == 1);
        CHECK(fix.service.requests_for("task-1") == 0);
        CHECK(fix.result_of("task-2").outcome == outcome::accepted);
    }

    TEST_CASE("engine: a service that fails for half a minute is probed, not stormed, and every pair is accepted")
    {
        engine_fixture fix;
        auto const heals = fix.time.now() + 30s;
        fix.service.answer_others([&](seen_request const& seen)
                                  { return slowly(seen.at < heals ? http(500) : accepted()); });
        fix.start(task_ids(2000));
        fix.finish();
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 2000);
        // The budget's 35 retries, those in flight when it was used up, and a probe a step.
        CHECK(asked_before(fix, heals) < 35 + 64 + 12);
        CHECK(std::any_of(fix.events.begin(), fix.events.end(),
                          [](auto const& each) { return each.second == "probing"; }));
    }

    TEST_CASE("engine: bodies that do not end hold no more together than their budget; all statuses count")
    {
        constexpr std::size_t lanes = 100;
        engine_fixture fix({.max_in_flight = lanes, .adapt = false});
        auto const body = "the service says " + std::string(1024 * 1024 - 100, 'x');
        fix.service.answer_others(
            [&](seen_request const&)
            {
                // The last byte does not come, so each answer is in progress until its time is up.
                return reply{.bytes = "HTTP/1.1 202 Accepted\r\nContent-Length: " + std::to_string(body.size() + 1) +
                                      "\r\n\r\n" + body};
            });
        fix.start(task_ids(lanes));
        CHECK(fix.engine->progress().in_flight == lanes);
        fix.finish();
        CHECK(fix.made().pairs.accepted == lanes);
        CHECK(fix.made().pairs.ambiguous == 0);
        auto const& all = fix.results.results();
        auto const kept = std::count_if(all.begin(), all.end(),
                                        [](result const& each) { return each.message.starts_with("the service"); });
        auto const missing =
            std::count_if(all.begin(), all.end(), [](result const& each) { return each.message.empty(); });
        CHECK(kept > 0);
        CHECK(kept <= 32);
        CHECK(kept + missing == static_cast<std::ptrdiff_t>(lanes));
    }

    TEST_CASE("engine: the room of a long body is there again for the next one")
    {
        engine_fixture fix({.max_in_flight = 1});
        auto const body = "the service says " + std::string(1000 * 1024, 'x');
        fix.service.answer_others([&](seen_request const&) { return http(202, body); });
        fix.start(task_ids(100));
        fix.finish();
        auto const& all = fix.results.results();
        CHECK(all.size() == 100);
        CHECK(std::all_of(all.begin(), all.end(),
                          [](result const& each) { return each.message.starts_with("the service"); }));
    }
}
