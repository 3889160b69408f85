#include "traffic/throttle_cause.hpp"

#include <algorithm>
#include <cmath>

namespace batch_cancel::traffic
{

namespace
{

constexpr unsigned pauses_needed = 2;
constexpr unsigned pauses_needed_after_run = 6;
constexpr double run_share = 0.3;
constexpr double low_pace = 0.75;
constexpr double much_lower = 0.6;
constexpr double few_refused = 3;
constexpr double held_by_pace = 0.7;
constexpr double most_uncured = 0.3;
constexpr double not_gone = 0.05;
constexpr double usual_low_share = 0.05;
constexpr double refusals_due = 6;

constexpr double first_raise = 4;
constexpr double next_raises = 4;
constexpr auto between_raises = std::chrono::seconds(2);
constexpr unsigned young_pauses = 5;
constexpr double cut_when_wrong = 0.7;
constexpr auto first_trial_wait = std::chrono::seconds(10);
constexpr auto longest_trial_wait = std::chrono::seconds(300);
constexpr double quiet_refusals_due = 4;
constexpr double quiet_s = 5;

}  // namespace

throttle_cause::advice throttle_cause::on_cycle(cycle const& seen)
{
    if (is_trial())
        return go_on_with_trial(seen);
    if (series_.from == 0)
    {
        begin_series(seen);
        return {};
    }
    add_to_series(seen);
    if (!shows_no_help(seen))
        return {};
    if (seen.ended < no_trial_before_)
        return {.searches = true, .pace = seen.pace};
    return begin_trial(seen);
}

// Series

void throttle_cause::begin_series(cycle const& seen) noexcept
{
    series_ = {.from = seen.pace,
               .from_pace = seen.has_pace,
               .from_run = seen.refused >= 2 && seen.refused - 1 >= run_share * std::max(1.0, seen.sent_meanwhile),
               .best = seen.carried,
               .high_requests = seen.admitted + seen.refused,
               .high_refused = seen.refused};
}

void throttle_cause::add_to_series(cycle const& seen) noexcept
{
    ++series_.pauses;
    series_.best = std::max(series_.best, seen.carried);
    if (seen.pace > low_pace * series_.from)
    {
        series_.high_requests += seen.admitted + seen.refused;
        series_.high_refused += seen.refused;
        return;
    }
    series_.low_requests += seen.admitted + seen.refused;
    series_.low_refused += seen.refused;
}

bool throttle_cause::shows_no_help(cycle const& seen) const noexcept
{
    auto const& of = series_;
    // What something else holds back, a slow source say, carries less for that reason.
    bool const is_bound = seen.admitted + seen.refused >= held_by_pace * seen.pace * seen.active;
    return is_bound && of.pauses >= (of.from_run ? pauses_needed_after_run : pauses_needed) &&
           seen.pace <= much_lower * of.from && seen.carried <= much_lower * of.best && seen.refused <= few_refused &&
           of.low_refused <= most_uncured * of.low_requests &&
           of.low_refused * of.high_requests >= not_gone * of.high_refused * of.low_requests;
}

void throttle_cause::on_quiet(double admitted) noexcept
{
    double const share = series_.low_refused > 0 ? series_.low_refused / series_.low_requests : usual_low_share;
    if (admitted * share >= refusals_due)
        series_ = {};
}

// Trial

throttle_cause::advice throttle_cause::begin_trial(cycle const& seen) noexcept
{
    uncured_ = series_.low_refused / series_.low_requests;
    trial_ = {.pace_before = seen.pace, .factor = next_raises, .raised_at = seen.ended};
    bool const lets_go = !series_.from_pace && !series_.from_run;
    series_ = {};
    return {.searches = false, .pace = lets_go ? 0 : first_raise * seen.pace};
}

throttle_cause::advice throttle_cause::go_on_with_trial(cycle const& seen)
{
    trial_.requests += seen.admitted + seen.refused;
    trial_.refused += seen.refused;
    ++trial_.pauses;
    if (!is_explained())
        return give_up_trial(seen);
    // With more known, the share can be told better.
    if (trial_.requests > 10 / uncured_ + 200)
    {
        uncured_ = std::min(uncured_, std::max(trial_.refused, 1.0) / trial_.requests);
        trial_.requests /= 2;
        trial_.refused /= 2;
    }
    return raise_pace(seen);
}

bool throttle_cause::is_explained() const noexcept
{
    double const expected = uncured_ * trial_.requests;
    double const spread = std::sqrt(expected);
    if (trial_.pauses > young_pauses)
        return trial_.refused <= 2 * expected + 2 * spread + 2;
    return trial_.refused <= 1.5 * expected + 1.5 * spread + 1;
}

throttle_cause::advice throttle_cause::raise_pace(cycle const& seen)
{
    advice next{.searches = false, .pace = seen.has_pace ? seen.pace : 0};
    if (!seen.has_pace || seen.ended - trial_.raised_at < between_raises)
        return next;
    trial_.raised_at = seen.ended;
    next.pace *= trial_.factor;
    trial_.factor *= next_raises;
    // It bounds nothing any more.
    if (next.pace > 4 * seen.admitted / seen.active + 50)
        next.pace = 0;
    return next;
}

throttle_cause::advice throttle_cause::give_up_trial(cycle const& seen)
{
    uncured_ = 0;
    series_ = {};
    bool const was_young = trial_.pauses <= young_pauses;
    trial_wait_ = was_young
                      ? std::min<duration>(longest_trial_wait, std::max<duration>(first_trial_wait, 2 * trial_wait_))
                      : duration{};
    no_trial_before_ = seen.ended + trial_wait_;
    begin_series(seen);
    return {.searches = true, .pace = was_young ? std::min(trial_.pace_before, cut_when_wrong * seen.pace) : 0};
}

void throttle_cause::on_quiet_trial(double admitted, double quiet) noexcept
{
    if (quiet <= quiet_s || uncured_ * (trial_.requests + admitted) <= quiet_refusals_due)
        return;
    uncured_ = 0;
    series_ = {};
}

}  // namespace batch_cancel::traffic
