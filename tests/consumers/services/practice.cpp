#include "practice.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

namespace
{

constexpr std::size_t jobs = 3;
constexpr std::size_t tasks_per_job = 100;

}  // namespace

practice::practice(boost::asio::any_io_executor executor)
    : server_{std::move(executor),
              {.jobs = jobs, .tasks_per_job = tasks_per_job, .conflict_share = 0.1, .missing_share = 0.05}}
    , ca_file_{std::filesystem::current_path() / ("practice-ca-" + std::to_string(server_.port()) + ".pem")}
{
    std::ofstream{ca_file_} << server_.ca_certificate_pem();
}

practice::~practice()
{
    std::error_code ignored;
    std::filesystem::remove(ca_file_, ignored);
}

batch_cancel::endpoint practice::endpoint() const
{
    return batch_cancel::parse_endpoint(server_.endpoint_url());
}

std::filesystem::path const& practice::ca_file() const noexcept
{
    return ca_file_;
}

std::string practice::token()
{
    return server_.token();
}

std::vector<batch_cancel::pair> practice::pairs() const
{
    std::vector<batch_cancel::pair> all;
    for (std::size_t job = 0; job < jobs; ++job)
    {
        for (std::size_t task = 0; task < tasks_per_job; ++task)
            all.push_back({.job_id = server_.job_id(job), .task_id = server_.task_id(job, task)});
    }
    return all;
}

void practice::stop()
{
    server_.stop();
}

bool practice::confirms(batch_cancel::summary const& done, std::vector<batch_cancel::result> const& results) const
{
    auto const& totals = done.pairs;
    std::cout << totals.pairs << " pairs: " << totals.accepted << " accepted, " << totals.conflict << " conflict, "
              << totals.failed << " failed, " << totals.unprocessed << " unprocessed\n";

    auto const seen = server_.statistics();
    bool const add_up = totals.pairs == jobs * tasks_per_job && totals.unprocessed == 0 &&
                        totals.settled() == totals.pairs && results.size() == totals.pairs;
    bool const as_seen = totals.accepted == seen.accepted && totals.conflict == seen.conflict &&
                         totals.failed == seen.not_found && totals.accepted > 0 && totals.conflict > 0 &&
                         totals.failed > 0;
    bool const as_done = std::all_of(results.begin(), results.end(),
                                     [this](batch_cancel::result const& settled)
                                     {
                                         bool const applied =
                                             server_.was_applied(settled.pair.job_id, settled.pair.task_id);
                                         return applied == (settled.outcome == batch_cancel::outcome::accepted);
                                     });
    if (!add_up || !as_seen || !as_done)
        std::cout << "The service has seen " << seen.accepted << " accepted, " << seen.conflict << " conflict, "
                  << seen.not_found << " not found\n";
    return add_up && as_seen && as_done;
}
