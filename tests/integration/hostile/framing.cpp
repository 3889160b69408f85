#include "gated_pairs.hpp"
#include "one_by_one.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;
using ending = fault_reply::ending;

namespace
{

std::vector<fault_reply> kept_open(std::vector<std::string> const& answers)
{
    std::vector<fault_reply> replies;
    for (auto const& each : answers)
        replies.push_back({.bytes = each});
    return replies;
}

// There was no clean header: the pair fails once it has no attempt left, and says that its cancel may have been carried out.
void check_unreadable(std::vector<std::string> const& answers)
{
    one_by_one fix(kept_open(answers), {.max_attempts = 1});
    for (std::size_t i = 0; i < answers.size(); ++i)
    {
        CAPTURE(answers[i].substr(0, 120));
        auto const& result = fix.answered(i);
        CHECK(result.outcome == outcome::failed);
        CHECK(result.reason == reason::unreadable_response);
        CHECK(result.ambiguous);
        CHECK(result.attempts == 1);
        CHECK(result.status == 0);
        CHECK(result.message.starts_with("the answer cannot be read"));
        CHECK(is_one_clean_line(result.message));
    }
    CHECK(fix.closed_after_each());
    CHECK(fix.wire().most_read() <= most_bytes_of_an_answer);
}

// The header was clean: accepted, whatever followed, which costs the connection.
void check_accepted(std::vector<fault_reply> const& replies, std::size_t most_bytes = most_bytes_of_an_answer)
{
    one_by_one fix(replies);
    for (std::size_t i = 0; i < replies.size(); ++i)
    {
        CAPTURE(i);
        CAPTURE(replies[i].bytes.substr(0, 120));
        auto const& result = fix.answered(i);
        CHECK(result.outcome == outcome::accepted);
        CHECK(result.status == 202);
        CHECK(result.attempts == 1);
        CHECK_FALSE(result.ambiguous);
    }
    CHECK(fix.closed_after_each());
    CHECK(fix.wire().most_read() <= most_bytes);
    CHECK(fix.server.most_sent() <= most_bytes + most_bytes_under_way);
}

constexpr std::string_view plain_202 = "HTTP/1.1 202 Accepted\r\n"
                                       "Content-Type: application/json\r\n"
                                       "request-id: 11111111-2222-3333-4444-555555555555\r\n"
                                       "Content-Length: 21\r\n\r\n"
                                       "{\"status\":\"Accepted\"}";

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("D1: a trailer of 66 KB, or trailers without end, cost the connection and nothing else")
    {
        auto const end_of_body = taken("Transfer-Encoding: chunked\r\n", "0\r\n");
        std::string many;
        for (int i = 0; i < 10'000; ++i)
            many += "X: y\r\n";
        check_accepted({{.bytes = end_of_body + "X: " + std::string(66'000, 'a') + "\r\n\r\n"},
                        {.bytes = end_of_body, .flood = "X: " + std::string(66'000, 'a') + "\r\n"},
                        {.bytes = end_of_body, .flood = many, .most_sent = 100 * many.size()},
                        {.bytes = end_of_body, .flood = std::string(256, 'X')}},
                       128 * 1024);
    }

    TEST_CASE("D1: neither does a header value of 66 KB end the process")
    {
        check_unreadable({taken("X: " + std::string(66'000, 'a') + "\r\nContent-Length: 0\r\n")});
    }

    TEST_CASE("D7: a 202 cut at any byte stands exactly if its header is whole")
    {
        auto const header = plain_202.find("\r\n\r\n") + 4;
        std::vector<fault_reply> cuts;
        for (std::size_t k = 0; k < plain_202.size(); ++k)
            cuts.push_back({.bytes = std::string(plain_202.substr(0, k)),
                            .then = k % 3 == 0   ? ending::close
                                    : k % 3 == 1 ? ending::close_rudely
                                                 : ending::half_close});
        one_by_one fix(cuts);
        for (std::size_t k = 0; k < cuts.size(); ++k)
        {
            CAPTURE(k);
            auto const& result = fix.answered(k);
            CHECK(result.outcome == outcome::accepted);
            CHECK(result.ambiguous == (k < header));
            CHECK(result.attempts == (k < header ? 2 : 1));
            CHECK(result.request_id == (k < header ? "" : "11111111-2222-3333-4444-555555555555"));
        }
        CHECK(fix.closed_after_each());
    }

    TEST_CASE("D7: the same, each byte in a record of its own, and then a reset")
    {
        std::vector<fault_reply> cuts;
        for (std::size_t k = 0; k < plain_202.size(); k += 7)
            cuts.push_back({.bytes = std::string(plain_202.substr(0, k)), .then = ending::reset, .piece = 1});
        one_by_one fix(cuts);
        for (std::size_t k = 0; k < cuts.size(); ++k)
            CHECK(fix.answered(k).outcome == outcome::accepted);
        CHECK(fix.closed_after_each());
    }

    TEST_CASE("D9: what follows an answer belongs to no other pair")
    {
        check_accepted({
            {.bytes = taken("Content-Length: 2\r\n", "{}and more")},
            {.bytes = taken("Content-Length: 0\r\n", "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n")},
            {.bytes = std::string(plain_202) + std::string(plain_202)},
            {.bytes = taken("Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + std::string(plain_202))},
        });
    }

    TEST_CASE("D9: an answer that comes late, while its connection is idle, is not credited to the next request")
    {
        hostile_run fix({.max_in_flight = 1});
        auto const tasks = numbered("task", 2);
        gated_pairs pairs(fix.context,
                          {{.job_id = "job", .task_id = tasks[0]}, {.job_id = "job", .task_id = tasks[1]}});
        pairs.let_go();
        fix.server.answer(tasks[0], {.bytes = std::string(plain_202),
                                     .afterthought = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                                     .when_said = [&] { pairs.let_go(); }});
        fix.cancel(pairs, tasks);
        CHECK(fix.result_of(tasks[1]).outcome == outcome::accepted);
        CHECK(fix.result_of(tasks[1]).attempts == 1);
        CHECK(fix.server.handshakes() == 2);
    }

    TEST_CASE("D9: an answer that comes before any request is not taken for that to the first one")
    {
        hostile_run fix({.max_in_flight = 1});
        fix.holds_connects = true;
        fix.server.welcome_with(
            [&](std::size_t serial)
            {
                if (serial > 0)
                    return welcome{};
                return welcome{.bytes = std::string(plain_202), .when_said = [&] { fix.release_connects(); }};
            });
        fix.cancel({"task"});
        CHECK(fix.result_of("task").outcome == outcome::accepted);
        CHECK(fix.result_of("task").attempts == 1);
        CHECK_FALSE(fix.result_of("task").ambiguous);
        CHECK(fix.server.handshakes() == 2);
        CHECK(fix.server.requests().size() == 1);
    }

    TEST_CASE("D10: framing that two readers could read differently is no answer")
    {
        check_unreadable({
            taken("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "0\r\n\r\n"),
            taken("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "{}"),
            taken("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            taken("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"),
            taken("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
            taken("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
            taken("Transfer-Encoding: gzip\r\nContent-Length: 2\r\n", "{}"),
            "HTTP/1.0 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            taken("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "),
            taken("Content-Length: 2, 3\r\n", "{} "),
            taken("Content-Length: +2\r\n", "{}"),
            taken("Content-Length: -2\r\n", "{}"),
            taken("Content-Length: 18446744073709551616\r\n", "{}"),
            taken("Content-Length: two\r\n", "{}"),
        });
    }

    TEST_CASE("D11: chunks that cannot be read, and extensions without end, leave a clean 202 as it is")
    {
        auto const chunked = taken("Transfer-Encoding: chunked\r\n");
        std::vector<fault_reply> replies;
        for (auto const* bad :
             {"FFFFFFFFFFFFFFFFF\r\n", "0x2\r\n{}\r\n0\r\n\r\n", "1_0\r\n", "+2\r\n{}\r\n", "-2\r\n{}\r\n"})
            replies.push_back({.bytes = chunked + bad});
        // These might go on as they should not.
        for (auto const* unfinished : {"2\r\n{}0\r\n", "2\n{}\n0\n\n"})
            replies.push_back({.bytes = chunked + unfinished, .then = ending::close});
        auto const megabytes = std::size_t{80} * 1024 * 1024;
        replies.push_back({.bytes = chunked + "2;", .flood = std::string(16 * 1024, 'x'), .most_sent = megabytes});
        check_accepted(replies, 128 * 1024);
        std::string extended;
        for (int i = 0; i < 700; ++i)
            extended += "1;extension=value\r\na\r\n";
        check_accepted({{.bytes = chunked, .flood = extended, .most_sent = megabytes}});
    }

    TEST_CASE("D12: headers beyond the bound or with bytes that have no place there are no answer")
    {
        std::string many;
        for (int i = 1; i <= 5000; ++i)
            many += "X-Field-" + std::to_string(i) + ": y\r\n";
        check_unreadable({
            taken("Link: " + std::string(100 * 1024, 'x') + "\r\nContent-Length: 0\r\n"),
            taken(many + "Content-Length: 0\r\n"),
            taken(std::string("request-id: a\0b\r\nContent-Length: 0\r\n", 36)),
            taken("request-id: a\rX: b\r\nContent-Length: 0\r\n"),
            taken("request-id: a\r{\"type\":\"result\"}\r\nContent-Length: 0\r\n"),
            taken("request-id : a\r\nContent-Length: 0\r\n"),
        });
    }

    TEST_CASE("D12: a header line that does not end is cut off at the bound; one that is folded is understood")
    {
        one_by_one endless({{.bytes = "HTTP/1.1 202 Accepted\r\nLink: ", .flood = std::string(1024, 'x')}},
                           {.max_attempts = 1});
        CHECK(endless.answered(0).reason == reason::unreadable_response);
        CHECK(endless.wire().most_read() <= (48 + 64) * 1024);

        one_by_one folded({{.bytes = taken("request-id: one\r\n two\r\nContent-Length: 2\r\n", "{}")}});
        CHECK(folded.answered(0).outcome == outcome::accepted);
        CHECK(folded.answered(0).request_id == "one two");
        CHECK_FALSE(folded.answered(0).ambiguous);
    }

    TEST_CASE("D13: eight interim answers are passed over; more, and an end after one, are no answer")
    {
        std::string const hint = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
        std::string eight;
        for (int i = 0; i < 8; ++i)
            eight += hint;
        one_by_one fix({{.bytes = eight + std::string(plain_202)},
                        {.bytes = hint, .flood = hint},
                        {.bytes = hint, .flood = "HTTP/1.1 100 Continue\r\n\r\n"},
                        {.bytes = hint, .flood = "HTTP/1.1 102 Processing\r\n\r\n"},
                        {.bytes = "HTTP/1.1 100 Continue\r\n\r\n", .then = ending::close}},
                       {.max_attempts = 1});
        CHECK(fix.answered(0).outcome == outcome::accepted);
        for (std::size_t i = 1; i < 5; ++i)
        {
            CAPTURE(i);
            CHECK(fix.answered(i).reason == reason::unreadable_response);
            CHECK(fix.answered(i).ambiguous);
        }
        CHECK(fix.wire().most_read() <= 64 * 1024);
    }

    TEST_CASE("D13: 101 is an answer that nobody asked for, and ends the connection")
    {
        one_by_one fix({{.bytes = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", .applied = false}});
        CHECK(fix.answered(0).outcome == outcome::failed);
        CHECK(fix.answered(0).reason == reason::unexpected_status);
        CHECK(fix.answered(0).status == 101);
        CHECK(fix.closed_after_each());
    }

    TEST_CASE("D14: what is no status line is no answer")
    {
        std::string const rest = "\r\nContent-Length: 0\r\n\r\n";
        check_unreadable({
            "HTTP/1.1 099 Low" + rest,
            "HTTP/1.1 999 High" + rest,
            "HTTP/1.1 2 Short" + rest,
            "HTTP/1.1 2020 Long" + rest,
            "HTTP/1.1 -1 Signed" + rest,
            "HTTP/2 202" + rest,
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "SSH-2.0-OpenSSH_9.2p1\r\n",
        });
    }

    TEST_CASE("D14: HTTP/0.9 is no answer either")
    {
        one_by_one fix({{.bytes = "{\"status\":\"Accepted\"}", .then = ending::close}}, {.max_attempts = 1});
        CHECK(fix.answered(0).reason == reason::unreadable_response);
        CHECK(fix.answered(0).ambiguous);
    }

    TEST_CASE("D14: ten pairs in a row without one answer that can be read stop the run")
    {
        hostile_run fix({.max_in_flight = 8});
        fix.server.answer_others([](asked_request const&)
                                 { return fault_reply{.bytes = "SSH-2.0-OpenSSH_9.2p1\r\n"}; });
        fix.cancel(numbered("task", 40));
        CHECK(fix.error() == errc::not_http);
        CHECK(fix.error() == condition::resumable);
        CHECK(fix.made().pairs.settled() == 0);
        CHECK(fix.server.requests().size() <= 40);
    }
}
