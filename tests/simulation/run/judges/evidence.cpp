#include "simulation/run/judges/evidence.hpp"

#include <algorithm>

namespace batch_cancel::simulation
{

evidence::evidence(scenario const& scenario, std::vector<attempt_log> const& attempts, run_book const& records)
    : of(scenario)
    , log(attempts)
    , book(records)
    , by_task(scenario.pairs)
{
    for (auto const& each : log)
        by_task.at(each.task).push_back(&each);
}

time_point evidence::end_of(attempt_log const& attempt) const
{
    return std::min(attempt.answered, attempt.started + of.options.attempt_timeout);
}

bool evidence::counts(attempt_log const& attempt)
{
    return !attempt.is_throttle() && !attempt.is_refusal();
}

bool evidence::is_clear(attempt_log const& attempt)
{
    return attempt.has_answer() && !attempt.is_transient() && counts(attempt);
}

bool evidence::is_probing(time_point when) const
{
    // What was taken as a probe may wait for its connection until the outage is over.
    constexpr std::chrono::seconds late{5};
    return std::any_of(book.probing.begin(), book.probing.end(),
                       [&](probing_time const& each)
                       { return each.from <= when && (each.to == time_point::max() || when <= each.to + late); });
}

}  // namespace batch_cancel::simulation
