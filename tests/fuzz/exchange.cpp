// The bytes of an answer on their way through the exchange: in pieces, broken off, late, and judged.
#include "net/exchange.hpp"

#include "core/verdict.hpp"
#include "fuzz/fuzzed_input.hpp"
#include "support/virtual_clock.hpp"
#include "wire/answer_body.hpp"
#include "wire/http_date.hpp"
#include "wire/retry_after.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace std::chrono_literals;
using fuzz::expect;
namespace asio = boost::asio;

namespace
{

using ending = net::exchange_result::ending;

/** How the stream goes on when all bytes have been read. */
enum class stream_end
{
    eof,
    eof_with_the_last_bytes,
    reset,
    reset_with_the_last_bytes,
    silence,
};

/** What a connection does. */
struct plan
{
    std::string_view bytes{};
    /** Sizes of the reads, again and again; 0 is as much as there is room for. */
    std::string_view pieces{};
    stream_end end = stream_end::eof;
};

/** What came of an exchange. */
struct outcome_seen
{
    ending how = ending::answered;
    bool has_head = false;
    wire::response_head head{};
    std::string body{};
    wire::body_state body_state = wire::body_state::complete;
    bool in_step = false;
    std::string fault{};
    std::size_t bytes_read = 0;
    std::size_t largest_space = 0;
};

/** A connection that plays a plan. */
class planned_connection final : public connection
{
public:
    planned_connection(plan const& played, test::virtual_clock& time)
        : plan_(played)
        , time_(time)
    {
    }

    asio::awaitable<io_result> read_some(asio::mutable_buffer into) override
    {
        expect(into.size() > 0, "there is room for every read");
        largest_space_ = std::max(largest_space_, into.size());
        expect(!is_over_, "nothing is read behind the end");
        if (read_ == plan_.bytes.size())
        {
            is_over_ = true;
            if (plan_.end == stream_end::silence)
            {
                auto const executor = co_await asio::this_coro::executor;
                time_.move_to(time_.now() + 2min);
                while (!is_closed_)
                    co_await asio::post(executor, asio::use_awaitable);
            }
            co_return io_result{.error = end_error(), .bytes = 0};
        }
        auto const rest = plan_.bytes.size() - read_;
        auto const piece = next_piece();
        auto const count = std::min({into.size(), rest, piece == 0 ? rest : piece});
        std::memcpy(into.data(), plan_.bytes.data() + read_, count);
        read_ += count;
        bool const end_comes_along = count == rest && (plan_.end == stream_end::eof_with_the_last_bytes ||
                                                       plan_.end == stream_end::reset_with_the_last_bytes);
        is_over_ = end_comes_along;
        co_return io_result{.error = end_comes_along ? end_error() : boost::system::error_code{}, .bytes = count};
    }

    asio::awaitable<io_result> write(asio::const_buffer bytes) override
    {
        co_return io_result{.error = {}, .bytes = bytes.size()};
    }

    bool is_quiet() override
    {
        return read_ == plan_.bytes.size();
    }

    void close() noexcept override
    {
        is_closed_ = true;
    }

    std::size_t bytes_read() const noexcept
    {
        return read_;
    }

    std::size_t largest_space() const noexcept
    {
        return largest_space_;
    }

private:
    boost::system::error_code end_error() const
    {
        switch (plan_.end)
        {
        case stream_end::eof:
        case stream_end::eof_with_the_last_bytes:
            return asio::error::eof;
        case stream_end::reset:
        case stream_end::reset_with_the_last_bytes:
            return asio::error::connection_reset;
        case stream_end::silence:
            break;
        }
        return asio::error::operation_aborted;
    }

    std::size_t next_piece() noexcept
    {
        if (plan_.pieces.empty())
            return 0;
        return static_cast<unsigned char>(plan_.pieces[reads_++ % plan_.pieces.size()]);
    }

    plan plan_;
    test::virtual_clock& time_;
    std::size_t read_{0};
    std::size_t reads_{0};
    std::size_t largest_space_{0};
    bool is_over_{false};
    bool is_closed_{false};
};

/** An event loop with what an exchange wants, made once: its making would take longer than all else. */
class rig
{
public:
    rig()
        : limits_{.whole = {loop_.get_executor(), time_, 75s}, .rest_of_throttle = {loop_.get_executor(), time_, 1s}}
    {
        limits_.whole.start([] {});
        limits_.rest_of_throttle.start([] {});
    }

    outcome_seen exchange(plan const& played, wire::response_reader& reader)
    {
        planned_connection over(played, time_);
        net::deadline_list::entry limit;
        net::exchange_result result;
        bool is_done = false;
        asio::co_spawn(
            loop_,
            net::exchange(over, asio::buffer("request", 7), reader, time_, limits_, limit, net::experience::answered),
            [&](std::exception_ptr failed, net::exchange_result const& how)
            {
                if (failed)
                    std::rethrow_exception(failed);
                result = how;
                is_done = true;
            });
        loop_.restart();
        loop_.poll();
        expect(is_done, "an exchange ends when its connection does or its time is up");
        expect(!limit.is_linked(), "an exchange leaves no time limit behind");
        outcome_seen seen{.how = result.how,
                          .has_head = reader.has_head(),
                          .head = reader.has_head() ? reader.head() : wire::response_head{},
                          .body = reader.body(),
                          .body_state = reader.body_state(),
                          .in_step = reader.can_reuse() && over.is_quiet(),
                          .fault = std::string(reader.fault()),
                          .bytes_read = over.bytes_read(),
                          .largest_space = over.largest_space()};
        return seen;
    }

    test::virtual_clock& time() noexcept
    {
        return time_;
    }

private:
    asio::io_context loop_{1};
    test::virtual_clock time_{loop_.get_executor()};
    net::exchange_limits limits_;
};

bool is_answered(outcome_seen const& seen)
{
    return seen.how == ending::answered;
}

// The table of what happens to an attempt, written a second time.
void check_verdict(wire::response_head const& head)
{
    using core::next_step;
    auto const status = head.status;
    auto const judged = core::judge({.status = status,
                                     .has_retry_after = !head.retry_after.empty(),
                                     .insufficient_claims = head.insufficient_claims});
    expect((judged.step == next_step::settle && judged.outcome == outcome::accepted) == (status == 202),
           "202 and nothing else is accepted");
    expect((judged.step == next_step::settle && judged.outcome == outcome::conflict) == (status == 409),
           "409 and nothing else is a conflict");
    expect((status == 202 || status == 409) == (judged.reason == reason::none), "who fails has a reason");
    bool const is_throttle = status == 429 || status == 509 || (status == 503 && !head.retry_after.empty());
    expect((judged.step == next_step::retry_when_gate_opens) == is_throttle, "throttling shuts the gate");
    bool const is_unclear = status == 500 || status == 502 || (status == 503 && head.retry_after.empty()) ||
                            status == 504 || status == 507 || (status >= 520 && status <= 529) || status == 599;
    expect(judged.ambiguous == is_unclear, "what a gateway answers for a backend is ambiguous, and nothing else");
    if (status < 400 && status != 202)
        expect(judged == core::verdict{.reason = reason::unexpected_status}, "other 2xx, 3xx and 101 are unexpected");
}

void check_wait(wire::response_head const& head, test::virtual_clock const& time)
{
    for (auto const& value : head.retry_after)
    {
        auto const wait = wire::parse_retry_after(value, wire::parse_http_date(head.date), time.wall_now());
        expect(!wait || *wait >= wait->zero(), "no wait is negative");
    }
}

void check_bounds(outcome_seen const& seen, wire::response_bounds const& bounds)
{
    auto const line_room = 2 * std::max({bounds.header, bounds.overhead, std::size_t{4096}}) + 4096;
    expect(seen.largest_space <= line_room, "the read buffer does not grow beyond a line within its bound");
    expect(seen.bytes_read <= bounds.header + bounds.body + bounds.overhead + line_room,
           "no more is read than the bounds and one read buffer");
    expect(seen.body.size() <= bounds.body, "no body is kept beyond its bound");
}

void check_one(outcome_seen const& seen, plan const& played)
{
    expect(is_answered(seen) == seen.has_head, "there is an answer if its header is clean");
    expect(is_answered(seen) == seen.fault.empty(), "an answer that cannot be read says why");
    expect(seen.how != ending::not_sent, "what was written was sent");
    if (seen.how == ending::broken_off || seen.how == ending::timeout)
        expect(seen.fault.starts_with("the end of the stream"), "bytes that are no answer are told as such");
    if (seen.how == ending::timeout)
        expect(played.end == stream_end::silence, "the time is up only where nothing came");
    if (is_answered(seen))
    {
        auto const status = seen.head.status;
        expect(status == 101 || (status >= 200 && status <= 599), "an answer has a status that there is");
        expect(seen.head.retry_after.size() <= 4, "few of many Retry-After are kept");
        check_verdict(seen.head);
    }
    else
        expect(!seen.in_step, "a connection without an answer is not used again");
    if (seen.in_step)
        expect(seen.body_state == wire::body_state::complete, "a connection is used again only after a whole body");
}

void check_same_head(outcome_seen const& left, outcome_seen const& right)
{
    expect(left.head.status == right.head.status && left.head.request_id == right.head.request_id &&
               left.head.retry_after == right.head.retry_after && left.head.date == right.head.date &&
               left.head.insufficient_claims == right.head.insufficient_claims,
           "the head of an answer does not depend on how its bytes come");
}

void check_same(outcome_seen const& left, outcome_seen const& right, bool is_within_bounds)
{
    expect(is_answered(left) == is_answered(right), "whether there is an answer does not depend on how its bytes come");
    check_same_head(left, right);
    // Beyond a bound the rest is given up, where it is noticed.
    if (!is_within_bounds)
        return;
    expect(left.body_state == right.body_state, "how a body came does not depend on how its bytes come");
    expect(left.body == right.body, "a body does not depend on how its bytes come");
    expect(left.in_step == right.in_step, "whether a connection is in step does not depend on how its bytes come");
}

// A header that nobody could take for anything else; what follows is any bytes.
std::string clean_header(fuzz::fuzzed_input& input)
{
    static constexpr std::array<char const*, 10> statuses{
        "202 Accepted", "202 Accepted", "202", "409 Conflict",    "429 Too Many Requests", "503 Service Unavailable",
        "401 x",        "404 y",        "200", "500 Server Error"};
    static constexpr std::array<char const*, 10> fields{"",
                                                        "Content-Length: 0\r\n",
                                                        "Content-Length: 7\r\n",
                                                        "Content-Length: 18446744073709551615\r\n",
                                                        "Transfer-Encoding: chunked\r\n",
                                                        "Connection: close\r\n",
                                                        "Retry-After: 2.128\r\nContent-Length: 2\r\n",
                                                        "Content-Encoding: gzip\r\nTransfer-Encoding: Chunked\r\n",
                                                        "request-id: 1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
                                                        "X-Folded: a\r\n b\r\nConnection: keep-alive\r\n"};
    std::string header = "HTTP/1.1 ";
    header += statuses[input.choice(statuses.size())];
    if (header.size() == 12)
        header += ' ';
    header += "\r\n";
    header += fields[input.choice(fields.size())];
    return header + "\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    // Kept: a lane, too, has one reader for all its exchanges, and one for their bodies.
    static auto& table = *new rig;
    static wire::response_bounds const small{.header = 256, .body = 128, .interim = 2, .overhead = 64};
    static wire::response_reader usual_reader;
    static wire::response_reader small_reader(small);
    static wire::response_reader other_usual_reader;
    static wire::response_reader other_small_reader(small);
    static wire::answer_reader bodies;

    fuzz::fuzzed_input input(data, size);
    bool const is_small = input.choice(2) == 1;
    bool const has_clean_header = input.choice(2) == 1;
    auto const end = static_cast<stream_end>(input.choice(5));
    std::string bytes;
    if (has_clean_header)
        bytes = clean_header(input);
    auto const header_size = bytes.size();
    std::array<char, 4> pieces{};
    for (auto& piece : pieces)
        piece = static_cast<char>(input.choice(256));
    auto const kind = input.choice(3);
    auto const cut_at = input.choice(256) * 256 + input.choice(256);
    bytes += input.content();

    auto const bounds = is_small ? small : wire::response_bounds{};
    auto& reader = is_small ? small_reader : usual_reader;
    bool const is_within_bounds = bytes.size() <= std::min(bounds.overhead, bounds.body);
    plan const in_pieces{.bytes = bytes, .pieces = {pieces.data(), pieces.size()}, .end = end};
    auto const seen = table.exchange(in_pieces, reader);
    check_one(seen, in_pieces);
    check_bounds(seen, bounds);
    check_wait(seen.head, table.time());
    if (has_clean_header && !is_small)
        expect(is_answered(seen), "a clean header is an answer, whatever follows it");

    wire::answer_texts texts;
    std::string body = seen.body;
    bodies.read(body, texts);

    if (kind == 0)
    {
        auto& other = is_small ? other_small_reader : other_usual_reader;
        plan const at_once{.bytes = bytes, .pieces = {}, .end = end};
        auto const whole = table.exchange(at_once, other);
        check_one(whole, at_once);
        check_same(seen, whole, is_within_bounds);
        return 0;
    }
    if (kind == 1)
    {
        auto const cut = std::min(cut_at, bytes.size());
        plan const cut_short{.bytes = std::string_view(bytes).substr(0, cut), .pieces = {}, .end = end};
        auto const part = table.exchange(cut_short, reader);
        check_one(part, cut_short);
        if (is_answered(part))
        {
            expect(is_answered(seen), "an answer stays one, whatever comes after it");
            check_same_head(part, seen);
        }
        if (has_clean_header && cut < header_size)
            expect(!is_answered(part), "there is no answer before the end of its header");
        if (has_clean_header && cut >= header_size && !is_small)
            expect(is_answered(part), "what is missing of a body does not change its header");
        return 0;
    }
    // The next exchange on the same reader finds nothing of the last one.
    static constexpr std::string_view next_answer = "HTTP/1.1 202 \r\nContent-Length: 2\r\n\r\n{}";
    auto const next = table.exchange({.bytes = next_answer, .pieces = {}, .end = stream_end::silence}, reader);
    expect(is_answered(next) && next.head.status == 202 && next.body == "{}" && next.in_step &&
               next.head.request_id.empty() && next.head.retry_after.empty(),
           "an answer is read whatever came before it");
    return 0;
}
