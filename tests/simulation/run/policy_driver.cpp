#include "simulation/run/policy_driver.hpp"

#include "core/dispatch.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <optional>
#include <string>
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
    policy_driver(scenario const& of, planted what)
        : scenario_(of)
        , saboteur_(what, of)
        , random_(of.options.seed)
        , model_(of, beginning)
    {
        for (std::size_t i = 0; i != of.pairs; ++i)
            source_.push_back({.job_id = "job", .task_id = task_id(i)});
    }

    driven_run play(then goes_on)
    {
        driven_run made;
        if (scenario_.stop)
            stop_at_ = beginning + scenario_.stop->at;
        made.first = play_once();
        if (goes_on == then::resumes && made.first.book.has_ended && made.first.book.error)
        {
            auto rest = made.first.book.left;
            rest.insert(rest.end(), source_.begin() + static_cast<std::ptrdiff_t>(next_new_), source_.end());
            source_ = std::move(rest);
            next_new_ = 0;
            stop_at_ = tell_at_ = abort_at_ = time_point::max();
            is_stopping_ = false;
            book_ = {};
            now_ += 1h;
            made.resumed = play_once();
        }
        made.was_sabotaged = saboteur_.was_at_work();
        return made;
    }

private:
    struct flight
    {
        core::ticket asked{};
        std::size_t logged = 0;
        time_point ends{};
    };

    simulated_run play_once()
    {
        auto const latest = now_ + 48h;
        book_.began = now_;
        dispatch_.emplace(saboteur_.options(), random_, now_);
        skip_lost();
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

    bool has_new() const
    {
        return next_new_ != source_.size();
    }

    bool has_ended() const
    {
        if (!flights_.empty())
            return false;
        return is_stopping_ || dispatch_->has_ended();
    }

    time_point next_event() const
    {
        auto next = std::min({stop_at_, tell_at_, abort_at_});
        if (!is_stopping_)
            next = std::min({next, dispatch_->deadline(), dispatch_->next_turn(now_, has_new())});
        for (auto const& each : flights_)
            next = std::min(next, each.ends);
        return next;
    }

    void happen()
    {
        if (now_ >= stop_at_)
        {
            book_.stopped = now_;
            book_.sent_before_stop = model_.log().size();
            tell_at_ = std::exchange(stop_at_, time_point::max()) + saboteur_.stop_delay();
        }
        if (now_ >= tell_at_)
            tell_to_stop();
        if (now_ >= abort_at_)
            abort();
        if (!is_stopping_ && now_ >= dispatch_->deadline())
            dispatch_->check_time(now_);
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
            if (dispatch_->take_waiting(now_, has_new(), taken))
                send(std::move(taken));
            else if (has_new() && dispatch_->may_begin(now_))
                begin(taken);
            else
                break;
            taken = {};
            obey();
        }
        dispatch_->check_end();
        obey();
    }

    void begin(core::ticket& fresh)
    {
        fresh.record.pair = source_[next_new_];
        ++next_new_;
        skip_lost();
        if (!has_new())
            dispatch_->on_source_end();
        dispatch_->begin(fresh, now_);
        send(std::move(fresh));
    }

    void skip_lost()
    {
        while (has_new() && saboteur_.loses_pair(task_of(source_[next_new_].task_id)))
            ++next_new_;
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
        auto const number = ++requests_;
        asked.record.client_request_id = "client-request-" + std::to_string(number);
        if (!asked.was_attempted())
            asked.started = now_;
        dispatch_->on_sent(asked, now_);
        request_facts const facts{.task = task_of(asked.record.pair.task_id),
                                  .token = token_,
                                  .connection = number,
                                  .client_request_id = asked.record.client_request_id};
        made.logged = saboteur_.deliver(model_, facts, now_);
        made.ends = std::min(model_.log()[made.logged].answered, now_ + scenario_.options.attempt_timeout);
        made.asked = std::move(asked);
        flights_.push_back(std::move(made));
    }

    void land(flight landed)
    {
        auto const seen = saboteur_.shown(model_, landed.logged);
        auto& asked = landed.asked;
        count(asked);
        asked.record.latency = now_ - seen.started;
        asked.record.total = now_ - asked.started;
        read(seen, asked.record);
        traffic::attempt_span const when{.started = seen.started, .ended = now_};
        auto came_of = core::fate::settled;
        if (seen.has_answer())
            came_of = dispatch_->on_answer(
                asked, {.status = seen.status, .has_retry_after = seen.retry_after.has_value()}, when);
        else
            came_of = dispatch_->on_loss(asked, loss_of(seen), when);
        if (came_of == core::fate::refused)
            came_of = refresh(asked);
        if (asked.record.reason == reason::throttled)
            ++book_.requests.throttled;
        note_probing();
        if (came_of == core::fate::settled)
        {
            record(std::move(asked));
            return;
        }
        dispatch_->keep(std::move(asked), came_of);
        dispatch_->release();
    }

    void count(core::ticket& made)
    {
        if (made.was_attempted())
            ++book_.requests.retried;
        ++made.record.attempts;
        ++book_.requests.attempts;
        ++book_.requests.sent;
    }

    static void read(attempt_log const& seen, result& into)
    {
        bool const has_answer = seen.has_answer();
        auto words = has_answer ? texts_of(seen) : answer_words{};
        into.status = has_answer ? seen.status : 0;
        into.service_status = std::move(words.status);
        into.message = std::move(words.message);
        into.error_code = std::move(words.error_code);
        into.request_id = has_answer ? request_id_of(seen) : std::string();
        into.retry_after = has_answer ? seen.retry_after : std::nullopt;
    }

    void note_probing()
    {
        bool const is_on = dispatch_->cause() == pace_cause::probing;
        bool const was_on = !book_.probing.empty() && book_.probing.back().to == time_point::max();
        if (is_on && !was_on)
            book_.probing.push_back({.from = now_});
        else if (!is_on && was_on)
            book_.probing.back().to = now_;
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
            do
                ++token_;
            while (!model_.accepts(token_, now_));
            is_other = true;
            dispatch_->on_other_token(now_);
        }
        return dispatch_->on_refusal(asked, is_other, now_);
    }

    void record(core::ticket settled)
    {
        dispatch_->on_outcome(settled.record, now_);
        auto const task = task_of(settled.record.pair.task_id);
        book_.noted.push_back({.task = task, .outcome = settled.record.outcome, .at = now_});
        book_.pairs.count(settled.record);
        if (!saboteur_.loses_result(task))
            book_.results.push_back(std::move(settled.record));
        dispatch_->release();
    }

    void obey()
    {
        if (dispatch_->stop() && !is_stopping_)
            stop(dispatch_->stop()->why);
    }

    void stop(boost::system::error_code why)
    {
        is_stopping_ = true;
        book_.error = why;
    }

    void tell_to_stop()
    {
        tell_at_ = time_point::max();
        if (!is_stopping_)
            stop(boost::asio::error::operation_aborted);
        if (scenario_.stop->aborts)
            abort();
        else if (scenario_.stop->is_bounded)
            abort_at_ = now_ + scenario_.stop->then_aborts_after;
    }

    void abort()
    {
        abort_at_ = time_point::max();
        book_.aborted = now_;
        for (auto& each : flights_)
        {
            each.asked.record.ambiguous = true;
            count(each.asked);
            leave(each.asked);
            dispatch_->release();
        }
        flights_.clear();
    }

    void leave(core::ticket const& left)
    {
        auto pair = left.record.pair;
        pair.ambiguous = left.record.ambiguous;
        pair.earlier_attempts = left.record.attempts;
        saboteur_.leave(pair);
        book_.left.push_back(std::move(pair));
    }

    simulated_run close()
    {
        book_.has_ended = has_ended();
        book_.ended = now_;
        book_.pulled = next_new_;
        for (auto const& each : dispatch_->take_all())
            leave(each);
        book_.pairs.unprocessed = book_.left.size();
        book_.pairs.pairs = book_.pairs.settled() + book_.left.size();
        if (!has_new() && book_.left.empty())
            book_.error = {};
        return {.log = model_.log(), .book = std::move(book_)};
    }

    scenario const& scenario_;
    saboteur saboteur_;
    traffic::random_bits random_;
    service_model model_;
    std::optional<core::dispatch> dispatch_;
    std::vector<pair> source_;
    std::size_t next_new_{0};
    time_point now_{beginning};
    time_point stop_at_{time_point::max()};   // as the scenario has it
    time_point tell_at_{time_point::max()};   // when the policy is told
    time_point abort_at_{time_point::max()};  // and when to abort
    std::vector<flight> flights_;
    std::size_t requests_{0};
    std::uint64_t token_{1};
    bool is_stopping_{false};
    run_book book_;
};

}  // namespace

driven_run drive_policy(scenario const& of, planted what, then goes_on)
{
    return policy_driver(of, what).play(goes_on);
}

}  // namespace batch_cancel::simulation
