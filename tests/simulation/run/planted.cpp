#include "simulation/run/planted.hpp"

#include <algorithm>
#include <utility>

namespace batch_cancel::simulation
{

namespace
{

bool swap_pairs(std::vector<result>& results)
{
    for (auto& first : results)
    {
        auto const other = std::find_if(results.begin(), results.end(),
                                        [&](result const& each) { return each.status != first.status; });
        if (other == results.end())
            continue;
        std::swap(first.pair, other->pair);
        return true;
    }
    return false;
}

// As if the last request that started after a pause had started within it.
bool hasten(std::vector<attempt_log>& log)
{
    for (std::size_t i = 0; i != log.size(); ++i)
    {
        if (!log[i].is_throttle() || !log[i].retry_after)
            continue;
        auto const later = std::find_if(log.begin() + static_cast<std::ptrdiff_t>(i), log.end(),
                                        [&](attempt_log const& each) { return each.started > log[i].answered; });
        if (later == log.end())
            continue;
        later->started = log[i].answered + *log[i].retry_after / 2;
        return true;
    }
    return false;
}

}  // namespace

bool plant(simulated_run& into, planted what)
{
    auto& results = into.book.results;
    switch (what)
    {
    case planted::none:
        return true;
    case planted::dropped_pair:
        if (results.empty())
            return false;
        results.erase(results.begin() + static_cast<std::ptrdiff_t>(results.size() / 2));
        return true;
    case planted::wrong_pair:
        return swap_pairs(results);
    case planted::early_request:
        return hasten(into.log);
    case planted::hidden_ambiguity:
        for (auto& each : results)
        {
            if (std::exchange(each.ambiguous, false))
                return true;
        }
        return false;
    }
    return false;
}

}  // namespace batch_cancel::simulation
