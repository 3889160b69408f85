#include "gated_pairs.hpp"
#include "one_by_one.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using ending = fault_reply::ending;

namespace
{

fault_reply conflict()
{
    return {.bytes = "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"};
}

fault_reply lost(ending how, bool applied)
{
    return {.then = how, .applied = applied};
}

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("D5: an idle connection that closes under a request: once more over a fresh one, and flagged")
    {
        for (auto const how : {ending::close, ending::close_rudely, ending::half_close, ending::reset})
        {
            CAPTURE(static_cast<int>(how));
            hostile_run fix({.max_in_flight = 1});
            auto const tasks = numbered("task", 3);
            fix.server.answer("task-2", lost(how, false));
            fix.server.answer("task-3", lost(how, true));
            fix.server.answer("task-3", conflict());
            fix.cancel(tasks);
            CHECK(fix.result_of("task-2").outcome == outcome::accepted);
            CHECK(fix.result_of("task-2").ambiguous);
            CHECK(fix.result_of("task-2").attempts == 2);
            CHECK(fix.result_of("task-3").outcome == outcome::conflict);
            CHECK(fix.result_of("task-3").ambiguous);
            CHECK(fix.result_of("task-3").attempts == 2);
            CHECK_FALSE(fix.result_of("task-1").ambiguous);
            CHECK(fix.server.handshakes() == 3);
        }
    }

    TEST_CASE("D6: carried out, then reset before a byte of an answer: a conflict that follows is flagged")
    {
        hostile_run fix({.max_in_flight = 4});
        auto const tasks = numbered("task", 40);
        for (std::size_t i = 0; i < tasks.size(); i += 4)
        {
            fix.server.answer(tasks[i], lost(ending::reset, true));
            fix.server.answer(tasks[i], conflict());
        }
        fix.cancel(tasks);
        CHECK(fix.made().pairs.conflict == 10);
        CHECK(fix.made().pairs.accepted == 30);
        CHECK(fix.made().pairs.ambiguous == 10);
    }

    TEST_CASE("D6: a pair that is reset every time fails as ambiguous")
    {
        hostile_run fix({.max_in_flight = 2, .max_attempts = 3});
        for (int i = 0; i < 3; ++i)
        {
            fix.server.answer("task-1", lost(ending::reset, true));
            fix.server.answer("task-2", lost(ending::reset, false));
        }
        // They are the last: while there are others to try, and none has got through since, it may be the service that fails.
        auto tasks = numbered("task", 20);
        std::reverse(tasks.begin(), tasks.end());
        fix.cancel(tasks);
        for (auto const* task : {"task-1", "task-2"})
        {
            CHECK(fix.result_of(task).outcome == outcome::failed);
            CHECK(fix.result_of(task).reason == reason::connection);
            CHECK(fix.result_of(task).ambiguous);
            CHECK(fix.result_of(task).attempts == 3);
        }
        CHECK(fix.made().pairs.accepted == 18);
    }

    TEST_CASE("D22: the end of TLS without a word is an end like any other; the header decides")
    {
        std::string const body = R"({"status":"Accepted","message":"It was taken."})";
        auto const length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
        std::vector<fault_reply> const replies{
            {.bytes = taken(length, body), .then = ending::close_rudely},
            {.bytes = taken("Connection: close\r\n", body), .then = ending::close_rudely},
            {.bytes = taken("Connection: close\r\n", body), .then = ending::close},
            {.bytes = taken(length, body.substr(0, 20)), .then = ending::close_rudely},
            {.bytes = taken("Transfer-Encoding: chunked\r\n", "14\r\n{\"stat"), .then = ending::close_rudely},
        };
        // One at a time, with a run of its own: the next pair must not meet the connection that is about to end.
        for (std::size_t i = 0; i < replies.size(); ++i)
        {
            CAPTURE(i);
            hostile_run fix({.max_in_flight = 1});
            fix.server.answer("task", replies[i]);
            fix.cancel({"task"});
            auto const& result = fix.result_of("task");
            CHECK(result.outcome == outcome::accepted);
            CHECK_FALSE(result.ambiguous);
            CHECK(result.attempts == 1);
            bool const is_whole = i < 3;
            CHECK((result.message == "It was taken.") == is_whole);
        }
    }

    TEST_CASE("D24: a connection for each answer, announced: as many handshakes, and no more")
    {
        hostile_run fix({.max_in_flight = 4});
        fix.server.answer_others(
            [](asked_request const& request)
            {
                auto reply = take_it(request);
                reply.bytes.insert(reply.bytes.find("Content-Length"), "Connection: close\r\n");
                return reply;
            });
        fix.cancel(numbered("task", 40));
        CHECK(fix.made().pairs.accepted == 40);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.server.requests().size() == 40);
        CHECK(fix.server.connections() == 40);
    }

    TEST_CASE("D24: a connection for each answer, unannounced: the run finishes, a handshake an answer at most")
    {
        hostile_run fix({.max_in_flight = 4});
        fix.server.answer_others(
            [](asked_request const& request)
            {
                auto reply = take_it(request);
                reply.then = ending::close_rudely;
                return reply;
            });
        fix.cancel(numbered("task", 40));
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 40);
        // One more for each request that met the end of its connection.
        CHECK(fix.server.handshakes() <= fix.made().requests.attempts);
    }

    TEST_CASE("D24: two connections and no more: the others are reset, and the run finishes over the two")
    {
        hostile_run fix({.max_in_flight = 8});
        fix.server.welcome_with(
            [&](std::size_t) { return fix.server.open() <= 2 ? welcome{} : welcome{.how = welcome::manner::reset}; });
        fix.cancel(numbered("task", 60));
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 60);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.server.handshakes() == 2);
        CHECK(fix.server.connections() <= fix.server.answers_said());
    }

    TEST_CASE("D24: 421 and 408 are answered over a fresh connection, and leave no doubt")
    {
        for (auto const* status : {"421 Misdirected Request", "408 Request Timeout"})
        {
            CAPTURE(status);
            one_by_one fix(
                {{.bytes = "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 0\r\n\r\n", .applied = false}});
            auto const& result = fix.answered(0);
            CHECK(result.outcome == outcome::accepted);
            CHECK(result.attempts == 2);
            CHECK_FALSE(result.ambiguous);
            CHECK(fix.closed_after_each());
        }
    }

    TEST_CASE("D24: a 408 on an idle connection is not credited to the next request")
    {
        for (auto const how : {ending::keep, ending::close_rudely})
        {
            CAPTURE(static_cast<int>(how));
            hostile_run fix({.max_in_flight = 1});
            auto const tasks = numbered("task", 2);
            gated_pairs pairs(fix.context,
                              {{.job_id = "job", .task_id = tasks[0]}, {.job_id = "job", .task_id = tasks[1]}});
            pairs.let_go();
            fix.server.answer(
                tasks[0],
                {.bytes = taken("Content-Length: 0\r\n"),
                 .then = how,
                 .afterthought = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                 .when_said = [&] { pairs.let_go(); }});
            fix.cancel(pairs, tasks);
            CHECK(fix.result_of(tasks[1]).outcome == outcome::accepted);
            CHECK(fix.result_of(tasks[1]).attempts == 1);
            CHECK(fix.result_of(tasks[1]).message == echo_of("job", tasks[1]));
            CHECK(fix.server.handshakes() == 2);
        }
    }
}
