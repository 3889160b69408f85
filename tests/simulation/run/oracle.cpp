#include "simulation/run/oracle.hpp"

#include "simulation/run/judges/evidence.hpp"

namespace batch_cancel::simulation
{

std::vector<std::string> find_faults(scenario const& of, std::vector<attempt_log> const& log, run_book const& book)
{
    evidence all(of, log, book);
    if (!book.has_ended)
    {
        all.accuse("RC-21", "the run does not end");
        return all.take_faults();
    }
    judge_records(all);
    judge_sends(all);
    judge_waits(all);
    judge_effort(all);
    judge_end(all);
    return all.take_faults();
}

}  // namespace batch_cancel::simulation
