#include "wire/retry_after.hpp"
#include "wire/http_date.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace batch_cancel::wire;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::sys_seconds;

namespace
{

constexpr sys_seconds noon{784111777s};  // Sun, 06 Nov 1994 08:49:37 GMT

std::optional<milliseconds> wait(std::string_view value)
{
    // Our own clock is a day off, and must not matter.
    return parse_retry_after(value, noon, noon + 24h);
}

}  // namespace

TEST_SUITE("retry_after")
{
    TEST_CASE("parse_retry_after: seconds, with decimals rounded up, zero included")
    {
        CHECK(wait("10") == 10s);
        CHECK(wait("0") == 0ms);
        CHECK(wait("2.128") == 2128ms);
        CHECK(wait("0.249") == 249ms);
        CHECK(wait("0.0001") == 1ms);
        CHECK(wait("1.9999") == 2000ms);
        CHECK(wait("000041") == 41s);
        CHECK(wait("1000000000") == 1000000000s);
    }

    TEST_CASE("parse_retry_after: what is no wait is no value")
    {
        for (auto const* garbage : {"", " ", "-1", "+1", "1e9", "1,5", "1.", ".5", "1.5.2", "0x10", "10 s", "soon",
                                    "9223372036854775808", "99999999999999999999999999", "nan"})
            CHECK_MESSAGE(!wait(garbage), garbage);
    }

    TEST_CASE("parse_retry_after: a date is measured against the answer's own Date")
    {
        CHECK(wait("Sun, 06 Nov 1994 08:49:47 GMT") == 10s);
        CHECK_FALSE(wait("Sun, 06 Nov 1994 08:49:37 GMT"));  // now
        CHECK_FALSE(wait("Sat, 05 Nov 1994 08:49:37 GMT"));  // yesterday
        CHECK_FALSE(wait("Fri, 06 Nov 2294 08:49:37 GMT"));  // beyond what nanoseconds hold
        CHECK_FALSE(
            parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", parse_http_date("Sat, 01 Jan 0000 00:00:00 GMT"), noon));
        CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", std::nullopt, noon + 500ms) == 9500ms);
    }

    TEST_CASE("parse_http_date: the three forms of RFC 9110")
    {
        CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == noon);
        CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == noon);
        CHECK(parse_http_date("Sunday, 22-Nov-26 08:49:37 GMT") ==
              std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 8h + 49min + 37s);
    }

    TEST_CASE("parse_http_date: what is no date is none")
    {
        for (auto const* garbage :
             {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
              "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
              "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov -994 08:49:37 GMT"})
            CHECK_MESSAGE(!parse_http_date(garbage), garbage);
    }
}
