#include "simulation/run/policy_driver.hpp"

#include "core/dispatch.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <deque>
#include <queue>
#include <utility>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

constexpr time_point beginning{1000h};

class policy_driver
{
public:
    explicit policy_driver(scenario const& of)
        : scenario_(of)
        , random_(of.options.seed)
        , model_(of, beginning)
        , dispatch_(of.options, random_, beginning)
    {
        if (of.stop)
            stop_at_ = beginning + of.stop->at;
    }

    simulated_run play()
    {
        auto const latest = beginning + 24h;
        start_all();
        while (!has_ended() && now_ <= latest)
        {
            auto const next = next_event();
            if (next == time_point::max())
                break;
            now_ = std::max(now_, next);
            happen();
            start_all();
        }
        return close();
    }

private:
    struct flight
    {
        core::ticket asked{};
        std::size_t logged = 0;
        time_point ends{};
    };

    bool has_new() const
    {
        return next_new_ != scenario_.pairs;
    }

    bool has_ended() const
    {
        if (!flights_.empty())
            return false;
        return is_stopping_ || dispatch_.has_ended();
    }

    time_point next_event() const
    {
        auto next = is_stopping_ ? time_point::max() : std::min(dispatch_.deadline(), stop_at_);
        for (auto const& each : flights_)
            next = std::min(next, each.ends);
        if (!is_stopping_)
            next = std::min(next, dispatch_.next_turn(now_, has_new()));
        return next;
    }

    void happen()
    {
        if (!is_stopping_ && now_ >= stop_at_)
            stop(boost::asio::error::operation_aborted);
        if (!is_stopping_ && now_ >= dispatch_.deadline())
            dispatch_.check_time(now_);
        obey();
        for (;;)
        {
            auto const due = std::min_element(flights_.begin(), flights_.end(),
                                              [](auto const& a, auto const& b) { return a.ends < b.ends; });
            if (due == flights_.end() || due->ends > now_)
                return;
            auto landed = std::move(*due);
            flights_.erase(due);
            land(std::move(landed));
            obey();
        }
    }

    void start_all()
    {
        obey();
        core::ticket taken;
        while (!is_stopping_)
        {
            if (dispatch_.take_waiting(now_, has_new(), taken))
                send(std::move(taken));
            else if (has_new() && dispatch_.may_begin(now_))
                begin(taken);
            else
                break;
            taken = {};
            obey();
        }
        book_.has_probed = book_.has_probed || dispatch_.cause() == pace_cause::probing;
        dispatch_.check_end();
        obey();
    }

    void begin(core::ticket& fresh)
    {
        fresh.record.pair = {.job_id = "job", .task_id = task_id(next_new_)};
        ++next_new_;
        if (!has_new())
            dispatch_.on_source_end();
        dispatch_.begin(fresh, now_);
        send(std::move(fresh));
    }

    void send(core::ticket asked)
    {
        if (asked.is_settled)
        {
            record(std::move(asked));
            return;
        }
        flight made;
        asked.token_generation = token_;
        dispatch_.on_sent(asked, now_);
        std::size_t task = std::stoul(asked.record.pair.task_id.substr(5));
        made.logged = model_.on_request(task, now_, token_);
        auto const& logged = model_.log()[made.logged];
        made.ends = std::min(logged.answered, now_ + scenario_.options.attempt_timeout);
        made.asked = std::move(asked);
        flights_.push_back(std::move(made));
    }

    void land(flight landed)
    {
        auto const& seen = model_.log()[landed.logged];
        auto& asked = landed.asked;
        ++asked.record.attempts;
        ++book_.requests.attempts;
        ++book_.requests.sent;
        if (seen.number != 0)
            ++book_.requests.retried;
        asked.record.status = seen.has_answer() ? seen.status : 0;
        asked.record.retry_after = seen.retry_after;
        core::attempt_span const when{.started = seen.started, .ended = now_};
        auto came_of = core::fate::settled;
        if (seen.has_answer())
            came_of = dispatch_.on_answer(
                asked, {.status = seen.status, .has_retry_after = seen.retry_after.has_value()}, when);
        else
            came_of = dispatch_.on_loss(asked, loss_of(seen), when);
        if (came_of == core::fate::refused)
            came_of = refresh(asked);
        if (asked.record.reason == reason::throttled)
            ++book_.requests.throttled;
        if (came_of == core::fate::settled)
        {
            record(std::move(asked));
            return;
        }
        dispatch_.keep(std::move(asked), came_of);
        dispatch_.release();
    }

    static core::lost_answer loss_of(attempt_log const& seen)
    {
        switch (seen.seen)
        {
        case visible::silence:
            return core::lost_answer::timeout;
        case visible::garbage:
        case visible::part_of_header:
            return core::lost_answer::unreadable;
        case visible::nothing:
            return core::lost_answer::broken_off_reused;
        default:
            return core::lost_answer::broken_off;
        }
    }

    core::fate refresh(core::ticket& asked)
    {
        bool is_other = token_ != asked.token_generation;
        if (!is_other && core::dispatch::wants_other_token(asked) && !scenario_.token_is_last)
        {
            while (!model_.accepts(token_, now_))
                ++token_;
            is_other = true;
            dispatch_.on_other_token(now_);
        }
        return dispatch_.on_refusal(asked, is_other, now_);
    }

    void record(core::ticket settled)
    {
        dispatch_.on_outcome(settled.record.outcome, now_);
        book_.pairs.count(settled.record);
        book_.results.push_back(std::move(settled.record));
        dispatch_.release();
    }

    void obey()
    {
        if (dispatch_.stop() && !is_stopping_)
            stop(dispatch_.stop()->why);
    }

    void stop(boost::system::error_code why)
    {
        is_stopping_ = true;
        book_.error = why;
        book_.stopped = now_;
        if (!scenario_.stop || !scenario_.stop->aborts || now_ < stop_at_)
            return;
        for (auto& each : flights_)
        {
            each.asked.record.ambiguous = true;
            ++each.asked.record.attempts;
            ++book_.requests.attempts;
            ++book_.requests.sent;
            if (model_.log()[each.logged].number != 0)
                ++book_.requests.retried;
            leave(each.asked);
            dispatch_.release();
        }
        flights_.clear();
    }

    void leave(core::ticket const& left)
    {
        auto pair = left.record.pair;
        pair.ambiguous = left.record.ambiguous;
        pair.earlier_attempts = left.record.attempts;
        book_.left.push_back(std::move(pair));
    }

    simulated_run close()
    {
        book_.has_ended = has_ended();
        book_.ended = now_;
        for (auto const& each : dispatch_.take_all())
            leave(each);
        book_.pairs.unprocessed = book_.left.size();
        book_.pairs.pairs = book_.pairs.settled() + book_.left.size();
        if (!has_new() && book_.left.empty())
            book_.error = {};
        return {.log = model_.log(), .book = std::move(book_)};
    }

    scenario const& scenario_;
    core::random_bits random_;
    service_model model_;
    core::dispatch dispatch_;
    time_point now_{beginning};
    time_point stop_at_{time_point::max()};
    std::vector<flight> flights_;
    std::size_t next_new_{0};
    std::uint64_t token_{1};
    bool is_stopping_{false};
    run_book book_;
};

}  // namespace

simulated_run drive_policy(scenario const& of)
{
    return policy_driver(of).play();
}

}  // namespace batch_cancel::simulation
