#include "traffic/flow_control.hpp"

#include <utility>

namespace batch_cancel::traffic
{

flow_control::flow_control(engine_options const& options, random_bits& random)
    : random_(random)
    , most_in_flight_(options.max_in_flight)
    , pace_(static_cast<unsigned>(options.max_in_flight),
            options.adapt ? concurrency_limit::mode::adapting : concurrency_limit::mode::held, options.max_rate)
{
}

void flow_control::start(request_turn& given, turn_kind kind, time_point now)
{
    take_turn(given, now);
    if (kind == turn_kind::retry)
    {
        share_.on_retry(now);
        given.holds_share = true;
    }
    given.is_probe = outage_.is_on();
    if (given.is_probe)
        outage_.on_probe(now, random_);
}

void flow_control::take_turn(request_turn& given, time_point now)
{
    given.taken = now;
    pace_.take_turn(now);
}

void flow_control::give_back(request_turn& unused) noexcept
{
    if (std::exchange(unused.holds_share, false))
        share_.give_back();
}

void flow_control::on_sent(request_turn& asked, time_point now)
{
    if (!pace::is_fresh(asked.taken, now))
        take_turn(asked, now);
}

void flow_control::on_ended(request_turn& ended, bool is_first_attempt) noexcept
{
    // Only now is it sure that it was sent.
    ended.holds_share = false;
    if (is_first_attempt)
        share_.on_first_attempt();
}

void flow_control::on_clear(request_turn& ended, attempt_span when)
{
    budget_.on_clear_answer(std::exchange(ended.drawn, retry_budget::cost::none));
    if (outage_.is_ended_by(when.started))
    {
        outage_.end();
        budget_.on_recovery();
        pace_.on_recovery();
    }
    pace_.on_clear(when, in_hand_);
}

void flow_control::on_throttled(attempt_span when, std::optional<std::chrono::milliseconds> retry_after)
{
    pace_.on_throttled(when, retry_after, random_);
}

void flow_control::draw_retry(request_turn& failed, retry_budget::cost of, time_point now)
{
    failed.drawn = retry_budget::cost::none;
    if (outage_.is_on())
        return;
    if (budget_.draw(of))
        failed.drawn = of;
    else
        outage_.begin(now, random_);
}

}  // namespace batch_cancel::traffic
