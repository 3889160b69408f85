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
              "1,234 of 12,340 (10 %), 100/s, 1 min 51 s left, accepted 1,200, conflict 30, failed 4");
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
        facts.paused_until = "14:03:20";
        CHECK(progress_text(facts) == "1,234, 100/s, paused until 14:03:20, throttled, accepted 1,200, conflict 30, "
                                      "failed 4, waiting 7");
    }

    TEST_CASE("progress: says how much may be sent, and why it is not more")
    {
        auto facts = some_progress();
        facts.now.allowed_in_flight = 64;
        CHECK(progress_text(facts) == "1,234, 100/s, 64 at once, accepted 1,200, conflict 30, failed 4");
        facts.now.allowed_in_flight = 12;
        facts.now.allowed_rate = 47.52;
        facts.now.cause = batch_cancel::pace_cause::throttled;
        CHECK(progress_text(facts) ==
              "1,234, 100/s, 12 at once, throttled: 429, 47.5/s, accepted 1,200, conflict 30, failed 4");
        facts.now.allowed_rate = 0.02;
        CHECK(progress_text(facts).find("throttled: 429, 0.02/s") != std::string::npos);
        facts.now.cause = batch_cancel::pace_cause::failing;
        facts.now.troubles = "HTTP 500: 22 of 100 responses";
        CHECK(progress_text(facts).find(
                  "12 at once, at most 0.02/s (failing), HTTP 500: 22 of 100 responses, accepted") !=
              std::string::npos);
    }

    TEST_CASE("progress: the end of a pause has its day if that is another one")
    {
        // Noon by any clock of the world is on this day or the next, and four days later on neither.
        std::chrono::system_clock::time_point const noon = std::chrono::sys_days{2026y / 11 / 22} + 12h;
        auto const soon = wall_clock_text(noon, noon);
        CHECK(soon.size() == std::string_view{"14:03:20"}.size());
        auto const late = wall_clock_text(noon + 96h, noon);
        CHECK(late.size() == std::string_view{"2026-11-26 14:03:20"}.size());
        CHECK(late.ends_with(soon));
    }

    TEST_CASE("progress: says how many are in flight while it stops")
    {
        auto facts = some_progress();
        facts.stopping = true;
        CHECK(progress_text(facts) == "1,234, 100/s, stopping: 12 in flight, accepted 1,200, conflict 30, failed 4");
    }

    TEST_CASE("progress: times are written to two units")
    {
        CHECK(time_span_text(400ms) == "0 s");
        CHECK(time_span_text(59s) == "59 s");
        CHECK(time_span_text(60s) == "1 min");
        CHECK(time_span_text(3599s) == "59 min 59 s");
        CHECK(time_span_text(2h + 29s) == "2 h");
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
