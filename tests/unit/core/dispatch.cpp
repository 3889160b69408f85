#include "core/dispatch.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

#include <boost/system/error_code.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::core;
using namespace std::chrono_literals;

namespace
{

using time_point = dispatch::time_point;
using duration = dispatch::duration;

// A dispatch with the pairs in hand; time is moved by the test.
class dispatch_fixture
{
public:
    explicit dispatch_fixture(engine_options wanted = {})
        : options(std::move(wanted))
    {
    }

    ticket begin(bool ambiguous = false)
    {
        ticket fresh;
        fresh.record.pair = {.job_id = "job", .task_id = std::to_string(++begun), .ambiguous = ambiguous};
        policy.begin(fresh, now);
        if (!fresh.is_settled)
            policy.on_sent(fresh, now);
        return fresh;
    }

    fate answer(ticket& asked, unsigned status, std::optional<std::chrono::milliseconds> retry_after = std::nullopt)
    {
        ++asked.record.attempts;
        asked.record.status = status;
        asked.record.retry_after = retry_after;
        auto const came_of = policy.on_answer(asked, {.status = status, .has_retry_after = retry_after.has_value()},
                                              {.started = now, .ended = now});
        hand_over(asked, came_of);
        return came_of;
    }

    fate lose(ticket& asked, lost_answer how)
    {
        ++asked.record.attempts;
        asked.record.status = 0;
        auto const came_of = policy.on_loss(asked, how, {.started = now, .ended = now});
        hand_over(asked, came_of);
        return came_of;
    }

    void hand_over(ticket& asked, fate came_of)
    {
        if (came_of == fate::refused)
            return;
        if (came_of == fate::settled)
            policy.on_outcome(asked.record, now);
        else
            policy.keep(std::move(asked), came_of);
        policy.release();
    }

    // Nothing gets through any more.
    void fail_all(std::size_t count = 64)
    {
        std::vector<ticket> asked;
        for (std::size_t i = 0; i != count; ++i)
            asked.push_back(begin());
        for (auto& each : asked)
            answer(each, 500);
        for (std::size_t i = 0; i != count && policy.cause() != pace_cause::probing; ++i)
        {
            auto again = next();
            answer(again, 500);
        }
    }

    // The next pair that waits, once it is due.
    ticket next()
    {
        now = std::max(now, policy.next_turn(now, false));
        ticket taken;
        REQUIRE(policy.take_waiting(now, false, taken));
        if (!taken.is_settled)
            policy.on_sent(taken, now);
        return taken;
    }

    engine_options options;
    random_bits random{7};
    time_point now{test_start};
    dispatch policy{options, random, test_start};
    unsigned begun{0};
};

}  // namespace

TEST_SUITE("dispatch")
{
    TEST_CASE("dispatch: ambiguity stays, the last reason stands, throttling costs no attempt")
    {
        dispatch_fixture fix({.max_attempts = 2});
        auto asked = fix.begin();
        fix.policy.on_source_end();
        CHECK(fix.answer(asked, 429, 1s) == fate::throttled);
        asked = fix.next();
        CHECK(asked.counted_attempts == 0);
        CHECK(fix.answer(asked, 500) == fate::failed);
        asked = fix.next();
        CHECK(asked.counted_attempts == 1);
        CHECK(asked.wants_fresh_connection);
        CHECK(fix.answer(asked, 408) == fate::settled);
        CHECK(asked.record.outcome == outcome::failed);
        CHECK(asked.record.reason == reason::timeout);
        CHECK(asked.record.ambiguous);
        CHECK(asked.record.attempts == 3);
    }

    TEST_CASE("dispatch: a clear answer after an ambiguous attempt is the outcome, and says that it is ambiguous")
    {
        dispatch_fixture fix;
        auto asked = fix.begin();
        fix.lose(asked, lost_answer::timeout);
        asked = fix.next();
        CHECK(fix.answer(asked, 409) == fate::settled);
        CHECK(asked.record.outcome == outcome::conflict);
        CHECK(asked.record.reason == reason::none);
        CHECK(asked.record.ambiguous);
    }

    TEST_CASE("dispatch: a request lost on a used connection is sent again at once, but only once")
    {
        dispatch_fixture fix;
        auto asked = fix.begin();
        fix.lose(asked, lost_answer::broken_off_reused);
        asked = fix.next();
        CHECK(fix.now == test_start);
        fix.lose(asked, lost_answer::broken_off_reused);
        asked = fix.next();
        CHECK(fix.now >= test_start + traffic::between_attempts.floor);
    }

    TEST_CASE("dispatch: a pause holds back what waits and what is new, and ends for both")
    {
        dispatch_fixture fix;
        auto asked = fix.begin();
        auto other = fix.begin();
        fix.answer(asked, 503, 7s);
        CHECK_FALSE(fix.policy.may_begin(fix.now));
        CHECK_FALSE(fix.policy.may_send(test_start + 7s - 1ns));
        CHECK(fix.policy.next_turn(fix.now, true) >= test_start + 7s);
        // What was in flight may end meanwhile.
        CHECK(fix.answer(other, 202) == fate::settled);
        asked = fix.next();
        CHECK(fix.now >= test_start + 7s);
        CHECK(fix.now <= test_start + 7700ms);
    }

    TEST_CASE("dispatch: after a pause what is sent is spaced at the pace that it has taught")
    {
        dispatch_fixture fix({.max_in_flight = 64, .adapt = false});
        // Ten a second are admitted, then one is refused.
        for (int i = 0; i != 50; ++i)
        {
            auto asked = fix.begin();
            fix.answer(asked, 202);
            fix.now += 100ms;
        }
        CHECK(fix.policy.allowed_rate() == 0);
        auto refused = fix.begin();
        fix.answer(refused, 429, 1s);
        auto asked = fix.next();
        CHECK(fix.policy.cause() == pace_cause::throttled);
        CHECK(fix.policy.allowed_rate() > 5);
        CHECK(fix.policy.allowed_rate() < 10);
        CHECK_FALSE(fix.policy.may_begin(fix.now));
        auto const next = fix.policy.next_turn(fix.now, true);
        CHECK(next > fix.now + 100ms);
        CHECK(next < fix.now + 200ms);
    }

    TEST_CASE("dispatch: a failing service is told by its own Retry-After, if that is longer than the backoff")
    {
        dispatch_fixture fix;
        auto asked = fix.begin();
        fix.answer(asked, 500, 90s);
        CHECK(fix.policy.may_begin(fix.now));
        asked = fix.next();
        CHECK(fix.now >= test_start + 90s);
    }

    TEST_CASE("dispatch: a pair that was throttled does not find out whether the service lets anything in again")
    {
        dispatch_fixture fix({.patience = 0s});
        auto asked = fix.begin();
        fix.answer(asked, 429, 1s);
        for (int i = 0; i != 3; ++i)
        {
            fix.now = fix.policy.next_turn(fix.now, true);
            CHECK_FALSE(fix.policy.take_waiting(fix.now, true, asked));
            REQUIRE(fix.policy.may_begin(fix.now));
            auto other = fix.begin();
            fix.answer(other, 202);
            fix.now += 17s;  // common turns are 16 s apart at most
            REQUIRE(fix.policy.take_waiting(fix.now, true, asked));
            fix.answer(asked, 429, 1s);
        }
        // Where there is no new one, it goes itself.
        fix.now = fix.policy.next_turn(fix.now, false);
        CHECK(fix.policy.take_waiting(fix.now, false, asked));
    }

    TEST_CASE("dispatch: only what this run did can halt it")
    {
        dispatch_fixture fix({.after_ambiguous = after_ambiguous::stop, .max_failed = 2});
        result settled{.outcome = outcome::failed, .reason = reason::interrupted, .attempts = 1};
        settled.pair.earlier_attempts = 1;
        for (int i = 0; i != 5; ++i)
            fix.policy.on_outcome(settled, fix.now);
        CHECK_FALSE(fix.policy.stop());
        settled.attempts = 2;
        fix.policy.on_outcome(settled, fix.now);
        CHECK_FALSE(fix.policy.stop());
        fix.policy.on_outcome(settled, fix.now);
        CHECK(fix.policy.stop());
    }

    TEST_CASE("dispatch: a throttled pair fails only when it has waited out the patience while others got through")
    {
        dispatch_fixture fix({.patience = 10min});
        auto asked = fix.begin();
        fix.answer(asked, 429, 60s);
        while (fix.now < test_start + 9min)
        {
            asked = fix.next();
            CHECK(fix.answer(asked, 429, 60s) == fate::throttled);
            fix.policy.on_outcome({.outcome = outcome::accepted}, fix.now);
        }
        SUBCASE("others got through")
        {
            while (!fix.policy.may_begin(fix.now))
                fix.now = fix.policy.next_turn(fix.now, true);
            auto other = fix.begin();
            fix.answer(other, 202);
            asked = fix.next();
            fix.now = std::max(fix.now, test_start + 10min + 1s);
            CHECK(fix.answer(asked, 429, 60s) == fate::settled);
            CHECK(asked.record.reason == reason::throttled);
            CHECK_FALSE(asked.record.ambiguous);
        }
        SUBCASE("nobody did")
        {
            asked = fix.next();
            fix.now = std::max(fix.now, test_start + 10min + 1s);
            CHECK(fix.answer(asked, 429, 60s) == fate::throttled);
        }
    }

    TEST_CASE("dispatch: when nothing gets through the run probes; a clear response ends that")
    {
        dispatch_fixture fix({.max_in_flight = 64, .adapt = false});
        fix.fail_all();
        CHECK(fix.policy.cause() == pace_cause::probing);
        CHECK(fix.policy.allowed_in_flight() == 1);
        CHECK_FALSE(fix.policy.may_begin(fix.now));
        std::vector<duration> steps;
        for (int i = 0; i != 12; ++i)
        {
            auto const before = fix.now;
            auto probe = fix.next();
            steps.push_back(fix.now - before);
            CHECK(probe.turn.is_probe);
            auto const counted = probe.counted_attempts;
            CHECK(fix.answer(probe, 500) == fate::failed);
            CHECK(probe.counted_attempts == counted);
        }
        // Steps grow, to where recovery is still noticed soon.
        CHECK(*std::max_element(steps.begin(), steps.end()) > 3s);
        CHECK(*std::max_element(steps.begin(), steps.end()) <= 10s);
        auto probe = fix.next();
        CHECK(fix.answer(probe, 202) == fate::settled);
        CHECK(fix.policy.cause() != pace_cause::probing);
        CHECK(fix.policy.may_begin(fix.now));
    }

    TEST_CASE(
        "dispatch: a pair does not fail for its attempts while nobody gets through and others are still to be begun")
    {
        dispatch_fixture fix({.max_attempts = 3});
        auto asked = fix.begin();
        for (int i = 0; i != 2; ++i)
        {
            fix.answer(asked, 500);
            asked = fix.next();
        }
        SUBCASE("nobody")
        {
            CHECK(fix.answer(asked, 500) == fate::failed);
            CHECK(fix.policy.cause() == pace_cause::probing);
        }
        SUBCASE("another pair is answered meanwhile")
        {
            auto other = fix.begin();
            fix.answer(other, 202);
            CHECK(fix.answer(asked, 500) == fate::settled);
            CHECK(asked.record.reason == reason::server_error);
        }
        SUBCASE("there are no others")
        {
            fix.policy.on_source_end();
            CHECK(fix.answer(asked, 500) == fate::settled);
        }
    }

    TEST_CASE("dispatch: a turn that was not used in time is waited for again")
    {
        dispatch_fixture fix({.max_in_flight = 8, .adapt = false, .max_rate = 10});
        auto early = fix.begin();
        CHECK(fix.policy.has_turn(early, fix.now + 20ms));
        std::vector<ticket> late;
        for (int i = 0; i != 4; ++i)
        {
            fix.now = fix.policy.next_turn(fix.now, true);
            ticket taken;
            taken.record.pair = {.job_id = "job", .task_id = "late"};
            fix.policy.begin(taken, fix.now);
            late.push_back(std::move(taken));
        }
        // Their connections come all at once, three seconds later.
        fix.now += 3s;
        unsigned sent = 0;
        for (auto& each : late)
        {
            if (!fix.policy.has_turn(each, fix.now))
                continue;
            fix.policy.on_sent(each, fix.now);
            ++sent;
        }
        CHECK(sent == 1);
        CHECK(fix.policy.next_send() == fix.now + 100ms);
        CHECK(fix.policy.has_turn(late.back(), fix.now + 100ms));
    }

    TEST_CASE("dispatch: Retry-After of one failing pair holds back that pair alone, and for minutes at most")
    {
        dispatch_fixture fix({.patience = 15min});
        auto asked = fix.begin();
        fix.answer(asked, 502, 3600s);
        CHECK_FALSE(fix.policy.stop());
        CHECK(fix.policy.may_begin(fix.now));
        CHECK(fix.policy.next_turn(fix.now, false) == test_start + 5min);
    }

    TEST_CASE("dispatch: in an outage every second probe is a new pair, so that bad pairs cannot hide a good service")
    {
        dispatch_fixture fix({.max_in_flight = 64, .adapt = false});
        fix.fail_all();
        unsigned fresh = 0;
        unsigned waiting = 0;
        for (int i = 0; i != 10; ++i)
        {
            fix.now = std::max(fix.now, fix.policy.next_turn(fix.now, true));
            ticket probe;
            if (fix.policy.take_waiting(fix.now, true, probe))
                ++waiting;
            else
            {
                REQUIRE(fix.policy.may_begin(fix.now));
                probe = fix.begin();
                ++fresh;
            }
            fix.answer(probe, 500);
        }
        CHECK(fresh == 5);
        CHECK(waiting == 5);
    }

    TEST_CASE("dispatch: once only failing pairs are left and others have got through, probes count")
    {
        dispatch_fixture fix({.max_in_flight = 64, .max_attempts = 3, .adapt = false});
        auto good = fix.begin();
        fix.answer(good, 202);
        fix.fail_all();
        auto probe = fix.next();
        fix.answer(probe, 500);
        CHECK(probe.turn.is_probe);
        fix.policy.on_source_end();
        unsigned settled = 0;
        while (fix.policy.waiting() != 0)
        {
            probe = fix.next();
            if (fix.answer(probe, 500) == fate::settled)
                ++settled;
        }
        CHECK(settled == 64);
    }

    TEST_CASE("dispatch: 20 pairs refused from the start stop the run, and are given back")
    {
        dispatch_fixture fix({.max_in_flight = 64, .adapt = false});
        for (int i = 0; i != 20; ++i)
        {
            CHECK_FALSE(fix.policy.stop());
            auto asked = fix.begin();
            CHECK(fix.answer(asked, 403) == fate::aside);
        }
        REQUIRE(fix.policy.stop());
        CHECK(fix.policy.stop()->why == errc::credentials_refused);
        CHECK(fix.policy.take_all().size() == 20);
    }

    TEST_CASE("dispatch: a refused token goes again with another one, and costs no attempt")
    {
        dispatch_fixture fix({.max_attempts = 1});
        auto asked = fix.begin();
        CHECK(fix.answer(asked, 401) == fate::refused);
        CHECK(asked.refusals == 1);
        fix.hand_over(asked, fix.policy.on_refusal(asked, true, fix.now));
        asked = fix.next();
        CHECK(asked.counted_attempts == 0);
        CHECK(fix.answer(asked, 202) == fate::settled);
    }

    TEST_CASE(
        "dispatch: a token that works while another one is asked for is tried once more, then the pair fails by itself")
    {
        dispatch_fixture fix({.max_in_flight = 4});
        auto other = fix.begin();
        auto asked = fix.begin();
        CHECK(fix.answer(asked, 401) == fate::refused);
        fix.now += 1s;
        CHECK(fix.answer(other, 202) == fate::settled);
        CHECK(fix.policy.on_refusal(asked, false, fix.now) == fate::failed);
        fix.hand_over(asked, fate::failed);
        asked = fix.next();
        CHECK(fix.answer(asked, 401) == fate::refused);
        CHECK(fix.policy.on_refusal(asked, false, fix.now) == fate::settled);
        CHECK(asked.record.reason == reason::unauthorized);
    }

    TEST_CASE("dispatch: answers that are no HTTP, to ten pairs in a row, stop the run")
    {
        dispatch_fixture fix({.max_in_flight = 64, .adapt = false});
        for (int i = 0; i != 10; ++i)
        {
            CHECK_FALSE(fix.policy.stop());
            auto asked = fix.begin();
            fix.lose(asked, lost_answer::unreadable);
        }
        REQUIRE(fix.policy.stop());
        CHECK(fix.policy.stop()->why == errc::not_http);
    }

    TEST_CASE("dispatch: an answer to what was asked before an outage does not end it")
    {
        dispatch_fixture fix({.max_in_flight = 64, .adapt = false});
        auto slow = fix.begin();
        fix.now += 1s;
        fix.fail_all(63);
        REQUIRE(fix.policy.cause() == pace_cause::probing);
        fix.now += 50ms;
        ++slow.record.attempts;
        slow.record.status = 202;
        CHECK(fix.policy.on_answer(slow, {.status = 202}, {.started = test_start, .ended = fix.now}) == fate::settled);
        CHECK(fix.policy.cause() == pace_cause::probing);
    }

    TEST_CASE("dispatch: a pause that the service did not ask for stops nothing before its time")
    {
        dispatch_fixture fix({.patience = 1s});
        fix.now += 999ms;
        auto asked = fix.begin();
        auto other = fix.begin();
        fix.now += 500ms;
        CHECK(fix.answer(asked, 429) == fate::throttled);
        REQUIRE(fix.policy.pause_ends() >= fix.now + 500ms);
        CHECK_FALSE(fix.policy.stop());
        CHECK(fix.answer(other, 429, 1s) == fate::throttled);
        CHECK(fix.policy.stop()->why == errc::patience_exhausted);
    }

    TEST_CASE("dispatch: a service that fails half of all attempts is served without waiting for anything but backoff")
    {
        dispatch_fixture fix({.max_in_flight = 64, .adapt = false});
        std::vector<ticket> asked;
        for (int i = 0; i != 1'000; ++i)
        {
            REQUIRE(fix.policy.may_begin(fix.now));
            auto failing = fix.begin();
            fix.answer(failing, 500);
            auto good = fix.begin();
            fix.answer(good, 202);
        }
        CHECK(fix.policy.waiting() == 1'000);
        CHECK(fix.policy.cause() != pace_cause::probing);
        // What is due goes before what is new.
        fix.now += 1s;
        ticket taken;
        unsigned again = 0;
        for (; fix.policy.take_waiting(fix.now, true, taken); ++again)
        {
            fix.policy.on_sent(taken, fix.now);
            fix.answer(taken, 202);
        }
        CHECK(again == 1'000);
    }

    TEST_CASE("dispatch: thousands of pairs that wait keep others from being begun, since memory is bounded")
    {
        dispatch_fixture fix({.max_in_flight = 2, .adapt = false});
        auto good = fix.begin();
        for (int i = 0; i != 4'096; ++i)
        {
            REQUIRE(fix.policy.may_begin(fix.now));
            auto asked = fix.begin();
            fix.answer(asked, 408);
            if (i % 16 == 0)
            {
                auto fine = fix.begin();
                fix.answer(fine, 202);
            }
        }
        CHECK_FALSE(fix.policy.may_begin(fix.now));
        fix.answer(good, 202);
        CHECK_FALSE(fix.policy.may_begin(fix.now));
        auto asked = fix.next();
        fix.answer(asked, 202);
        CHECK(fix.policy.may_begin(fix.now));
    }
}
