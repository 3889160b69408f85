#include "engine_client.hpp"

#include "core/dispatch.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

namespace batch_cancel::simulation
{

namespace
{

// What cannot be sent at once although its time has come is tried again after this.
constexpr auto least_wait = std::chrono::milliseconds(1);

engine_options options_of(scenario const& of)
{
    engine_options made;
    made.attempt_timeout = in(of.time_limit_s);
    made.sharers = static_cast<unsigned>(of.processes.size());
    made.max_failed_share = 0;  // a run that halts has no time to compare
    return made;
}

unsigned status_of(response_kind kind) noexcept
{
    switch (kind)
    {
    case response_kind::accepted:
        return 202;
    case response_kind::throttled:
        return 429;
    case response_kind::unavailable:
        return 503;
    case response_kind::failed:
        return 500;
    case response_kind::reset:
    case response_kind::silence:
        break;
    }
    return 0;
}

class engine_client final : public client
{
public:
    engine_client(scenario const& of, pair_range pairs, std::uint64_t seed, time_point starts)
        : options_(options_of(of))
        , random_(seed)
        , dispatch_(options_, random_, starts)
        , next_(pairs.first)
        , end_(pairs.end)
    {
        if (!has_new())
            dispatch_.on_source_end();
    }

    void start_what_may(network& over, time_point now) override
    {
        if (now >= dispatch_.deadline())
            dispatch_.check_time(now);
        core::ticket taken;
        while (!dispatch_.stop())
        {
            if (dispatch_.take_waiting(now, has_new(), taken))
                send(over, std::move(taken), now);
            else if (has_new() && dispatch_.may_begin(now))
                begin(over, taken, now);
            else
                break;
            taken = {};
        }
        dispatch_.check_end();
        counts_.has_given_up = dispatch_.stop().has_value();
        if (!counts_.has_given_up && !dispatch_.has_ended())
            ask_for_wake(over, now);
    }

    void on_response(exchange const& came) override
    {
        auto asked = std::move(under_way_[came.id]);
        --in_flight_;
        ++asked.record.attempts;
        asked.record.latency = came.ended - came.started;
        asked.record.status = status_of(came.response.kind);
        asked.record.retry_after = came.response.retry_after;
        auto const fate = take(asked, came);
        if (fate == core::fate::settled)
        {
            record(std::move(asked), came.ended);
            return;
        }
        dispatch_.keep(std::move(asked), fate);
        dispatch_.release();
        counts_.most_waiting = std::max(counts_.most_waiting, dispatch_.waiting());
    }

    bool has_ended() const override
    {
        return in_flight_ == 0 && (dispatch_.stop() || dispatch_.has_ended());
    }

    client_counts counts() const override
    {
        return counts_;
    }

    std::string status(time_point now) const override
    {
        char text[160];
        bool const is_paused = dispatch_.pause_ends() > now;
        int const length =
            std::snprintf(text, sizeof text, "in flight %3zu of %3zu, pace %7.1f, waiting %4zu%s%s", in_flight_,
                          dispatch_.allowed_in_flight(), dispatch_.allowed_rate(), dispatch_.waiting(),
                          is_paused ? ", paused" : "", dispatch_.cause() == pace_cause::probing ? ", outage" : "");
        return {text, static_cast<std::size_t>(length)};
    }

private:
    bool has_new() const noexcept
    {
        return next_ != end_;
    }

    void begin(network& over, core::ticket& fresh, time_point now)
    {
        fresh.record.pair = {.job_id = "job", .task_id = std::to_string(next_++)};
        if (!has_new())
            dispatch_.on_source_end();
        dispatch_.begin(fresh, now);
        send(over, std::move(fresh), now);
    }

    void send(network& over, core::ticket asked, time_point now)
    {
        if (asked.is_settled)
        {
            record(std::move(asked), now);
            return;
        }
        if (!asked.was_attempted())
            asked.started = now;
        dispatch_.on_sent(asked, now);
        counts_.probes += asked.turn.is_probe ? 1 : 0;
        auto const id = over.send(pair_of(asked));
        if (id >= under_way_.size())
            under_way_.resize(id + 1);
        under_way_[id] = std::move(asked);
        ++in_flight_;
    }

    static std::size_t pair_of(core::ticket const& asked)
    {
        return std::stoul(asked.record.pair.task_id);
    }

    core::fate take(core::ticket& asked, exchange const& came)
    {
        traffic::attempt_span const when{.started = came.started, .ended = came.ended};
        if (came.response.kind == response_kind::silence)
            return dispatch_.on_loss(asked, core::lost_answer::timeout, when);
        if (came.response.kind == response_kind::reset)
            return dispatch_.on_loss(asked, core::lost_answer::broken_off_reused, when);
        return dispatch_.on_answer(
            asked, {.status = asked.record.status, .has_retry_after = asked.record.retry_after.has_value()}, when);
    }

    void record(core::ticket settled, time_point now)
    {
        dispatch_.on_outcome(settled.record, now);
        counts_.failed_pairs += settled.record.outcome == outcome::failed ? 1 : 0;
        dispatch_.release();
    }

    void ask_for_wake(network& over, time_point now)
    {
        auto const next = std::min(dispatch_.deadline(), dispatch_.next_turn(now, has_new()));
        if (next != time_point::max())
            over.wake_at(next > now ? next : now + least_wait);
    }

    engine_options const options_;
    traffic::random_bits random_;
    core::dispatch dispatch_;
    std::size_t next_;
    std::size_t const end_;
    std::vector<core::ticket> under_way_{};  // by id of the request
    std::size_t in_flight_{0};
    client_counts counts_{};
};

}  // namespace

std::unique_ptr<client> make_engine_client(scenario const& of, pair_range pairs, std::uint64_t seed, time_point starts)
{
    return std::make_unique<engine_client>(of, pairs, seed, starts);
}

}  // namespace batch_cancel::simulation
