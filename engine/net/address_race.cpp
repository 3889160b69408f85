#include "net/address_race.hpp"

#include "net/time_limit.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <tuple>
#include <utility>

namespace batch_cancel::net
{

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace
{

struct runner
{
    tcp::socket socket;
    tcp::endpoint address;
    clock::time_point started;
    bool is_running = true;
};

struct arrival
{
    error_code error;
    std::size_t number;  // of the runner
};

// Connects that are under way. They may end after the race does, which no longer matters then.
struct track
{
    explicit track(asio::any_io_executor const& strand)
        : bell(strand, 1)
    {
    }

    void arrive(arrival which)
    {
        arrivals.push_back(which);
        bell.try_send(error_code{});
    }

    std::deque<runner> runners;
    std::vector<arrival> arrivals;
    asio::experimental::channel<void(error_code)> bell;  // rings when one has arrived; a ring that is missed loses none
};

using ring = std::tuple<error_code>;

asio::awaitable<ring> next_ring(std::shared_ptr<track> on)
{
    auto rung = co_await on->bell.async_receive(asio::as_tuple(asio::use_awaitable));
    co_return rung;
}

// The part of a race that does not wait.
class race_state
{
public:
    race_state(asio::any_io_executor sockets, asio::any_io_executor strand, std::vector<tcp::endpoint> candidates)
        : sockets_(std::move(sockets))
        , strand_(std::move(strand))
        , addresses_(std::move(candidates))
        , track_(std::make_shared<track>(strand_))
    {
    }

    race_state(race_state const&) = delete;
    race_state& operator=(race_state const&) = delete;

    ~race_state()
    {
        error_code ignored;
        for (auto& each : track_->runners)
            each.socket.close(ignored);
    }

    bool has_more() const noexcept
    {
        return track_->runners.size() != addresses_.size();
    }

    bool is_over() const noexcept
    {
        return result.socket || result.is_cancelled || (!has_more() && running_ == 0);
    }

    std::shared_ptr<track> const& current() const noexcept
    {
        return track_;
    }

    void start_due(clock::time_point now)
    {
        if (!has_more() || now < next_start_)
            return;
        auto const number = track_->runners.size();
        auto const& address = addresses_[number];
        auto& started = track_->runners.emplace_back(runner{tcp::socket(sockets_), address, now});
        next_start_ = now + head_start;
        ++running_;
        started.socket.async_connect(address, asio::bind_executor(strand_,
                                                                  [on = track_, number](error_code ec) {
                                                                      on->arrive({ec, number});
                                                                  }));
    }

    // When there is something to do even if nobody arrives.
    clock::time_point next_turn(clock::time_point limit) const
    {
        return has_more() ? std::min(next_start_, limit) : limit;
    }

    void take_arrivals(clock::time_point now)
    {
        for (auto const& each : std::exchange(track_->arrivals, {}))
            take(each, now);
        if (result.socket)
            give_up(now - head_start);
    }

    // Those that have run since before then, and have not arrived, have failed.
    void give_up(clock::time_point started_before)
    {
        for (auto const& each : track_->runners)
        {
            if (each.is_running && each.started <= started_before)
                result.failed.push_back({each.address, asio::error::timed_out});
        }
    }

    race_result result;

private:
    void take(arrival const& came, clock::time_point now)
    {
        auto& arrived = track_->runners[came.number];
        arrived.is_running = false;
        --running_;
        if (came.error)
        {
            result.failed.push_back({arrived.address, came.error});
            next_start_ = now;
            return;
        }
        if (result.socket)
            return;
        result.socket = std::move(arrived.socket);
        result.address = arrived.address;
    }

    asio::any_io_executor sockets_;
    asio::any_io_executor strand_;
    std::vector<tcp::endpoint> addresses_;
    std::shared_ptr<track> track_;
    clock::time_point next_start_{clock::time_point::min()};
    std::size_t running_{0};
};

}  // namespace

asio::awaitable<race_result> race(asio::any_io_executor executor, std::vector<tcp::endpoint> addresses, clock& time,
                                  clock::time_point limit)
{
    auto strand = co_await asio::this_coro::executor;
    race_state state(std::move(executor), std::move(strand), std::move(addresses));
    while (!state.is_over())
    {
        auto const now = time.now();
        if (now >= limit)
        {
            state.give_up(now);
            break;
        }
        state.start_due(now);
        auto ringing = next_ring(state.current());
        auto const until = state.next_turn(limit);
        co_await before(time, until, std::move(ringing));
        auto const cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none)
            state.result.is_cancelled = true;
        else
            state.take_arrivals(time.now());
    }
    co_return std::move(state.result);
}

}  // namespace batch_cancel::net
