#include "cli/options/values.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace batch_cancel::cli;
using namespace std::chrono_literals;

TEST_SUITE("options_values")
{
    TEST_CASE("values: times have a unit and are greater than zero")
    {
        CHECK(parse_time_limit("250ms") == 250ms);
        CHECK(parse_time_limit("30s") == 30s);
        CHECK(parse_time_limit("5m") == 5min);
        CHECK(parse_time_limit("2h") == 2h);
        for (auto const* const wrong : {"", "30", "0s", "0", "-1s", "s", "1d", "30 s", "nan", "9999999999999h"})
        {
            CAPTURE(wrong);
            CHECK_THROWS_AS(parse_time_limit(wrong), std::invalid_argument);
        }
    }

    TEST_CASE("values: a shard is one of a number")
    {
        CHECK(parse_shard("1/1") == batch_cancel::shard{1, 1});
        CHECK(parse_shard("3/8") == batch_cancel::shard{3, 8});
        for (auto const* const wrong : {"", "3", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2", "1/", "/2"})
        {
            CAPTURE(wrong);
            CHECK_THROWS_AS(parse_shard(wrong), std::invalid_argument);
        }
    }

    TEST_CASE("values: a count is a whole number from 1")
    {
        CHECK(parse_count("18446744073709551615") == 18446744073709551615U);
        for (auto const* const wrong : {"", "0", "-1", "1.5", "1e3", "18446744073709551616"})
        {
            CAPTURE(wrong);
            CHECK_THROWS_AS(parse_count(wrong), std::invalid_argument);
        }
    }

    TEST_CASE("values: names have commas between them")
    {
        CHECK(parse_names("upn") == std::vector<std::string>{"upn"});
        CHECK(parse_names(" upn , department") == std::vector<std::string>{"upn", "department"});
        for (auto const* const wrong : {"", "a,", ",a", "a,,b", " "})
        {
            CAPTURE(wrong);
            CHECK_THROWS_AS(parse_names(wrong), std::invalid_argument);
        }
    }

    TEST_CASE("values: clouds are known by name")
    {
        CHECK(cloud_root("global") == "https://graph.microsoft.com");
        CHECK(cloud_root("usgov") == "https://graph.microsoft.us");
        CHECK_THROWS_AS(cloud_root("moon"), std::invalid_argument);
    }

    TEST_CASE("values: a pace is so many a second, or a minute")
    {
        CHECK(parse_pace("50/s") == doctest::Approx(50));
        CHECK(parse_pace("90/min") == doctest::Approx(1.5));
        CHECK(parse_pace("12.5") == doctest::Approx(12.5));
        for (auto const* const wrong : {"", "0", "-1", "5/h", "x", "/s", "0.0001", "2000000"})
        {
            CAPTURE(wrong);
            CHECK_THROWS_AS(parse_pace(wrong), std::invalid_argument);
        }
    }

    TEST_CASE("values: what stops a run is a number of failed pairs, a share, both or none")
    {
        CHECK(parse_halt({"fail=20"}) == halt_limits{.failed = 20, .share = 0});
        CHECK(parse_halt({"fail=5%"}) == halt_limits{.failed = 0, .share = 0.05});
        CHECK(parse_halt({"fail=20", "fail=50%"}) == halt_limits{.failed = 20, .share = 0.5});
        CHECK(parse_halt({"fail=50%,fail=20"}) == halt_limits{.failed = 20, .share = 0.5});
        CHECK(parse_halt({"none"}) == halt_limits{});
        std::vector<std::vector<std::string>> const wrong{{""},
                                                          {"fail"},
                                                          {"fail="},
                                                          {"fail=0"},
                                                          {"fail=0%"},
                                                          {"fail=101%"},
                                                          {"conflict=3"},
                                                          {"fail=-1"},
                                                          {"fail=1x"},
                                                          {"fail=1", "fail=2"},
                                                          {"fail=1%,fail=2%"},
                                                          {"none", "fail=1"},
                                                          {"none", "none"}};
        for (auto const& texts : wrong)
        {
            CAPTURE(texts.front());
            CHECK_THROWS_AS(parse_halt(texts), std::invalid_argument);
        }
    }

    TEST_CASE("values: a limit may be turned off, a time may not be zero")
    {
        CHECK(parse_optional_limit("none") == 0s);
        CHECK(parse_optional_limit("90s") == 90s);
        CHECK_THROWS_AS(parse_optional_limit("0s"), std::invalid_argument);
    }

    TEST_CASE("values: what cannot be done yet after an ambiguous attempt is named")
    {
        CHECK(parse_after_ambiguous("retry") == batch_cancel::after_ambiguous::retry);
        CHECK(parse_after_ambiguous("stop") == batch_cancel::after_ambiguous::stop);
        CHECK_THROWS_WITH(parse_after_ambiguous("verify"), doctest::Contains("this version cannot"));
        CHECK_THROWS_AS(parse_after_ambiguous("again"), std::invalid_argument);
    }

    TEST_CASE("values: a limit of rejected lines is a number, a share or none")
    {
        CHECK(parse_rejection_limit("0") == rejection_limit{.lines = 0, .share = std::nullopt, .text = "0"});
        CHECK(parse_rejection_limit("25") == rejection_limit{.lines = 25, .share = std::nullopt, .text = "25"});
        CHECK(parse_rejection_limit("2.5%") == rejection_limit{.lines = std::nullopt, .share = 0.025, .text = "2.5%"});
        CHECK(parse_rejection_limit("none") ==
              rejection_limit{.lines = std::nullopt, .share = std::nullopt, .text = "none"});
        for (auto const* const wrong : {"", "-1", "x", "101%", "%"})
            CHECK_THROWS_AS(parse_rejection_limit(wrong), std::invalid_argument);
    }

    TEST_CASE("values: columns of ids are named one by one")
    {
        CHECK(parse_id_columns("job=Batch Id, task=A=B") == id_columns{.job = "Batch Id", .task = "A=B"});
        CHECK(parse_id_columns("task=x") == id_columns{.job = {}, .task = "x"});
        for (auto const* const wrong : {"", "x", "job=", "job=a,job=b", "user=a", "job=a,task=A"})
            CHECK_THROWS_AS(parse_id_columns(wrong), std::invalid_argument);
    }
}
