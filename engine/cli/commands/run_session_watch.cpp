#include "cli/commands/run_session.hpp"
#include "cli/commands/spawn.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

// What goes on beside the run: signals and progress.

namespace batch_cancel::cli
{

namespace asio = boost::asio;

namespace
{

constexpr std::chrono::seconds longest_drain{30};
constexpr std::chrono::milliseconds least_between_signals{200};
constexpr std::chrono::milliseconds live_interval{250};
constexpr std::chrono::seconds plain_interval{10};

}  // namespace

void run_session::on_signal(int number)
{
    auto const now = std::chrono::steady_clock::now();
    if (signal_ == 0)
    {
        signal_ = number;
        signal_time_ = now;
        out_.info("stopping: nothing new is sent, what is in flight may end (30 s at most); once more stops at once");
        engine_.stop(stop_kind::drain);
        spawn(context_, limit_drain(), [](std::exception_ptr) {});
        return;
    }
    if (now - signal_time_ < least_between_signals || aborting_)
        return;
    out_.warning("stopping at once: what is in flight stays without an answer");
    aborting_ = true;
    engine_.stop(stop_kind::abort);
}

asio::awaitable<void> run_session::limit_drain()
{
    drain_timer_.expires_after(longest_drain);
    auto const waited = co_await drain_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!std::get<0>(waited) && is_sending_)
        engine_.stop(stop_kind::abort);
}

asio::awaitable<void> run_session::show_progress()
{
    meter_.note(start_, 0);
    for (;;)
    {
        if (out_.has_live_line())
            progress_timer_.expires_after(live_interval);
        else
            progress_timer_.expires_after(plain_interval);
        auto const waited = co_await progress_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (std::get<0>(waited) || !is_sending_)
            co_return;
        tell_progress();
    }
}

void run_session::tell_progress()
{
    auto const now = std::chrono::steady_clock::now();
    progress_facts facts{.now = engine_.progress(), .total = total_};
    facts.per_second = meter_.note(now, facts.now.pairs.settled());
    facts.stopping = signal_ != 0;
    auto const wall = std::chrono::system_clock::now();
    facts.paused_until = wall_clock_text(wall + facts.now.paused_for, wall);
    if (out_.has_live_line())
        out_.live(progress_text(facts));
    else
        out_.info(progress_text(facts));
}

}  // namespace batch_cancel::cli
