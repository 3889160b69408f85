#pragma once

#include "simulator/identity.hpp"

#include <batch_cancel/simulator/simulator.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace batch_cancel::simulator
{

/** Where a job or a task stands; the words are the service's. */
enum class migration_state : std::uint8_t
{
    in_progress,
    /** Past its deadline. */
    completed,
    pending_cancel,
    cancelled,
};

/** The state as an answer says it. */
std::string_view to_string(migration_state state) noexcept;

/** What a cancel came to. */
struct cancel_verdict
{
    bool accepted = false;
    /** The state that the cancel met. */
    migration_state met{};
};

/** The jobs and tasks of a tenant. Their states follow from the seed and the ids; only what was asked to be cancelled
    is remembered, in 16 bytes a task and the hash table's spare room. */
class tenant
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    tenant(options const& simulated, time_point now);

    /** A task that is there. */
    struct task_place
    {
        entity_key job;
        entity_key task;
        std::uint64_t key;
    };

    identity const& ids() const noexcept
    {
        return ids_;
    }

    /** Find a task by its id; nothing if it is unknown or missing. */
    std::optional<task_place> find_task(entity_key job, std::string_view id) const;

    /** Tell whether a task of the simulator's own is in its job. */
    bool has_task(entity_key job, entity_key task) const;

    migration_state job_state(entity_key job, time_point now) const;
    migration_state task_state(task_place const& task, time_point now) const;

    /** Count a cancel that was let in.
        @return  How many that makes for the task. */
    std::uint32_t note_asked(task_place const& task);

    cancel_verdict cancel_task(task_place const& task, time_point now);
    cancel_verdict cancel_job(entity_key job, time_point now);

    bool was_applied(task_place const& task) const;

    /** Fill in the counts of tasks. */
    void report(statistics& into) const;

private:
    struct task_record
    {
        std::uint32_t cancelled_at = 0;  // milliseconds from the start on, counted from 1; 0: has not been cancelled
        std::uint32_t asked = 0;
    };

    enum class fate : std::uint8_t
    {
        open,
        completed,
        missing,
    };

    fate fate_of(std::uint64_t pair_key) const noexcept;
    std::uint32_t stamp(time_point now) const;
    migration_state state_after(std::uint32_t cancelled_at, time_point now) const;

    identity ids_;
    double missing_share_;
    double conflict_share_;
    time_point started_;
    std::chrono::steady_clock::duration settles_after_;
    boost::unordered_flat_map<std::uint64_t, task_record> asked_;          // by pair key
    boost::unordered_flat_map<entity_key, std::uint32_t> cancelled_jobs_;  // when, as in task_record
    std::uint64_t asked_again_{0};
    std::uint64_t most_asked_{0};
};

}  // namespace batch_cancel::simulator
