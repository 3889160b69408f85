#include "gated_pairs.hpp"
#include "hostile_run.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;

namespace
{

constexpr std::size_t bytes_of_key_update = 5 + 5 + 1 + 16;

// More than the client may take in before it gives the connection up.
constexpr std::size_t without_end = 2'000'000;

// What it may take in, and what TCP holds.
constexpr std::size_t most_updates = (64 * 1024 + most_bytes_under_way) / bytes_of_key_update;

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("empty records: an idle connection that floods is given up, not read to the end of the flood")
    {
        hostile_run fix({.max_in_flight = 1});
        auto const tasks = numbered("task", 2);
        gated_pairs pairs(fix.context,
                          {{.job_id = "job", .task_id = tasks[0]}, {.job_id = "job", .task_id = tasks[1]}});
        pairs.let_go();
        fault_reply flood{.bytes = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"};
        flood.key_updates = 1000;  // more than one buffer, so that the connection is not quiet
        flood.when_said = [&] { pairs.let_go(); };
        flood.more_key_updates = without_end;
        fix.server.answer(tasks[0], flood);
        fix.cancel(pairs, tasks);
        CHECK(fix.made().pairs.accepted == 2);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.server.handshakes() == 2);
        CHECK(fix.server.key_updates_sent() < most_updates);
    }

    TEST_CASE("empty records: a flood instead of an answer ends the exchange by its bytes, not by its time")
    {
        hostile_run fix({.max_in_flight = 1, .attempt_timeout = std::chrono::hours(1)});
        auto const tasks = numbered("task", 1);
        SUBCASE("before the header")
        {
            fix.server.answer(tasks[0], {.key_updates = without_end});
            fix.cancel(tasks);
            CHECK(fix.result_of(tasks[0]).outcome == outcome::accepted);
            CHECK(fix.result_of(tasks[0]).ambiguous);
            CHECK(fix.result_of(tasks[0]).attempts == 2);
        }
        SUBCASE("within the header")
        {
            fix.server.answer(tasks[0], {.bytes = "HTTP/1.1 202 Acc", .key_updates = without_end});
            fix.cancel(tasks);
            CHECK(fix.result_of(tasks[0]).ambiguous);
            CHECK(fix.result_of(tasks[0]).attempts == 2);
        }
        SUBCASE("instead of the body: the status line is the answer")
        {
            fix.server.answer(
                tasks[0], {.bytes = "HTTP/1.1 202 Accepted\r\nContent-Length: 10\r\n\r\n", .key_updates = without_end});
            fix.cancel(tasks);
            CHECK(fix.result_of(tasks[0]).outcome == outcome::accepted);
            CHECK_FALSE(fix.result_of(tasks[0]).ambiguous);
            CHECK(fix.result_of(tasks[0]).attempts == 1);
        }
        CHECK(fix.server.key_updates_sent() < most_updates);
    }

    TEST_CASE("empty records: an answer in records of one byte, or padded to the longest, is read")
    {
        hostile_run fix({.max_in_flight = 1});
        auto const padded = fix.server.add_identity(fix.shown, [](SSL_CTX* context)
                                                    { SSL_CTX_set_block_padding(context, SSL3_RT_MAX_PLAIN_LENGTH); });
        fix.server.welcome_with([=](std::size_t) { return welcome{.identity = padded}; });
        auto const tasks = numbered("task", 3);
        auto const body = R"({"status":"Accepted","message":")" + std::string(20'000, 'x') + R"("})";
        auto const bytes =
            "HTTP/1.1 202 Accepted\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        std::size_t piece = 0;
        SUBCASE("padded")
        {
            piece = 8000;
        }
        SUBCASE("of one byte")
        {
            fix.server.welcome_with([](std::size_t) { return welcome{}; });
            piece = 1;
        }
        for (auto const& each : tasks)
            fix.server.answer(each, {.bytes = bytes, .piece = piece});
        fix.cancel(tasks);
        CHECK(fix.made().pairs.accepted == 3);
        CHECK(fix.server.handshakes() == 1);
        CHECK(fix.result_of(tasks[0]).message.starts_with("xxx"));
    }
}
