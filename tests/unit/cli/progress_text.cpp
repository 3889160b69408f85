#include "cli/progress/progress_text.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;
using namespace std::chrono_literals;

namespace
{

progress_facts some_progress()
{
    progress_facts facts;
    facts.now.pairs.pairs = 1500;
    facts.now.pairs.accepted = 1200;
    facts.now.pairs.conflict = 30;
    facts.now.pairs.failed = 4;
    facts.now.in_flight = 12;
    facts.per_second = 100;
    return facts;
}

}  // namespace

TEST_SUITE("progress_text")
{
    TEST_CASE("progress: shows share and time left when the total is known")
    {
        auto facts = some_progress();
        facts.total = 12'340;
        CHECK(progress_text(facts) ==
              "1,234 of 12,340 (10 %), 100/s, accepted 1,200, conflict 30, failed 4, 1 min 51 s left");
    }

    TEST_CASE("progress: shows no time left without a total or a rate, or when all is done")
    {
        auto facts = some_progress();
        CHECK(progress_text(facts) == "1,234, 100/s, accepted 1,200, conflict 30, failed 4");
        facts.total = 1234;
        CHECK(progress_text(facts).find("left") == std::string::npos);
        facts.total = 5000;
        facts.per_second = 0;
        CHECK(progress_text(facts).find("left") == std::string::npos);
    }

    TEST_CASE("progress: says that the service has asked to wait, and that pairs wait")
    {
        auto facts = some_progress();
        facts.now.waiting = 7;
        facts.now.paused_for = 41s;
        CHECK(progress_text(facts) ==
              "1,234, 100/s, accepted 1,200, conflict 30, failed 4, waiting 7, paused by the service for 41 s");
    }

    TEST_CASE("progress: says how many are in flight while it stops")
    {
        auto facts = some_progress();
        facts.stopping = true;
        CHECK(progress_text(facts) == "1,234, 100/s, accepted 1,200, conflict 30, failed 4, stopping: 12 in flight");
    }

    TEST_CASE("progress: times are written to two units")
    {
        CHECK(time_span_text(400ms) == "0 s");
        CHECK(time_span_text(59s) == "59 s");
        CHECK(time_span_text(60s) == "1 min 0 s");
        CHECK(time_span_text(200s) == "3 min 20 s");
        CHECK(time_span_text(2h + 5min + 59s) == "2 h 5 min");
    }

    TEST_CASE("rate_meter: follows a steady rate at once and a change soon")
    {
        rate_meter meter;
        rate_meter::time_point now{};
        CHECK(meter.note(now, 0) == 0);
        std::uint64_t count = 0;
        for (int i = 0; i != 10; ++i)
            CHECK(meter.note(now += 1s, count += 100) == doctest::Approx(100));
        double rate = 0;
        for (int i = 0; i != 60; ++i)
            rate = meter.note(now += 1s, count += 20);
        CHECK(rate == doctest::Approx(20).epsilon(0.05));
        CHECK(meter.note(now, count) == doctest::Approx(rate));
    }
}
