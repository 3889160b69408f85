#include <batch_cancel/simulator/simulator.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string_view>

namespace simulator = batch_cancel::simulator;
using namespace std::chrono_literals;

TEST_SUITE("options")
{
    TEST_CASE("parse_share: reads percents and nothing else")
    {
        CHECK(simulator::parse_share("5%") == doctest::Approx(0.05));
        CHECK(simulator::parse_share("0.5%") == doctest::Approx(0.005));
        CHECK(simulator::parse_share("0%") == 0);
        CHECK(simulator::parse_share("100%") == 1);
        for (std::string_view const wrong : {"", "%", "5", "101%", "-1%", "+1%", "5 %", "nan%", "inf%", "5%%"})
            CHECK_THROWS_AS(simulator::parse_share(wrong), std::invalid_argument);
    }

    TEST_CASE("parse_duration: reads a number with its unit")
    {
        CHECK(simulator::parse_duration("250us") == 250us);
        CHECK(simulator::parse_duration("250ms") == 250ms);
        CHECK(simulator::parse_duration("1.5s") == 1500ms);
        CHECK(simulator::parse_duration("5m") == 5min);
        CHECK(simulator::parse_duration("2h") == 2h);
        CHECK(simulator::parse_duration("0") == 0s);
        for (std::string_view const wrong : {"", "5", "s", "-1s", "1d", "1 s", "1s ", "1e9h", "99999999h"})
            CHECK_THROWS_AS(simulator::parse_duration(wrong), std::invalid_argument);
    }

    TEST_CASE("parse_latency: reads a time or a range of times")
    {
        CHECK(simulator::parse_latency("40ms") == simulator::latency_range{40ms, 40ms});
        CHECK(simulator::parse_latency("10ms..40ms") == simulator::latency_range{10ms, 40ms});
        CHECK(simulator::parse_latency("0..1s") == simulator::latency_range{0ms, 1s});
        for (std::string_view const wrong : {"", "..", "10ms..", "..10ms", "40ms..10ms", "10..40ms", "1ms...2ms"})
            CHECK_THROWS_AS(simulator::parse_latency(wrong), std::invalid_argument);
    }

    TEST_CASE("parse_rate: reads a number a second or a minute")
    {
        CHECK(simulator::parse_rate("50/s") == 50);
        CHECK(simulator::parse_rate("0.5/s") == 0.5);
        CHECK(simulator::parse_rate("600/min") == 10);
        for (std::string_view const wrong : {"", "50", "0/s", "/s", "-1/s", "5/h", "5/ s"})
            CHECK_THROWS_AS(simulator::parse_rate(wrong), std::invalid_argument);
    }

    TEST_CASE("parse_faults: reads every kind by the name that it is written with")
    {
        using enum simulator::fault_kind;
        for (auto const kind :
             {reset_before, reset_after, stall, truncate, garbage, status_500, status_503, status_504, close})
        {
            auto const parsed = simulator::parse_faults(std::string(simulator::to_string(kind)) + "=25%");
            REQUIRE(parsed.size() == 1);
            CHECK(parsed.front() == simulator::fault{kind, 0.25});
        }
        auto const two = simulator::parse_faults("reset-after=2%,500=1%");
        REQUIRE(two.size() == 2);
        CHECK(two[0].kind == reset_after);
        CHECK(two[1].kind == status_500);
    }

    TEST_CASE("parse_faults: refuses unknown kinds, repeated ones and more than all")
    {
        for (std::string_view const wrong : {"", "stall", "stall=", "stall=5", "melt=5%", "=5%", "stall=1%,",
                                             ",stall=1%", "stall=1%,stall=1%", "stall=60%,500=60%"})
            CHECK_THROWS_AS(simulator::parse_faults(wrong), std::invalid_argument);
    }

    TEST_CASE("parse_faults: shares that add up to all are taken, whatever their decimals")
    {
        CHECK(simulator::parse_faults("500=33.3%,503=33.3%,504=33.4%").size() == 3);
    }

    TEST_CASE("validate: names the member that is out of its bounds")
    {
        auto const refuses = [](simulator::options const& wrong, char const* member)
        {
            try
            {
                simulator::validate(wrong);
                FAIL("taken: ", member);
            }
            catch (std::invalid_argument const& error)
            {
                CHECK(std::string_view(error.what()).find(member) != std::string_view::npos);
            }
        };
        simulator::validate({});
        refuses({.jobs = 0}, "jobs");
        refuses({.tasks_per_job = 0}, "tasks_per_job");
        refuses({.conflict_share = 1.5}, "conflict_share");
        refuses({.missing_share = -0.5}, "missing_share");
        refuses({.conflict_share = 0.6, .missing_share = 0.6}, "missing_share");
        refuses({.latency = {2ms, 1ms}}, "latency");
        refuses({.throttle_per_second = -1}, "throttle_per_second");
        refuses({.throttle_share = 1.5}, "throttle_share");
        refuses({.only_version = "v2"}, "only_version");
        refuses({.token_lifetime = -1s}, "token_lifetime");
        refuses({.faults = {{simulator::fault_kind::stall, 2}}}, "faults");
        refuses({.page_size = 0}, "page_size");
        refuses({.cancel_settles_after = -1s}, "cancel_settles_after");
    }
}
