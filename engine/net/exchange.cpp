#include "net/exchange.hpp"

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

asio::awaitable<io_result> read_answer(connection& over, wire::response_reader& reader, ending& how)
{
    using progress = wire::response_reader::progress;
    for (;;)
    {
        auto const read = co_await over.read_some(reader.space());
        auto state = progress::more;
        if (read.bytes > 0)
            state = reader.received(read.bytes);
        bool const still_open = state == progress::more && !read.error;
        if (still_open)
            continue;
        if (state == progress::more)
            state = reader.ended();
        if (state == progress::complete)
            how = ending::answered;
        else
            how = read.error ? lost(reader, read.error) : ending::unreadable;
        co_return read;
    }
}

}  // namespace

asio::awaitable<exchange_result> exchange(connection& over, asio::const_buffer request, wire::response_reader& reader,
                                          clock& time, deadline_list& limits, deadline_list::entry& limit)
{
    exchange_result result;
    reader.restart();
    result.started = time.now();
    limits.arm(limit, over, result.started);
    auto const written = co_await over.write(request);
    if (written.error)
    {
        result.how = written.bytes == 0 ? ending::not_sent : ending::broken_off;
        result.error = written.error;
    }
    else
    {
        auto const read = co_await read_answer(over, reader, result.how);
        result.error = read.error;
    }
    deadline_list::disarm(limit);
    if (limit.has_expired() && result.how != ending::answered && result.how != ending::not_sent)
        result.how = ending::timeout;
    result.ended = time.now();
    co_return result;
}

}  // namespace batch_cancel::net
