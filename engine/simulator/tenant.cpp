#include "simulator/tenant.hpp"

#include <algorithm>

namespace batch_cancel::simulator
{

namespace
{

constexpr std::uint64_t fate_draw = 1;

}  // namespace

std::string_view to_string(migration_state state) noexcept
{
    switch (state)
    {
    case migration_state::in_progress:
        return "inProgress";
    case migration_state::completed:
        return "completed";
    case migration_state::pending_cancel:
        return "pendingCancel";
    case migration_state::cancelled:
        return "cancelled";
    }
    return "unknownFutureValue";
}

tenant::tenant(options const& simulated, time_point now)
    : ids_(simulated.seed, simulated.jobs, simulated.tasks_per_job,
           simulated.knows_every_pair ? identity::strangers::welcome : identity::strangers::refused)
    , missing_share_(simulated.missing_share)
    , conflict_share_(simulated.conflict_share)
    , started_(now)
    , settles_after_(simulated.cancel_settles_after)
{
}

tenant::fate tenant::fate_of(std::uint64_t pair_key) const noexcept
{
    auto const chance = unit(draw(pair_key, fate_draw));
    if (chance < missing_share_)
        return fate::missing;
    return chance < missing_share_ + conflict_share_ ? fate::completed : fate::open;
}

std::optional<tenant::task_place> tenant::find_task(entity_key job, std::string_view id) const
{
    auto const task = ids_.find_task(job, id);
    if (!task)
        return std::nullopt;
    task_place const place{job, *task, ids_.pair_key(job, *task)};
    if (fate_of(place.key) == fate::missing)
        return std::nullopt;
    return place;
}

bool tenant::has_task(entity_key job, entity_key task) const
{
    return fate_of(ids_.pair_key(job, task)) != fate::missing;
}

std::uint32_t tenant::stamp(time_point now) const
{
    auto const passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(passed + 1, 1, UINT32_MAX));
}

migration_state tenant::state_after(std::uint32_t cancelled_at, time_point now) const
{
    auto const passed = std::chrono::milliseconds{stamp(now) - cancelled_at};
    return passed >= settles_after_ ? migration_state::cancelled : migration_state::pending_cancel;
}

migration_state tenant::job_state(entity_key job, time_point now) const
{
    auto const cancelled = cancelled_jobs_.find(job);
    return cancelled == cancelled_jobs_.end() ? migration_state::in_progress : state_after(cancelled->second, now);
}

migration_state tenant::task_state(task_place const& task, time_point now) const
{
    if (fate_of(task.key) == fate::completed)
        return migration_state::completed;
    auto const asked = asked_.find(task.key);
    if (asked != asked_.end() && asked->second.cancelled_at != 0)
        return state_after(asked->second.cancelled_at, now);
    return cancelled_jobs_.empty() ? migration_state::in_progress : job_state(task.job, now);
}

std::uint32_t tenant::note_asked(task_place const& task)
{
    auto const count = ++asked_[task.key].asked;
    if (count == 2)
        ++asked_again_;
    most_asked_ = std::max<std::uint64_t>(most_asked_, count);
    return count;
}

cancel_verdict tenant::cancel_task(task_place const& task, time_point now)
{
    auto const met = task_state(task, now);
    if (met != migration_state::in_progress)
        return {false, met};
    asked_[task.key].cancelled_at = stamp(now);
    return {true, met};
}

cancel_verdict tenant::cancel_job(entity_key job, time_point now)
{
    auto const met = job_state(job, now);
    if (met != migration_state::in_progress)
        return {false, met};
    cancelled_jobs_[job] = stamp(now);
    return {true, met};
}

bool tenant::was_applied(task_place const& task) const
{
    auto const asked = asked_.find(task.key);
    return asked != asked_.end() && asked->second.cancelled_at != 0;
}

void tenant::report(statistics& into) const
{
    into.tasks_asked = asked_.size();
    into.tasks_asked_again = asked_again_;
    into.most_cancels_of_a_task = most_asked_;
}

}  // namespace batch_cancel::simulator
