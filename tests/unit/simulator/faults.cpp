#include "asker.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace simulator_tests;
using simulator::afterwards;
using simulator::fault_kind;

namespace
{

simulator::options all_meet(fault_kind kind)
{
    return {.faults = {{kind, 1}}};
}

bool applied(asker const& fix, std::size_t task)
{
    auto const place = fix.service.migrations().find_task(0, fix.task(0, task));
    return place && fix.service.migrations().was_applied(*place);
}

}  // namespace

TEST_SUITE("faults")
{
    TEST_CASE("faults: a reset before carries nothing out, a reset after does")
    {
        asker before(all_meet(fault_kind::reset_before));
        auto const lost = before.cancel(before.job(0), before.task(0, 0));
        CHECK(lost.made.bytes.empty());
        CHECK(lost.made.then == afterwards::reset);
        CHECK(!applied(before, 0));
        CHECK(before.counts().lost == 1);

        asker after(all_meet(fault_kind::reset_after));
        auto const cut = after.cancel(after.job(0), after.task(0, 0));
        CHECK(cut.made.bytes.empty());
        CHECK(cut.made.then == afterwards::reset);
        CHECK(applied(after, 0));
        CHECK(after.counts().accepted == 1);
    }

    TEST_CASE("faults: a truncated answer is a part of the right one")
    {
        asker fix(all_meet(fault_kind::truncate));
        std::set<std::size_t> sizes;
        for (std::size_t task = 0; task < 50; ++task)
        {
            auto const made = fix.cancel(fix.job(0), fix.task(0, task));
            CHECK(made.made.then == afterwards::close_rudely);
            CHECK(std::string_view("HTTP/1.1 202 Accepted\r\n").starts_with(made.made.bytes.substr(0, 23)));
            CHECK(applied(fix, task));
            sizes.insert(made.made.bytes.size());
        }
        CHECK(sizes.size() > 20);
        CHECK(*sizes.rbegin() > 300);
    }

    TEST_CASE("faults: what a cancel came to is told, whatever the client gets to see")
    {
        struct seen
        {
            std::string task;
            unsigned status;
            bool was_applied;
            std::optional<fault_kind> met;
        };
        std::vector<seen> told;
        auto simulated = all_meet(fault_kind::truncate);
        simulated.on_cancel = [&told](simulator::cancel_seen const& cancel) {
            told.push_back({std::string(cancel.task_id), cancel.status, cancel.was_applied, cancel.met});
        };
        asker cut(simulated);
        for (std::size_t task = 0; task < 50; ++task)
        {
            auto const made = cut.cancel(cut.job(0), cut.task(0, task));
            REQUIRE(told.size() == task + 1);
            CHECK(told.back().task == cut.task(0, task));
            CHECK(told.back().was_applied);
            CHECK(told.back().met == fault_kind::truncate);
            CHECK(told.back().status == (made.holds("\r\n\r\n") ? 202 : 0));
        }
        told.clear();
        simulated.faults = all_meet(fault_kind::status_503).faults;
        asker failing(simulated);
        failing.cancel(failing.job(0), failing.task(0, 0));
        simulated.faults.clear();
        asker healthy(simulated);
        healthy.cancel(healthy.job(0), healthy.task(0, 1));
        healthy.cancel(healthy.job(0), healthy.task(0, 1));
        healthy.token = "another";
        healthy.cancel(healthy.job(0), healthy.task(0, 2));
        REQUIRE(told.size() == 4);
        CHECK(told[0].status == 503);
        CHECK(!told[0].was_applied);
        CHECK(told[1].status == 202);
        CHECK(told[1].was_applied);
        CHECK(!told[1].met);
        CHECK(told[2].status == 409);
        CHECK(!told[2].was_applied);
        CHECK(told[3].status == 401);
    }

    TEST_CASE("faults: server errors have Graph's form and keep the connection")
    {
        for (auto const& [kind, status] :
             {std::pair{fault_kind::status_500, 500u}, std::pair{fault_kind::status_503, 503u},
              std::pair{fault_kind::status_504, 504u}})
        {
            asker fix(all_meet(kind));
            auto const made = fix.cancel(fix.job(0), fix.task(0, 0));
            CHECK(made.status() == status);
            CHECK(made.holds("{\"error\":{\"code\":"));
            CHECK(!made.holds("Retry-After"));
            CHECK(made.made.then == afterwards::keep);
        }
    }

    TEST_CASE("faults: those whose effect is by chance are carried out about half the time")
    {
        for (auto const kind : {fault_kind::stall, fault_kind::garbage, fault_kind::status_500, fault_kind::status_504})
        {
            asker fix(all_meet(kind));
            int carried_out = 0;
            for (std::size_t task = 0; task < 100; ++task)
            {
                fix.cancel(fix.job(0), fix.task(0, task));
                carried_out += applied(fix, task) ? 1 : 0;
            }
            CHECK(carried_out > 25);
            CHECK(carried_out < 75);
            auto const seen = fix.counts();
            CHECK(seen.accepted == static_cast<std::uint64_t>(carried_out));
            CHECK(seen.accepted + seen.lost == 100);
        }
        asker refusing(all_meet(fault_kind::status_503));
        refusing.cancel(refusing.job(0), refusing.task(0, 0));
        CHECK(!applied(refusing, 0));
    }

    TEST_CASE("faults: what stalls, and what closes after its answer, says so to the connection")
    {
        asker stalled(all_meet(fault_kind::stall));
        auto const silent = stalled.cancel(stalled.job(0), stalled.task(0, 0));
        CHECK(silent.made.bytes.empty());
        CHECK(silent.made.then == afterwards::stall);

        asker closed(all_meet(fault_kind::close));
        auto const made = closed.cancel(closed.job(0), closed.task(0, 0));
        CHECK(made.status() == 202);
        CHECK(!made.holds("Connection: close"));
        CHECK(made.made.then == afterwards::close);
    }

    TEST_CASE("faults: garbage is no clean answer")
    {
        asker fix(all_meet(fault_kind::garbage));
        std::set<std::string> seen;
        for (std::size_t task = 0; task < 50; ++task)
            seen.insert(fix.cancel(fix.job(0), fix.task(0, task)).made.bytes);
        CHECK(seen.size() == 5);
        for (auto const& bytes : seen)
            CHECK((!bytes.starts_with("HTTP/1.1 202 ") || bytes.find("Content-Length: -5") != std::string::npos));
    }

    TEST_CASE("faults: each kind has its share, and another attempt has other luck")
    {
        asker fix({.faults = {{fault_kind::reset_before, 0.2}, {fault_kind::status_503, 0.1}}});
        int resets = 0;
        int refusals = 0;
        int second_time_lucky = 0;
        for (std::size_t n = 0; n < 5000; ++n)
        {
            auto const made = fix.cancel(fix.job(n / 100), fix.task(n / 100, n % 100));
            if (made.made.then == afterwards::reset)
            {
                ++resets;
                auto const again = fix.cancel(fix.job(n / 100), fix.task(n / 100, n % 100));
                second_time_lucky += again.made.then == afterwards::keep && again.status() == 202 ? 1 : 0;
            }
            else if (made.status() == 503)
                ++refusals;
        }
        CHECK(std::abs(resets - 1000) < 130);
        CHECK(std::abs(refusals - 500) < 100);
        CHECK(std::abs(second_time_lucky - resets * 7 / 10) < 90);
    }

    TEST_CASE("faults: the books of the cancels balance")
    {
        asker fix({.conflict_share = 0.1,
                   .missing_share = 0.1,
                   .throttle_per_second = 100,
                   .faults = simulator::parse_faults("reset-before=5%,reset-after=5%,stall=5%,truncate=5%,garbage=5%,"
                                                     "500=5%,503=5%,504=5%,close=5%")});
        for (std::size_t n = 0; n < 3000; ++n)
        {
            fix.now += std::chrono::milliseconds{9};
            fix.cancel(fix.job(n % 50), fix.task(n % 50, n % 97));
        }
        auto const seen = fix.counts();
        CHECK(seen.cancels == 3000);
        CHECK(seen.accepted + seen.conflict + seen.not_found + seen.throttled + seen.unauthorized + seen.lost +
                  seen.refused ==
              3000);
        CHECK(seen.accepted > 0);
        CHECK(seen.throttled > 0);
        CHECK(seen.lost > 0);
        std::uint64_t carried_out = 0;
        for (std::size_t job = 0; job < 50; ++job)
        {
            for (std::size_t task = 0; task < 100; ++task)
            {
                auto const place = fix.service.migrations().find_task(job, fix.task(job, task));
                carried_out += place && fix.service.migrations().was_applied(*place) ? 1u : 0u;
            }
        }
        CHECK(seen.accepted == carried_out);
    }
}
