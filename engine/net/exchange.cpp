#include "net/exchange.hpp"

#include "core/verdict.hpp"
#include "net/certificate_alert.hpp"

#include <boost/asio/error.hpp>

namespace batch_cancel::net
{

namespace asio = boost::asio;

namespace
{

using ending = exchange_result::ending;

ending lost(wire::response_reader const& reader, boost::system::error_code error)
{
    // A reset says nothing about who is at the other end; a header that ends in its middle does.
    return error == asio::error::eof && reader.has_any_byte() ? ending::unreadable : ending::broken_off;
}

// Takes in what a read gave; true once the answer has come or can come no more.
bool take(io_result const& read, wire::response_reader& reader, exchange_result& result)
{
    using progress = wire::response_reader::progress;
    auto state = progress::more;
    if (read.bytes > 0)
        state = reader.received(read.bytes);
    if (state == progress::more && !read.error)
        return false;
    if (state == progress::complete)
        result.how = ending::answered;
    else if (state == progress::unusable)
        result.how = ending::unreadable;  // by its bytes, whatever became of the connection after them
    else
        result.how = reader.ended() == progress::complete ? ending::answered : lost(reader, read.error);
    result.error = read.error;
    return true;
}

bool is_refused(exchange_result const& result, wire::response_reader const& reader, experience before)
{
    return result.how != ending::answered && before == experience::no_answer && !reader.has_any_byte() &&
           is_certificate_alert(result.error);
}

// Everybody is to hold still from here on: that cannot wait for a body that does not come.
bool says_wait(wire::response_reader const& reader)
{
    if (!reader.has_head())
        return false;
    auto const& head = reader.head();
    auto const verdict = core::judge({.status = head.status, .has_retry_after = !head.retry_after.empty()});
    return verdict.step == core::next_step::retry_when_gate_opens;
}

}  // namespace

asio::awaitable<exchange_result> exchange(connection& over, asio::const_buffer request, wire::response_reader& reader,
                                          clock& time, exchange_limits& limits, deadline_list::entry& limit,
                                          experience before)
{
    exchange_result result;
    reader.restart();
    result.started = time.now();
    limits.whole.arm(limit, over, result.started);
    auto const written = co_await over.write(request);
    if (written.error)
    {
        result.how = written.bytes == 0 ? ending::not_sent : ending::broken_off;
        result.error = written.error;
    }
    else
    {
        bool asks_to_wait = false;
        for (bool is_over = false; !is_over;)
        {
            auto const read = co_await over.read_some(reader.space());
            is_over = take(read, reader, result);
            if (!is_over && !asks_to_wait && says_wait(reader))
            {
                asks_to_wait = true;
                deadline_list::disarm(limit);
                limits.rest_of_throttle.arm(limit, over, time.now());
            }
        }
    }
    deadline_list::disarm(limit);
    if (is_refused(result, reader, before))
        result.how = ending::refused;
    else if (limit.has_expired() && result.how != ending::answered && result.how != ending::not_sent)
        result.how = ending::timeout;
    result.ended = time.now();
    co_return result;
}

}  // namespace batch_cancel::net
