#include "run/run.hpp"

#include "wire/ids.hpp"

#include <boost/asio/this_coro.hpp>

#include <utility>

namespace batch_cancel::run
{

namespace asio = boost::asio;

namespace
{

void refuse_ids(core::ticket& unsendable)
{
    unsendable.record.outcome = outcome::failed;
    unsendable.record.reason = reason::bad_request;
    unsendable.record.message = "not sent: an id must be 1 to 256 bytes of UTF-8 without control characters";
    unsendable.is_settled = true;
}

}  // namespace

// A lane from its first pair to its last. What need not wait is no coroutine of its own: a usual pair costs three.
asio::awaitable<void> run::work(lane& self)
{
    // Interrupting a lane ends what it waits for, not the lane: it has its notes to make.
    co_await asio::this_coro::throw_if_cancelled(false);
    for (;;)
    {
        if (!take(self))
        {
            bool const has_pair = co_await next(self);
            if (!has_pair)
                co_return;
        }
        // The journal says that a pair may be sent, and has the lane's last result, before a byte goes out.
        co_await recorder_.commit();
        if (std::exchange(self.has_settled, false))
            co_await recorder_.confirm(self.settled);
        if (!self.current.is_settled && !is_cleared(self))
            co_await clearance(self);
        if (self.over)
        {
            begin_attempt(self);
            auto const exchanged = co_await net::exchange(*self.over->stream, asio::buffer(self.request), self.reader,
                                                          time_, limits_, self.limit);
            bool const is_refused = end_attempt(self, exchanged);
            if (is_refused)
                co_await refused(self);
        }
        else if (!self.current.is_settled)
            put_back(self, clock::time_point{});  // the run stops
        end_of_turn(self);
    }
}

// Gives the lane a pair when there is one, or false when there will be none.
asio::awaitable<bool> run::next(lane& self)
{
    for (;;)
    {
        if (self.has_settled)
        {
            co_await recorder_.commit();
            self.has_settled = false;
            co_await recorder_.confirm(self.settled);
        }
        if (take(self))
            co_return true;
        if (is_stopping())
            co_return false;
        if (nothing_left())
        {
            if (credential_rule_.has_aside())
                stop_because(errc::credentials_refused, "the service refused every pair that it was asked for last");
            idle_.wake_all();
            co_return false;
        }
        if (gate_.is_open(time_.now()) && intake_.here() == 0 && !intake_.has_ended() && !intake_.is_reading())
            co_await refill(self);
        else
            co_await idle_.wait();
    }
}

bool run::take(lane& self)
{
    if (is_stopping())
        return false;
    if (!gate_.never_shut() && !gate_.is_open(time_.now()))
    {
        alarm_.set(gate_.opens_at());
        return false;
    }
    if (!take_retry(self) && !take_new(self))
        return false;
    self.is_busy = true;
    ++busy_lanes_;
    return true;
}

bool run::take_retry(lane& self)
{
    if (retries_.empty())
        return false;
    if (retries_.pop_due(time_.now(), self.current))
        return true;
    alarm_.set(retries_.next_due());
    return false;
}

bool run::take_new(lane& self)
{
    // Pairs that wait are held in memory: while they are many, no others are begun.
    if (retries_.size() >= most_waiting() || !intake_.take(self.current.record.pair))
        return false;
    core::begin(self.current);
    auto const& pair = self.current.record.pair;
    if (wire::is_sendable_id(pair.job_id) && wire::is_sendable_id(pair.task_id))
        recorder_.admit(pair);
    else
        refuse_ids(self.current);
    // Someone must read on while this lane is busy.
    if (intake_.here() == 0)
        idle_.wake_one();
    return true;
}

std::size_t run::most_waiting() const noexcept
{
    return 4 * options_.max_in_flight;
}

asio::awaitable<void> run::refill(lane& self)
{
    std::exception_ptr failed;
    self.is_interruptible = true;
    try
    {
        co_await intake_.refill();
    }
    catch (...)
    {
        failed = std::current_exception();
    }
    self.is_interruptible = false;
    // A source that was interrupted says so by whatever error it likes, or by no pairs.
    if (is_stopping())
        intake_.forget_end();
    else if (failed)
        stop_because(failed);
    for (std::size_t i = 1; i < intake_.here(); ++i)
        idle_.wake_one();
    if (intake_.has_ended())
        idle_.wake_all();
}

void run::settle(lane& self)
{
    self.current.record.time = time_.wall_now();
    std::swap(self.settled, self.current.record);
    self.has_settled = true;
    recorder_.settle(self.settled);
}

void run::end_of_turn(lane& self)
{
    if (self.is_busy)
    {
        settle(self);
        release(self);
    }
    if (nothing_left())
        idle_.wake_all();
}

bool run::nothing_left() const noexcept
{
    return intake_.has_ended() && intake_.here() == 0 && retries_.empty() && busy_lanes_ == 0;
}

}  // namespace batch_cancel::run
