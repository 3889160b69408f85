#include "journal/timestamp.hpp"

#include "unit/journal/journal_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace batch_cancel::journal_format;
using batch_cancel::testing::test_time;
using namespace std::chrono_literals;

namespace
{

std::string written(timestamp_writer& writer, std::chrono::system_clock::time_point time)
{
    std::string out(timestamp_writer::length + 1, '#');
    CHECK(writer.put(out.data(), time) == out.data() + timestamp_writer::length);
    CHECK(out.back() == '#');
    out.pop_back();
    return out;
}

}  // namespace

TEST_SUITE("timestamp")
{
    TEST_CASE("timestamp_writer: RFC 3339 in UTC with milliseconds, whatever was written before")
    {
        timestamp_writer writer;
        CHECK(written(writer, test_time()) == "2026-11-21T22:10:03.412Z");
        CHECK(written(writer, test_time(587ms)) == "2026-11-21T22:10:03.999Z");
        CHECK(written(writer, test_time(588ms)) == "2026-11-21T22:10:04.000Z");
        CHECK(written(writer, test_time()) == "2026-11-21T22:10:03.412Z");
        CHECK(written(writer, {}) == "1970-01-01T00:00:00.000Z");
        CHECK(written(writer, std::chrono::system_clock::time_point{-1ms}) == "1969-12-31T23:59:59.999Z");
        CHECK(written(writer, std::chrono::sys_days{std::chrono::year{2028} / 2 / 29}) == "2028-02-29T00:00:00.000Z");
    }

    TEST_CASE("parse_timestamp: reads what was written")
    {
        timestamp_writer writer;
        for (auto time = test_time(); time < test_time(24h * 800); time += 86399s * 3 + 7ms)
            CHECK(parse_timestamp(written(writer, time)) == time);
    }

    TEST_CASE("timestamp_writer: writes nothing that cannot be read, whatever the clock shows")
    {
        using std::chrono::system_clock;
        timestamp_writer writer;
        for (auto const time : {system_clock::time_point::min(), system_clock::time_point::max()})
            CHECK(parse_timestamp(written(writer, time)));
    }

    TEST_CASE("parse_timestamp: reads nothing else")
    {
        for (auto const* text : {"", "2026-11-21T22:10:03Z", "2026-11-21 22:10:03.412Z", "2026-13-21T22:10:03.412Z",
                                 "2026-02-29T22:10:03.412Z", "2026-11-21T24:10:03.412Z", "2026-11-21T22:60:03.412Z",
                                 "2026-11-21T22:10:61.412Z", "2026-11-21T22:10:03.41 Z", "2026-11-21T22:10:03.412+",
                                 "-026-11-21T22:10:03.412Z", "9999-11-21T22:10:03.412Z", "0001-11-21T22:10:03.412Z"})
            CHECK_FALSE(parse_timestamp(text));
    }
}
