#include "wire/response_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>

using namespace batch_cancel::wire;
using progress = response_reader::progress;

namespace
{

progress feed(response_reader& reader, std::string_view bytes, std::size_t piece = 65536)
{
    auto state = progress::more;
    while (!bytes.empty() && state == progress::more)
    {
        auto const room = reader.space();
        auto const count = std::min({room.size(), bytes.size(), piece});
        std::memcpy(room.data(), bytes.data(), count);
        bytes.remove_prefix(count);
        state = reader.received(count);
    }
    return state;
}

constexpr std::string_view plain_202 = "HTTP/1.1 202 Accepted\r\n"
                                       "Content-Type: application/json\r\n"
                                       "request-id: 1111\r\n"
                                       "Content-Length: 21\r\n\r\n"
                                       "{\"status\":\"Accepted\"}";

std::string headed(std::string const& fields, std::string const& body = "")
{
    return "HTTP/1.1 202 Accepted\r\n" + fields + "\r\n" + body;
}

}  // namespace

TEST_SUITE("response_reader")
{
    TEST_CASE("response_reader: a plain answer, whatever the sizes of the reads")
    {
        for (std::size_t const piece : {1u, 2u, 3u, 7u, 65536u})
        {
            response_reader reader;
            for (int round = 0; round < 3; ++round)  // the same reader, one answer after the other
            {
                reader.restart();
                CHECK(feed(reader, plain_202, piece) == progress::complete);
                CHECK(reader.head().status == 202);
                CHECK(reader.head().request_id == "1111");
                CHECK(reader.body() == R"({"status":"Accepted"})");
                CHECK(reader.body_state() == body_state::complete);
                CHECK(reader.can_reuse());
            }
        }
    }

    TEST_CASE("response_reader: cut at every byte, the answer stands exactly if its header is whole")
    {
        auto const header_end = plain_202.find("\r\n\r\n") + 4;
        for (std::size_t cut = 0; cut < plain_202.size(); ++cut)
        {
            CAPTURE(cut);
            response_reader reader;
            CHECK(feed(reader, plain_202.substr(0, cut)) == progress::more);
            auto const end = reader.ended();
            CHECK(reader.has_any_byte() == (cut > 0));
            if (cut < header_end)
            {
                CHECK(end == progress::unusable);
                CHECK_FALSE(reader.has_head());
            }
            else
            {
                CHECK(end == progress::complete);
                CHECK(reader.head().status == 202);
                CHECK(reader.body_state() == body_state::cut);
            }
            CHECK_FALSE(reader.can_reuse());
        }
    }

    TEST_CASE("response_reader: chunks, their extensions and trailers are understood; a trailer costs the connection")
    {
        response_reader reader;
        CHECK(feed(reader, headed("Transfer-Encoding: chunked\r\n", "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) ==
              progress::complete);
        CHECK(reader.body() == "abcde");
        CHECK(reader.can_reuse());
        reader.restart();
        CHECK(feed(reader, headed("Transfer-Encoding: Chunked\r\n",
                                  "1\r\na\r\n0\r\nX: y\r\nContent-Length: 7\r\n\r\n")) == progress::complete);
        CHECK(reader.head().status == 202);
        CHECK_FALSE(reader.can_reuse());
    }

    TEST_CASE("response_reader: a chunked body may come byte by byte, an empty one too")
    {
        for (auto const* const chunks : {"0\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n", "00\r\n\r\n"})
        {
            response_reader reader;
            CHECK(feed(reader, headed("Transfer-Encoding: chunked\r\n", chunks), 1) == progress::complete);
            CHECK(reader.head().status == 202);
            CHECK(reader.body_state() == body_state::complete);
            CHECK(reader.can_reuse());
        }
    }

    TEST_CASE(
        "response_reader: a trailer of 66 KB, or of a million fields, ends the reading and not the process (F1, F2)")
    {
        response_reader reader;
        auto const start = headed("Transfer-Encoding: chunked\r\n", "0\r\n");
        CHECK(feed(reader, start + "X: " + std::string(66'000, 'a') + "\r\n\r\n") == progress::complete);
        CHECK(reader.head().status == 202);
        CHECK_FALSE(reader.can_reuse());
        reader.restart();
        std::string many = start;
        for (int i = 0; i < 1'000'000; ++i)
            many += "X: y\r\n";
        CHECK(feed(reader, many, 16384) == progress::complete);
        CHECK(reader.head().status == 202);
        CHECK_FALSE(reader.can_reuse());
        CHECK(reader.space().size() <= 256 * 1024);
    }

    TEST_CASE("response_reader: chunk extensions without end are cut off (F3)")
    {
        for (auto const* form : {"one line", "many chunks"})
        {
            CAPTURE(form);
            response_reader reader;
            auto bytes = headed("Transfer-Encoding: chunked\r\n");
            if (std::string_view(form) == "one line")
                bytes += "1;" + std::string(1'000'000, 'x');
            else
            {
                for (int i = 0; i < 100'000; ++i)
                    bytes += "1;extension=value\r\na\r\n";
            }
            CHECK(feed(reader, bytes, 16384) == progress::complete);
            CHECK(reader.head().status == 202);
            CHECK(reader.body_state() != body_state::complete);
            CHECK_FALSE(reader.can_reuse());
        }
    }

    TEST_CASE("response_reader: framing that two readers could read differently is no clean header (F4)")
    {
        for (auto const* fields : {"Transfer-Encoding: gzip\r\nContent-Length: 2\r\n",
                                   "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
                                   "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked, gzip\r\n",
                                   "Transfer-Encoding: gzip, chunked\r\n",
                                   "Transfer-Encoding: xchunked\r\n",
                                   "Transfer-Encoding: chunked, chunked\r\n",
                                   "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                   "Content-Length: 2\r\nContent-Length: 3\r\n",
                                   "Content-Length: 2\r\nContent-Length: 2\r\n",
                                   "Content-Length: 2, 2\r\n",
                                   "Content-Length: +2\r\n",
                                   "Content-Length: -2\r\n",
                                   "Content-Length: 2x\r\n",
                                   "Content-Length: \r\n",
                                   "Content-Length: 18446744073709551616\r\n",
                                   "Content-Length: 0x2\r\n",
                                   "Content-Length : 2\r\n",
                                   "X: a\rb\r\n",
                                   "Bad Name: x\r\n",
                                   "no colon\r\n"})
        {
            response_reader reader;
            CHECK_MESSAGE(feed(reader, headed(fields, "{}")) == progress::unusable, fields);
            CHECK_FALSE(reader.has_head());
            CHECK_FALSE(reader.fault().empty());
            CHECK_FALSE(reader.can_reuse());
        }
        response_reader reader;
        CHECK(feed(reader, "HTTP/1.0 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n") == progress::unusable);
        reader.restart();
        CHECK(feed(reader, std::string_view("HTTP/1.1 202 Accepted\r\nX: a\0b\r\n\r\n", 34)) == progress::unusable);
    }

    TEST_CASE("response_reader: what is no status line is no answer")
    {
        for (auto const* line :
             {"HTTP/1.1 099 Low\r\n\r\n", "HTTP/1.1 999 High\r\n\r\n", "HTTP/1.1 2 Short\r\n\r\n",
              "HTTP/1.1 2020 Long\r\n\r\n", "HTTP/1.1 -1 Sign\r\n\r\n", "202 Accepted\r\n\r\n",
              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2.0 202 Accepted\r\n\r\n",
              "\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n", "HTTP/1.1  202 Accepted\r\n\r\n", "HTTP/1.1 202 Accepted\n\n"})
        {
            response_reader reader;
            CHECK_MESSAGE(feed(reader, line) == progress::unusable, line);
        }
    }

    TEST_CASE("response_reader: HTTP/1.0 and folded lines are understood")
    {
        response_reader reader;
        CHECK(feed(reader, "HTTP/1.0 202 Accepted\r\nContent-Length: 2\r\n\r\n{}") == progress::complete);
        CHECK_FALSE(reader.can_reuse());
        reader.restart();
        CHECK(feed(reader, headed("request-id: one\r\n two\r\nContent-Length: 0\r\n")) == progress::complete);
        CHECK(reader.head().request_id == "one two");
        reader.restart();
        CHECK(feed(reader, "HTTP/1.0 202 Accepted\r\n\r\nuntil the end") == progress::more);
        CHECK(reader.ended() == progress::complete);
        CHECK(reader.body() == "until the end");
        CHECK(reader.body_state() == body_state::complete);
    }

    TEST_CASE("response_reader: bytes left over mean that the connection is out of step (F5)")
    {
        response_reader reader;
        CHECK(feed(reader, std::string(plain_202) + std::string(plain_202)) == progress::complete);
        CHECK(reader.body() == R"({"status":"Accepted"})");
        CHECK_FALSE(reader.can_reuse());
        reader.restart();
        CHECK(feed(reader, "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}") == progress::complete);
        CHECK_FALSE(reader.can_reuse());
    }

    TEST_CASE("response_reader: a header of 48 KiB passes, one beyond does not")
    {
        auto const with_fields = [](std::size_t bytes)
        {
            std::string fields;
            while (fields.size() + 1000 < bytes)
                fields += "Link: " + std::string(900, 'x') + "\r\n";
            return headed(fields + "Content-Length: 0\r\n");
        };
        response_reader reader;
        CHECK(feed(reader, with_fields(47 * 1024), 8192) == progress::complete);
        CHECK(reader.can_reuse());
        reader.restart();
        CHECK(feed(reader, with_fields(50 * 1024), 8192) == progress::unusable);
        reader.restart();
        CHECK(feed(reader, headed("Link: " + std::string(100 * 1024, 'x')), 8192) == progress::unusable);
    }

    TEST_CASE("response_reader: a body beyond its bound is cut off and the status stands")
    {
        response_reader reader({.body = 1000});
        for (auto const* framing : {"Content-Length: 10000000000\r\n", "", "Transfer-Encoding: chunked\r\n"})
        {
            CAPTURE(framing);
            reader.restart();
            auto const chunk = std::string_view(framing).starts_with("T") ? std::string("FFFF\r\n") : std::string();
            CHECK(feed(reader, headed(framing, chunk + std::string(5000, 'x'))) == progress::complete);
            CHECK(reader.head().status == 202);
            CHECK(reader.body().size() == 1000);
            CHECK(reader.body_state() == body_state::too_long);
            CHECK_FALSE(reader.can_reuse());
        }
    }

    TEST_CASE("response_reader: eight interim answers are passed over, a ninth is one too many; 101 is final")
    {
        std::string interim;
        for (int i = 0; i < 8; ++i)
            interim += "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
        response_reader reader;
        CHECK(feed(reader, interim + std::string(plain_202)) == progress::complete);
        CHECK(reader.head().status == 202);
        CHECK(reader.can_reuse());
        reader.restart();
        CHECK(feed(reader, interim + "HTTP/1.1 100 Continue\r\n\r\n") == progress::unusable);
        reader.restart();
        CHECK(feed(reader, "HTTP/1.1 100 Continue\r\n\r\n") == progress::more);
        CHECK(reader.ended() == progress::unusable);
        reader.restart();
        CHECK(feed(reader, "HTTP/1.1 101 Switching Protocols\r\n\r\n") == progress::complete);
        CHECK(reader.head().status == 101);
        CHECK_FALSE(reader.can_reuse());
    }

    TEST_CASE("response_reader: several Retry-After fields, Date, and a claims challenge are kept")
    {
        response_reader reader;
        CHECK(feed(reader, "HTTP/1.1 401 Unauthorized\r\nRetry-After: 5\r\nretry-after:  7 \r\n"
                           "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nREQUEST-ID: x\r\n"
                           "WWW-Authenticate: Bearer realm=\"\", error=\"insufficient_claims\", claims=\"e30=\"\r\n"
                           "Content-Length: 0\r\n\r\n") == progress::complete);
        CHECK(reader.head().retry_after == std::vector<std::string>{"5", "7"});
        CHECK(reader.head().date == "Sun, 06 Nov 1994 08:49:37 GMT");
        CHECK(reader.head().request_id == "x");
        CHECK(reader.head().insufficient_claims);
        reader.restart();
        CHECK(feed(reader, plain_202) == progress::complete);
        CHECK(reader.head().retry_after.empty());
        CHECK_FALSE(reader.head().insufficient_claims);
    }

    TEST_CASE("response_reader: a broken chunk costs the connection, not the status")
    {
        for (auto const* chunks :
             {"xyz\r\n", "FFFFFFFFFFFFFFFFF\r\n", "0x1\r\na\r\n", "-1\r\n", "1\na\n", "1\r\nab\r\n"})
        {
            response_reader reader;
            auto state = feed(reader, headed("Transfer-Encoding: chunked\r\n", chunks));
            if (state == progress::more)
                state = reader.ended();
            CHECK_MESSAGE(state == progress::complete, chunks);
            CHECK(reader.head().status == 202);
            CHECK_FALSE(reader.can_reuse());
        }
    }

    TEST_CASE("response_reader: a long body takes room in the budget, and gives it back")
    {
        body_budget bodies(1024 * 1024);
        {
            response_reader reader({}, &bodies);
            std::string const body(200'000, 'x');
            auto const fields = "Content-Length: " + std::to_string(body.size()) + "\r\n";
            CHECK(feed(reader, headed(fields, body)) == progress::complete);
            CHECK(reader.body() == body);
            CHECK(bodies.held() >= reader.body().capacity());
            CHECK(bodies.held() == 256 * 1024);
            reader.release_body();
            CHECK(bodies.held() == 0);
            CHECK(reader.body().capacity() < 1024);
            reader.restart();
            CHECK(feed(reader, headed(fields, body)) == progress::complete);
            CHECK(reader.body() == body);
        }
        CHECK(bodies.held() == 0);
    }

    TEST_CASE("response_reader: a body for which there is no room is counted and not kept, and its bounds hold")
    {
        body_budget bodies(64 * 1024);
        response_reader reader({}, &bodies);
        SUBCASE("one that ends")
        {
            std::string const body(100'000, 'x');
            CHECK(feed(reader, headed("Content-Length: 100000\r\n", body), 1000) == progress::complete);
            CHECK(reader.can_reuse());
            CHECK(reader.body_state() == body_state::complete);
        }
        SUBCASE("one that is too long")
        {
            std::string const body(1024 * 1024 + 1, 'x');
            CHECK(feed(reader, headed("Content-Length: 2000000\r\n", body), 1000) == progress::complete);
            CHECK(reader.body_state() == body_state::too_long);
            CHECK_FALSE(reader.can_reuse());
        }
        CHECK(reader.head().status == 202);
        CHECK(reader.body().empty());
        CHECK(bodies.held() == 0);
        CHECK(bodies.most_held() <= 64 * 1024);
        reader.restart();
        CHECK(feed(reader, plain_202) == progress::complete);
        CHECK(reader.body() == R"({"status":"Accepted"})");
        CHECK(bodies.held() == 0);
    }

    TEST_CASE("response_reader: a usual body needs no room in the budget")
    {
        body_budget bodies(0);
        response_reader reader({}, &bodies);
        std::string const body(16 * 1024, 'x');
        CHECK(feed(reader, headed("Content-Length: 16384\r\n", body)) == progress::complete);
        CHECK(reader.body() == body);
    }

    TEST_CASE("response_reader: of a field that is too long to mean anything no more is kept than that it was there")
    {
        response_reader reader;
        std::string const text(10'000, '1');
        CHECK(feed(reader, headed("Retry-After: " + text + "\r\nDate: " + text + "\r\nrequest-id: " + text +
                                  "\r\nContent-Length: 0\r\n")) == progress::complete);
        REQUIRE(reader.head().retry_after.size() == 1);
        CHECK(reader.head().retry_after.front().empty());
        CHECK(reader.head().date.empty());
        CHECK(reader.head().request_id.size() == 1024);
    }
}
