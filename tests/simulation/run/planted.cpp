#include "simulation/run/planted.hpp"

#include <algorithm>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

engine_options altered(planted what, engine_options from)
{
    switch (what)
    {
    case planted::attempt_too_many:
        ++from.max_attempts;
        break;
    case planted::attempt_too_few:
        from.max_attempts = std::max(1u, from.max_attempts - 1);
        break;
    case planted::never_stops_a_pair:
        from.after_ambiguous = after_ambiguous::retry;
        break;
    case planted::one_more_in_flight:
        ++from.max_in_flight;
        break;
    case planted::hasty_halt:
        from.max_failed /= 2;
        from.max_failed_share /= 4;
        break;
    case planted::late_halt:
        from.max_failed *= 2;
        from.max_failed_share = std::min(1.0, 2 * from.max_failed_share);
        break;
    case planted::impatient:
        from.patience /= 2;
        break;
    case planted::too_patient:
        from.patience *= 2;
        break;
    case planted::short_pilot:
        from.max_begun = (from.max_begun + 1) / 2;
        break;
    case planted::long_pilot:
        from.max_begun += from.max_begun != 0 ? 1 : 0;
        break;
    case planted::too_quick:
        from.max_rate *= 1.5;
        break;
    default:
        break;
    }
    return from;
}

}  // namespace

saboteur::saboteur(planted what, scenario const& of)
    : what_(what)
    , options_(altered(what, of.options))
{
}

std::size_t saboteur::deliver(service_model& to, request_facts const& asked, time_point now)
{
    auto index = to.on_request(asked, now);
    if (is(planted::sent_twice) && to.log()[index].number == 0)
    {
        ++works_;
        return to.on_request(asked, now);
    }
    for (int i = 0; is(planted::retry_storm) && i != 5 && to.log()[index].is_transient(); ++i)
    {
        ++works_;
        index = to.on_request(asked, now);
    }
    return index;
}

attempt_log saboteur::shown(service_model const& by, std::size_t index)
{
    auto seen = by.log()[index];
    if (is(planted::early_request) && seen.is_throttle() && seen.retry_after)
    {
        ++works_;
        *seen.retry_after /= 2;
    }
    if (is(planted::long_pause) && seen.is_throttle() && seen.retry_after)
    {
        ++works_;
        *seen.retry_after += *seen.retry_after / 2;
    }
    if (is(planted::hidden_ambiguity) && seen.has_answer() && seen.is_unknown())
    {
        ++works_;
        seen.status = 423;
        seen.retry_after.reset();
    }
    if (is(planted::wrong_answer) && seen.has_answer() && index != 0)
    {
        ++works_;
        seen.task = by.log()[index - 1].task;
        seen.number = by.log()[index - 1].number;
    }
    return seen;
}

bool saboteur::loses_pair(std::size_t task)
{
    bool const loses = is(planted::lost_pair) && task % 17 == 3;
    works_ += loses ? 1 : 0;
    return loses;
}

bool saboteur::loses_result(std::size_t task)
{
    bool const loses = is(planted::lost_result) && task % 17 == 3;
    works_ += loses ? 1 : 0;
    return loses;
}

void saboteur::leave(pair& left)
{
    if (is(planted::quiet_abort) && left.ambiguous)
    {
        ++works_;
        left.ambiguous = false;
    }
}

bool saboteur::hides_refusals() noexcept
{
    bool const hides = is(planted::refusal_taken_for_loss);
    works_ += hides ? 1 : 0;
    return hides;
}

duration saboteur::stop_delay() const noexcept
{
    return is(planted::late_stop) ? duration(200ms) : duration::zero();
}

}  // namespace batch_cancel::simulation
