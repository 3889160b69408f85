#include "simulation/run/oracle.hpp"

#include "simulation/run/judges/evidence.hpp"

#include <algorithm>

namespace batch_cancel::simulation
{

std::vector<std::string> find_faults_of_resume(run_book const& stopped, run_book const& resumed,
                                               std::vector<attempt_log> const& log)
{
    scenario every;
    every.pairs = stopped.pulled + resumed.pulled;
    evidence all(every, log, resumed);
    std::vector<unsigned> recorded(every.pairs, 0);
    std::vector<bool> had_outcome(every.pairs, false);
    for (auto const& each : stopped.results)
    {
        auto const task = task_of(each.pair.task_id);
        had_outcome.at(task) = true;
        ++recorded[task];
    }
    for (auto const& each : resumed.results)
    {
        auto const task = task_of(each.pair.task_id);
        auto const& attempts = all.by_task.at(task);
        ++recorded[task];
        if (each.attempts != attempts.size())
            all.accuse("RC-02", task_id(task), " has ", each.attempts, " attempts after a resume, the service saw ",
                       attempts.size());
        bool const is_unknown =
            std::any_of(attempts.begin(), attempts.end(),
                        [&](auto* a) { return a->is_unknown() || (a->applied && each.outcome == outcome::conflict); });
        if (is_unknown && !each.ambiguous)
            all.accuse("RC-04", task_id(task), " is not ambiguous after a resume");
    }
    for (auto const& each : resumed.left)
        ++recorded.at(task_of(each.task_id));
    // A resume begins with what was left, in order; what it has not come to is left still.
    for (auto at = resumed.pulled; at < stopped.left.size(); ++at)
        ++recorded.at(task_of(stopped.left[at].task_id));
    for (std::size_t task = 0; task != recorded.size(); ++task)
    {
        bool const is_known = task < stopped.pulled || !all.by_task[task].empty();
        if (recorded[task] > 1 || (recorded[task] == 0 && is_known))
            all.accuse("RC-01", task_id(task), " is recorded ", recorded[task], " times by a run and its resume");
    }
    for (auto const& each : log)
    {
        if (each.started >= resumed.began && had_outcome.at(each.task))
            all.accuse("RC-20", task_id(each.task), " has its outcome, and is sent again by the resume");
    }
    return all.take_faults();
}

}  // namespace batch_cancel::simulation
