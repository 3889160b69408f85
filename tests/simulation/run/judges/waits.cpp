#include "simulation/run/judges/evidence.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

namespace
{

constexpr auto least_backoff = 100ms;

// As long as the slowest pace has between two starts.
constexpr auto slowest_pace = 5s;

// For a throttle that does not say for how long.
constexpr duration longest_own_pause = 60s;

void check_pauses(evidence& all)
{
    std::vector<attempt_log const*> throttles;
    for (auto const& each : all.log)
    {
        if (each.is_throttle() && each.retry_after)
            throttles.push_back(&each);
    }
    std::sort(throttles.begin(), throttles.end(), [](auto* a, auto* b) { return a->answered < b->answered; });
    std::size_t received = 0;
    time_point held_until{};
    for (auto const& each : all.log)
    {
        for (; received != throttles.size() && throttles[received]->answered < each.started; ++received)
            held_until = std::max(held_until, throttles[received]->answered + *throttles[received]->retry_after);
        if (each.started < held_until)
            all.accuse("RC-15", task_id(each.task), " is sent ", seconds(held_until - each.started),
                       " s before Retry-After has passed");
    }
}

// Whether whatever waits when a pause ends can have waited for nothing else. A connection that has to be made is something else:
// its request may miss its turn in the pace.
bool waits_for_pauses_alone(evidence const& all)
{
    auto const& of = all.of;
    return of.connect == duration::zero() && of.refused == 0 && of.options.max_rate == 0 &&
           of.token_lifetime == duration::zero() && of.shunned == 0;
}

// Until when a pause lasts that ends undisturbed: no other outlasts it, and all that was in flight has ended before.
std::optional<time_point> end_of_pause(evidence const& all, attempt_log const& throttle)
{
    auto const until = throttle.answered + *throttle.retry_after;
    if (*throttle.retry_after < slowest_pace || all.is_probing(until))
        return std::nullopt;
    bool const is_disturbed =
        std::any_of(all.log.begin(), all.log.end(),
                    [&](attempt_log const& each)
                    {
                        if (&each == &throttle)
                            return false;
                        auto const pause = each.retry_after ? duration(*each.retry_after) : longest_own_pause;
                        bool const is_longer =
                            each.is_throttle() && each.answered <= until && each.answered + pause > until;
                        return is_longer || (each.started <= until && all.end_of(each) >= until);
                    });
    return is_disturbed ? std::nullopt : std::optional(until);
}

// A throttled pair waits, so that there is something to send after each pause.
void check_overshoot(evidence& all)
{
    if (!waits_for_pauses_alone(all))
        return;
    for (auto const& each : all.log)
    {
        if (!each.is_throttle() || !each.retry_after)
            continue;
        auto const until = end_of_pause(all, each);
        if (!until)
            continue;
        auto const due = *until + std::max<duration>(250ms, *each.retry_after / 10);
        bool const is_sent =
            std::any_of(all.log.begin(), all.log.end(),
                        [&](attempt_log const& next) { return next.started >= *until && next.started <= due; });
        if (!is_sent && std::min(all.book.ended, all.book.stopped) > due)
            all.accuse("RC-15", "nothing is sent for ", seconds(due - *until), " s after a pause of ",
                       seconds(*each.retry_after), " s");
    }
}

// Each pair between two of its attempts.
void check_backoff(evidence& all, std::vector<attempt_log const*> const& attempts, std::string const& name)
{
    bool has_gone_at_once = false;
    for (std::size_t i = 1; i < attempts.size(); ++i)
    {
        auto const& failed = *attempts[i - 1];
        auto const& next = *attempts[i];
        if (!failed.is_transient() || all.is_probing(next.started))
            continue;
        auto const waited = next.started - all.end_of(failed);
        if (failed.has_answer() && failed.retry_after && waited < *failed.retry_after)
            all.accuse("RC-15", name, " is sent again ", seconds(waited), " s after a failure that asked for ",
                       seconds(*failed.retry_after), " s");
        if (waited >= least_backoff)
            continue;
        // Once for each pair: a connection that had been closed while it was idle.
        if (failed.seen != visible::nothing || std::exchange(has_gone_at_once, true))
            all.accuse("RC-17", name, " is sent again ", seconds(waited), " s after a failure");
    }
}

void check_rate(evidence& all)
{
    auto const rate = all.of.options.max_rate;
    if (rate == 0)
        return;
    std::size_t oldest = 0;
    for (std::size_t i = 0; i != all.log.size(); ++i)
    {
        for (; all.log[oldest].started <= all.log[i].started - 1s; ++oldest)
        {
        }
        // One may be late, and one be due.
        if (static_cast<double>(i - oldest + 1) > rate + 2)
        {
            all.accuse("rate", i - oldest + 1, " requests in a second, ", rate, " are allowed");
            return;
        }
    }
}

}  // namespace

void judge_waits(evidence& all)
{
    check_pauses(all);
    check_overshoot(all);
    for (std::size_t task = 0; task != all.by_task.size(); ++task)
        check_backoff(all, all.by_task[task], task_id(task));
    check_rate(all);
}

}  // namespace batch_cancel::simulation
