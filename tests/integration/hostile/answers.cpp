#include "one_by_one.hpp"

#include "journal/record_writer.hpp"
#include "wire/utf8.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;

namespace
{

// {"status":"inflated","message":"aaa… (3,000 of them)"}, by gzip.
std::string const
    squeezed("\037\213\010\000\000\000\000\000\002\003\355\310\261\015\300\040\014\105\301\135\176\315\004\331\306"
             "\022\016\212\004\064\166\052\304\356\144\214\024\357\312\133\212\264\174\103\227\236\171\167\113\257"
             "\052\032\036\141\315\277\064\000\000\000\000\277\247\175\000\241\026\346\147\332\013\000\000",
             73);

fault_reply with_body(std::string const& body)
{
    return {.bytes = taken("Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                           body)};
}

// A result as the journal would have it: one line, whatever the service wrote.
std::string journal_line(result const& of)
{
    journal_format::record_writer writer({});
    writer.result(of);
    return std::string(writer.text());
}

bool is_one_line(std::string const& text)
{
    return text.ends_with('\n') && is_one_clean_line(text.substr(0, text.size() - 1));
}

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("D15: a body without end is read up to the bound, and the 202 stands")
    {
        std::string const zeros(16 * 1024, '\0');
        auto const gigabytes = std::to_string(std::uint64_t{10} * 1024 * 1024 * 1024);
        std::vector<fault_reply> const replies{
            {.bytes = taken("Content-Length: " + gigabytes + "\r\n"), .flood = zeros},
            {.bytes = taken("Connection: close\r\n"), .flood = zeros},
            {.bytes = taken("Transfer-Encoding: chunked\r\n"), .flood = "4000\r\n" + zeros + "\r\n"},
            {.bytes = taken("Content-Encoding: gzip\r\nContent-Length: " + gigabytes + "\r\n"), .flood = squeezed},
        };
        one_by_one fix(replies);
        for (std::size_t i = 0; i < replies.size(); ++i)
        {
            CAPTURE(i);
            CHECK(fix.answered(i).outcome == outcome::accepted);
            CHECK_FALSE(fix.answered(i).ambiguous);
            CHECK(fix.answered(i).attempts == 1);
        }
        CHECK(fix.closed_after_each());
        CHECK(fix.wire().most_read() > 1024 * 1024);
        CHECK(fix.wire().most_read() <= most_bytes_of_an_answer);
        CHECK(fix.server.most_sent() <= most_bytes_of_an_answer + most_bytes_under_way);
    }

    TEST_CASE("D15: an encoding that nobody asked for is not decoded")
    {
        one_by_one fix({{.bytes = taken("Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: " +
                                            std::to_string(squeezed.size()) + "\r\n",
                                        squeezed)}});
        auto const& result = fix.answered(0);
        CHECK(result.outcome == outcome::accepted);
        CHECK(result.service_status.empty());
        CHECK(result.message.find("aaa") == std::string::npos);
        CHECK(is_one_line(journal_line(result)));
        for (auto const& request : fix.server.requests())
            CHECK(request.bytes.find("gzip") == std::string::npos);
    }

    TEST_CASE("D16: whatever the JSON of a 202 is, the pair is accepted and its record is one clean line")
    {
        std::string deep = R"({"message":)" + std::string(100'000, '[') + std::string(100'000, ']') + '}';
        std::vector<std::string> const bodies{
            deep,
            std::string(100'000, '{'),
            R"({"status":"first","status":"second","message":"one","message":"two"})",
            R"({"message":"\ud800 and \udc00"})",
            std::string("{\"message\":\"a\\u0000b\"}"),
            std::string("{\"message\":\"a\0b\"}", 17),
            "{\"message\":\"\xff\xfe \xc0\x80 \xed\xa0\x80\"}",
            R"({"message":")" + std::string(60'000, 'm') + "\"}",
            "{\"message\":\"\\u001b[2J\\u001b]0;owned\\u0007\"}",
            "\x1b[2J\x1b]0;owned\x07",
            R"({"message":"=cmd()|' /C calc'!A0"})",
            R"({"message":"x\r\n{\"type\":\"result\",\"task_id\":\"forged\"}\n"})",
            "x\r\n{\"type\":\"result\",\"task_id\":\"forged\"}\n",
            R"({"message":["not","text"],"status":7})",
            R"("only text")",
            "null",
            "\xef\xbb\xbf{}",
        };
        std::vector<fault_reply> replies;
        for (auto const& body : bodies)
            replies.push_back(with_body(body));
        one_by_one fix(replies);
        for (std::size_t i = 0; i < bodies.size(); ++i)
        {
            CAPTURE(bodies[i].substr(0, 60));
            auto const& result = fix.answered(i);
            CHECK(result.outcome == outcome::accepted);
            CHECK_FALSE(result.ambiguous);
            CHECK(result.attempts == 1);
            for (auto const* text : {&result.message, &result.service_status, &result.error_code, &result.request_id})
            {
                CHECK(text->size() <= 2048);
                CHECK(wire::is_utf8(*text));
            }
            CHECK(is_one_line(journal_line(result)));
        }
        CHECK(fix.answered(2).message == "one");
        CHECK(fix.answered(7).message.size() == 2048);
        CHECK(fix.answered(10).message.starts_with("=cmd()"));  // as sent; whoever shows it escapes it
        CHECK(journal_line(fix.answered(8)).find("\\u001b[2J") != std::string::npos);
        // None of them cost the connection.
        CHECK(fix.server.handshakes() == 1);
    }

    TEST_CASE("D21: redirects are not followed, wherever they lead")
    {
        hostile_run fix({.max_in_flight = 1, .max_failed_share = 0});
        fault_server elsewhere(fix.shown);
        elsewhere.start();
        auto const other_port = std::to_string(elsewhere.port());
        auto const own_port = std::to_string(fix.server.port());
        std::vector<std::string> tasks;
        for (auto const* status : {"301", "302", "303", "307", "308", "300", "304"})
        {
            for (auto const& where :
                 {"https://localhost:" + other_port + "/", "http://localhost:" + other_port + "/",
                  "https://localhost:" + own_port + "/v1.0/solutions/migrations", std::string("/"), std::string("//x")})
            {
                tasks.push_back("task-" + std::to_string(tasks.size()));
                fix.server.answer(tasks.back(), {.bytes = "HTTP/1.1 " + std::string(status) + " Moved\r\nLocation: " +
                                                          where + "\r\nContent-Length: 0\r\n\r\n",
                                                 .applied = false});
            }
        }
        fix.cancel(tasks);
        elsewhere.stop();
        CHECK(!fix.error());
        for (auto const& each : fix.results.results())
        {
            CHECK(each.outcome == outcome::failed);
            CHECK(each.reason == reason::unexpected_status);
            CHECK(each.attempts == 1);
            CHECK_FALSE(each.ambiguous);
        }
        CHECK(fix.server.requests().size() == tasks.size());
        CHECK(elsewhere.connections() == 0);
    }

    TEST_CASE("D15: many long bodies at once that do not end: all statuses count, and few bodies are kept")
    {
        constexpr std::size_t lanes = 64;
        hostile_run fix({.max_in_flight = lanes, .adapt = false});
        auto const said = "the service says " + std::string(1024 * 1024 - 100, 'x');
        fix.server.answer_others([&](asked_request const&)
                                 { return fault_reply{.bytes = taken("Content-Length: 1048576\r\n") + said}; });
        fix.cancel(numbered("task", lanes));
        CHECK(fix.made().pairs.accepted == lanes);
        CHECK(fix.made().pairs.ambiguous == 0);
        auto const& all = fix.results.results();
        auto const kept =
            std::count_if(all.begin(), all.end(), [](result const& each) { return !each.message.empty(); });
        CHECK(kept > 0);
        CHECK(kept <= 32);
        CHECK(fix.wire().most_read() <= most_bytes_of_an_answer);
    }
}
