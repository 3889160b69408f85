#include "traffic/flow_control.hpp"

namespace batch_cancel::traffic
{

flow_control::flow_control(engine_options const& options, random_bits& random)
    : random_(random)
    , most_in_flight_(options.max_in_flight)
    , pace_(static_cast<unsigned>(options.max_in_flight), options.adapt ? limit_mode::adapting : limit_mode::held,
            options.max_rate, options.sharers)
{
}

void flow_control::start(request_turn& given, time_point now)
{
    take_turn(given, now);
    given.in_flight = in_hand_;
    given.number = ++started_;
    given.is_probe = outage_.is_on();
    if (given.is_probe)
        outage_.on_probe(now, random_);
}

void flow_control::take_turn(request_turn& given, time_point now)
{
    given.taken = now;
    pace_.take_turn(now);
}

void flow_control::on_sent(request_turn& asked, time_point now)
{
    if (!pace::is_fresh(asked.taken, now))
        take_turn(asked, now);
}

void flow_control::on_clear(request_turn const& ended, attempt_span when)
{
    take_clear(when);
    pace_.on_clear(when, ended.in_flight, in_hand_);
}

void flow_control::on_throttled(request_turn const& ended, attempt_span when,
                                std::optional<std::chrono::milliseconds> retry_after, bool of_pace)
{
    take_clear(when);
    pace_.on_throttled(when, retry_after, static_cast<double>(started_ - ended.number), of_pace, random_);
    outage_.on_pause(pace_.pause_ends());
}

// Who throttles is not down.
void flow_control::take_clear(attempt_span when)
{
    if (outage_.on_clear(when.started, when.ended))
        pace_.on_recovery();
}

void flow_control::on_failure(request_turn const& ended, attempt_span when, bool of_load)
{
    // What fails in an outage says nothing of the load.
    if (of_load && !outage_.is_on())
        pace_.on_failure(when, ended.in_flight, in_hand_);
    outage_.on_failure(when.ended, in_hand_, random_);
}

}  // namespace batch_cancel::traffic
