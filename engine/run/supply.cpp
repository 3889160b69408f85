#include "run/run.hpp"

#include <boost/asio/this_coro.hpp>

#include <exception>

namespace batch_cancel::run
{

namespace asio = boost::asio;

// Reads ahead of the lanes, and has the journal make sure of every block before a pair of it can be sent.
asio::awaitable<void> run::supply()
{
    // Interrupting it ends what it waits for; what was read then is still to be handed on.
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!is_stopping() && !intake_.has_ended())
    {
        if (intake_.wants_more() && !dispatch_.pilot_is_full())
            co_await read_ahead();
        else
            co_await hungry_.wait();
    }
}

asio::awaitable<void> run::read_ahead()
{
    std::exception_ptr failed;
    is_reading_ = true;
    try
    {
        auto const block = co_await intake_.read();
        is_reading_ = false;
        if (!block.empty())
            co_await recorder_.plan(block);
    }
    catch (...)
    {
        failed = std::current_exception();
    }
    bool const was_journal = !is_reading_;
    is_reading_ = false;
    intake_.publish();
    // A source that was interrupted says so by whatever error it likes, or by no pairs.
    if (is_stopping())
        intake_.forget_end();
    // What was read before an error of the source is sent before it counts.
    while (failed && !was_journal && intake_.here() != 0 && !is_stopping())
        co_await hungry_.wait();
    if (failed && (was_journal || !is_stopping()))
        stop_because(failed, was_journal ? errc::journal_not_writable : errc::source_failed);
    note_end();
    call_on(time_.now());
}

// Nothing comes any more.
void run::note_end()
{
    if (!intake_.is_empty())
        return;
    dispatch_.on_source_end();
    idle_.wake_all();
}

}  // namespace batch_cancel::run
