#include "run/run.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <utility>

namespace batch_cancel::run
{

namespace asio = boost::asio;

// A lane from its first pair to its last. What every pair waits for is no coroutine of its own, but for the exchange: a frame costs
// more than most of what is done for a pair.
asio::awaitable<void> run::work(lane& self)
{
    // Interrupting a lane ends what it waits for, not the lane: it has its notes to make.
    co_await asio::this_coro::throw_if_cancelled(false);
    for (;;)
    {
        take(self);
        if (std::exchange(self.has_notes, false))
        {
            // The journal says that a pair may be sent, and has the lane's last result, before a byte goes out.
            if (auto const mine = recorder_.notes(); !recorder_.has_committed(mine))
            {
                // Whoever is ready to run has its turn first. The first to be back here then commits for all of them.
                auto last_turn = asio::post(asio::deferred);
                co_await std::move(last_turn);
                if (!recorder_.has_committed(mine))
                    co_await recorder_.commit();
            }
            if (std::exchange(self.has_settled, false))
            {
                std::exception_ptr failed;
                try
                {
                    co_await recorder_.confirm(self.settled);
                }
                catch (...)
                {
                    failed = std::current_exception();
                }
                if (failed)
                {
                    stop_because(failed, errc::sink_failed);
                    co_return;
                }
            }
            if (!self.is_busy)
                continue;  // there may be a pair by now
        }
        if (!self.is_busy)
        {
            if (ends_here())
            {
                idle_.wake_all();
                co_return;
            }
            if (dispatch_.awaits_token() && !is_awaiting_token_)
                co_await await_token(self);
            else
                co_await idle_.wait();
            continue;
        }
        if (!self.current.is_settled && !is_cleared(self))
            co_await clearance(self);
        if (self.over)
        {
            begin_attempt(self);
            auto const before = self.over->requests == 0 ? net::experience::no_answer : net::experience::answered;
            auto const sent_with = self.current.token_generation;
            auto const exchanged = co_await net::exchange(*self.over->stream, asio::buffer(self.request), self.reader,
                                                          time_, limits_, self.limit, before);
            bool const is_refused = end_attempt(self, exchanged);
            if (sent_with != credentials_.current().generation)
                forget_old_tokens();
            if (is_refused)
                co_await refused(self);
        }
        else if (self.is_busy && !self.current.is_settled)
            put_back(self, clock::time_point{});  // the run stops
        end_of_turn(self);
    }
}

// Gives the lane a pair if there is one for it now.
void run::take(lane& self)
{
    if (is_stopping())
        return;
    auto const now = time_.now();
    bool const has_waited = dispatch_.take_waiting(now, intake_.here() != 0, self.current);
    self.is_busy = has_waited || take_new(self, now);
    if (self.is_busy)
        note_taken(self, has_waited);
    call_on(now);
}

bool run::take_new(lane& self, clock::time_point now)
{
    if (!dispatch_.may_begin(now) || !intake_.take(self.current.record.pair))
        return false;
    if (intake_.wants_more() || intake_.here() == 0)
        hungry_.wake_one();
    note_end();
    dispatch_.begin(self.current, now);
    return true;
}

// That the lane's pair may be sent. One that is settled already is not: where its turn has come nonetheless, that is taken back
// before anybody can see it.
void run::note_taken(lane& self, bool has_waited)
{
    auto const& record = self.current.record;
    if (!has_waited)
        recorder_.begin(record.pair);
    if (!has_waited && self.current.is_settled)
        recorder_.wait(record);
    else if (has_waited && !self.current.is_settled)
        recorder_.admit(record.pair);
    self.has_notes = true;
}

// Sees to it that another lane goes on, if one has nothing to do and there is something for it, now or in time.
void run::call_on(clock::time_point now)
{
    auto const next = dispatch_.next_turn(now, intake_.here() != 0);
    if (next > now)
        turns_.set(next);
    else
        idle_.wake_one();
}

void run::settle(lane& self)
{
    self.current.record.time = time_.wall_now();
    recorder_.settle(self.current.record);
    std::swap(self.settled, self.current.record);
    self.has_settled = self.has_notes = true;
    dispatch_.on_outcome(self.settled, time_.now());
    obey_dispatch();
}

void run::end_of_turn(lane& self)
{
    if (self.is_busy)
    {
        settle(self);
        release(self);
    }
}

// Lets the run end if nothing is left to be done, now or later.
bool run::ends_here()
{
    dispatch_.check_end();
    obey_dispatch();
    return is_stopping() || dispatch_.has_ended();
}

}  // namespace batch_cancel::run
