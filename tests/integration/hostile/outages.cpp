#include "hostile_run.hpp"
#include "virtual_run.hpp"

#include <boost/asio/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
using decision = virtual_run::decision;

namespace
{

// Answered after a while, as over a network.
decision after(std::chrono::milliseconds delay, decision decided)
{
    decided.answer.delay = delay;
    return decided;
}

connect_plan refuse_connect(std::chrono::seconds after_so_long, boost::system::error_code why)
{
    connect_failure failure;
    failure.step = connect_step::connect;
    failure.error = why;
    failure.detail = "cannot connect: " + why.message();
    return {.delay = after_so_long, .failure = failure};
}

// So many requests a second, and a burst of as many as half a second brings; refuses the others for a second.
class bucket
{
public:
    explicit bucket(double per_second)
        : per_second_(per_second)
    {
    }

    bool admits(double now)
    {
        tokens_ = std::min(per_second_ / 2, tokens_ + (now - last_) * per_second_);
        last_ = now;
        if (tokens_ < 1)
            return false;
        tokens_ -= 1;
        return true;
    }

private:
    double per_second_;
    double tokens_{1};
    double last_{0};
};

clock::time_point start_of(virtual_run const& fix)
{
    return fix.time.now() - std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(fix.seconds()));
}

std::size_t requests_between(virtual_run const& fix, double from, double to)
{
    auto const start = start_of(fix);
    auto const& all = fix.service.requests();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(),
                                                  [&](seen_request const& request)
                                                  {
                                                      std::chrono::duration<double> const at = request.at - start;
                                                      return at.count() >= from && at.count() < to;
                                                  }));
}

// First request after a point in time, in seconds of the run.
double first_request_after(virtual_run const& fix, double seconds)
{
    auto const start = start_of(fix);
    for (auto const& request : fix.service.requests())
    {
        auto const at = std::chrono::duration<double>(request.at - start).count();
        if (at >= seconds)
            return at;
    }
    return 1e9;
}

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("D23: a black hole of five minutes: what was in flight is ambiguous, no more, and the run recovers")
    {
        virtual_run fix({.max_in_flight = 8});
        auto const in_hole = [&] { return fix.seconds() >= 10 && fix.seconds() < 310; };
        fix.serve(
            [&](seen_request const& request)
            {
                // The request got through and its answer did not, or neither did.
                if (in_hole())
                    return decision{.answer = silence(), .applied = request.task_id.ends_with('0')};
                return after(200ms, fix.take(request));
            });
        fix.service.answer_connects(
            [&] { return in_hole() ? refuse_connect(10s, boost::asio::error::timed_out) : connect_plan{}; });
        auto const tasks = numbered("task", 2000);
        fix.start(tasks);
        fix.finish_and_check(tasks);
        CHECK(!fix.error());
        CHECK(fix.made().pairs.failed == 0);
        CHECK(fix.made().pairs.ambiguous > 0);
        CHECK(fix.made().pairs.ambiguous <= 8);
        CHECK(first_request_after(fix, 310) <= 310 + 30 + 10);
    }

    TEST_CASE("D23: half the bandwidth is no fault: nobody fails, and nothing is ambiguous")
    {
        virtual_run fix({.max_in_flight = 8});
        fix.serve([&](seen_request const& request)
                  { return after(fix.seconds() < 10 ? 200ms : 400ms, fix.take(request)); });
        auto const tasks = numbered("task", 1000);
        fix.start(tasks);
        fix.finish_and_check(tasks);
        CHECK(fix.made().pairs.accepted == 1000);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.made().requests.retried == 0);
    }

    TEST_CASE("D25: errors for two seconds of every ten: no pair is failed by what passes")
    {
        virtual_run fix({.max_in_flight = 8});
        fix.serve(
            [&](seen_request const& request)
            {
                auto const second = static_cast<unsigned>(fix.seconds());
                if (second % 10 < 8)
                    return after(100ms, fix.take(request));
                constexpr unsigned errors[] = {500, 502, 503, 504};
                bool const is_applied = request.task_id.ends_with('1') && !fix.was_applied(request.task_id);
                return after(100ms, {.answer = http(errors[second / 10 % 4]), .applied = is_applied});
            });
        auto const tasks = numbered("task", 3000);
        fix.start(tasks);
        fix.finish_and_check(tasks);
        CHECK(!fix.error());
        CHECK(fix.made().pairs.failed == 0);
        CHECK(fix.made().pairs.conflict <= fix.made().pairs.ambiguous);
    }

    TEST_CASE("D25: dead for ten minutes, then back at a tenth of what it did: no pair is lost")
    {
        virtual_run fix({.max_in_flight = 16});
        bucket small(15);
        auto const is_dead = [&] { return fix.seconds() >= 5 && fix.seconds() < 605; };
        fix.serve(
            [&](seen_request const& request)
            {
                if (is_dead())
                    return decision{.answer = {.then = reply::ending::reset},
                                    .applied = request.task_id.ends_with('0')};
                if (fix.seconds() > 605 && !small.admits(fix.seconds()))
                    return decision{.answer = http(429, "{}", "Retry-After: 1\r\n")};
                return after(100ms, fix.take(request));
            });
        fix.service.answer_connects(
            [&] { return is_dead() ? refuse_connect(0s, boost::asio::error::connection_refused) : connect_plan{}; });
        auto const tasks = numbered("task", 3000);
        fix.start(tasks);
        fix.finish_and_check(tasks);
        CHECK(!fix.error());
        CHECK(fix.made().pairs.failed == 0);
        CHECK(fix.made().pairs.ambiguous <= 16);
        CHECK(fix.service.connects() <= 16 + 16 + 100);  // in ten minutes of backoff up to 30 s, one try at a time
    }

    TEST_CASE(
        "D25: a gateway whose service is gone for ten minutes: probes, no storm, nobody fails, and a quick recovery")
    {
        virtual_run fix({.max_in_flight = 16});
        fix.serve(
            [&](seen_request const& request)
            {
                if (fix.seconds() < 5 || fix.seconds() >= 605)
                    return after(100ms, fix.take(request));
                bool const is_applied = request.task_id.ends_with('0');
                return after(100ms, {.answer = http(504), .applied = is_applied});
            });
        auto const tasks = numbered("task", 12000);
        fix.start(tasks);
        fix.finish_and_check(tasks);
        CHECK(!fix.error());
        CHECK(fix.made().pairs.unprocessed == 0);
        CHECK(fix.made().pairs.failed == 0);
        CHECK(fix.made().pairs.ambiguous > 0);
        // What the budget allows, what was in flight when it was used up, and probes every five seconds on average.
        CHECK(requests_between(fix, 5, 605) <= 35 + 16 + 160);
        CHECK(requests_between(fix, 635, 645) >= 9 * requests_between(fix, 3, 5) / 2);
    }
}
