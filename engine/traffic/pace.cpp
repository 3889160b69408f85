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

void pace::on_clear(attempt_span when, std::size_t in_flight) noexcept
{
    limit_.on_answer(when.started, when.ended, static_cast<unsigned>(in_flight));
    pacer_.on_admitted();
    gate_.admitted();
}

void pace::on_throttled(attempt_span when, std::optional<std::chrono::milliseconds> retry_after, random_bits& random)
{
    gate_.throttle(when.ended, retry_after, random);
    pacer_.on_throttled(when.started, when.ended, gate_.opens_at());
    limit_.on_throttled(when.started, when.ended);
}

}  // namespace batch_cancel::traffic
