#include "traffic/pace.hpp"

#include <algorithm>

namespace batch_cancel::traffic
{

double pace::per_second() const noexcept
{
    auto const asked = rate_.per_second();
    auto const learnt = pacer_.per_second();
    if (asked <= 0 || learnt <= 0)
        return std::max(asked, learnt);
    return std::min(asked, learnt);
}

void pace::take_turn(time_point now) noexcept
{
    pacer_.on_start(now);
    if (rate_.per_second() > 0)
        rate_.on_start(now);
}

pace_cause pace::cause() const noexcept
{
    if (pacer_.is_on())
        return pace_cause::throttled;
    if (failures_.is_failing())
        return pace_cause::failing;
    return failures_.is_starting() ? pace_cause::starting : latency_.cause();
}

void pace::on_clear(attempt_span when, std::size_t sent_with, std::size_t in_flight) noexcept
{
    latency_.on_answer(when.started, when.ended, static_cast<unsigned>(in_flight));
    failures_.on_end({.started = when.started,
                      .ended = when.ended,
                      .in_flight_at_start = static_cast<unsigned>(sent_with),
                      .in_flight = static_cast<unsigned>(in_flight)});
    pacer_.on_admitted();
    gate_.admitted();
}

void pace::on_failure(attempt_span when, std::size_t sent_with, std::size_t in_flight) noexcept
{
    failures_.on_end({.started = when.started,
                      .ended = when.ended,
                      .in_flight_at_start = static_cast<unsigned>(sent_with),
                      .in_flight = static_cast<unsigned>(in_flight),
                      .failed = true});
    // It has passed the limiter, if there is one.
    pacer_.on_admitted();
}

void pace::on_throttled(attempt_span when, std::optional<std::chrono::milliseconds> retry_after, double sent_meanwhile,
                        bool of_pace, random_bits& random)
{
    gate_.throttle(when.ended, retry_after, random);
    if (of_pace)
        pacer_.on_throttled(when.started, when.ended, gate_.opens_at(), sent_meanwhile);
    else
        pacer_.skip_pause(when.ended, gate_.opens_at());
}

}  // namespace batch_cancel::traffic
