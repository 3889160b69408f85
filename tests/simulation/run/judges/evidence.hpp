#pragma once

#include "simulation/run/run_book.hpp"

#include <chrono>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::simulation
{

/** What a run is judged by, and what has been found against it. */
class evidence
{
public:
    evidence(scenario const& scenario, std::vector<attempt_log> const& attempts, run_book const& records);

    scenario const& of;
    /** In order of starting. */
    std::vector<attempt_log> const& log;
    run_book const& book;
    std::vector<std::vector<attempt_log const*>> by_task;

    template <class... Parts>
    void accuse(char const* promise, Parts const&... parts)
    {
        std::ostringstream line;
        line << promise << ": ";
        (line << ... << parts);
        faults_.push_back(line.str());
    }

    std::vector<std::string> take_faults()
    {
        return std::move(faults_);
    }

    /** When the client knew what came of an attempt, if it waited for it. */
    time_point end_of(attempt_log const& attempt) const;

    /** Attempts that come to nothing by themselves count; a throttled service's and a refused token's do not. */
    static bool counts(attempt_log const& attempt);

    /** Another pair's attempt that showed that the service works. */
    static bool is_clear(attempt_log const& attempt);

    bool is_probing(time_point when) const;

private:
    std::vector<std::string> faults_;
};

/** A span for people. */
inline double seconds(duration span)
{
    return std::chrono::duration<double>(span).count();
}

// Each adds what it finds.

/** RC-01, RC-02, RC-03, RC-04, RC-30. */
void judge_records(evidence& all);
/** RC-05, RC-18, RC-27, fresh connection, written ahead. */
void judge_sends(evidence& all);
/** RC-15, RC-17, rate. */
void judge_waits(evidence& all);
/** Effort, outage. */
void judge_effort(evidence& all);
/** RC-20, RC-21, cause. */
void judge_end(evidence& all);

}  // namespace batch_cancel::simulation
