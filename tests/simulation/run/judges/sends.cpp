#include "simulation/run/judges/evidence.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace batch_cancel::simulation
{

namespace
{

void check_pair(evidence& all, std::vector<attempt_log const*> const& attempts, std::string const& name)
{
    std::size_t counted = 0;
    for (std::size_t i = 0; i != attempts.size(); ++i)
    {
        auto const& each = *attempts[i];
        counted += evidence::counts(each) && !all.is_probing(each.started) ? 1 : 0;
        if (i + 1 == attempts.size())
            break;
        if (attempts[i + 1]->started < all.end_of(each))
            all.accuse("RC-05", name, " is sent while an attempt is under way");
        if (all.of.options.after_ambiguous == after_ambiguous::stop && each.is_unknown())
            all.accuse("RC-05", name, " is sent again after an ambiguous attempt");
        if (!each.is_transient() && !each.is_throttle() && !each.is_refusal())
            all.accuse("RC-05", name, " is sent again after status ", each.status);
    }
    // The last attempt before each outage is not counted if it showed the outage; and a probe may end after it.
    if (counted > all.of.options.max_attempts + 2 * all.book.probing.size())
        all.accuse("RC-05", name, " is sent ", counted, " times");
}

// A token that is refused for a pair is tried once more with it, if it has worked for another.
void check_refusals(evidence& all, std::vector<attempt_log const*> const& attempts, std::string const& name)
{
    std::map<std::uint64_t, unsigned> refusals;
    for (auto const* each : attempts)
    {
        if (each->is_refusal() && ++refusals[each->token] > 2)
            all.accuse("RC-18", name, " is sent ", refusals[each->token], " times with a token that is refused for it");
    }
}

void check_tokens(evidence& all)
{
    if (all.book.refreshes > 1)
        all.accuse("RC-18", all.book.refreshes, " requests for a token at once");
    if (all.of.token_is_last || all.of.shunned > 0)
        return;  // there is none other to be sent with, or a token that is refused for one pair is good for the others
    std::map<std::uint64_t, time_point> refused;
    for (auto const& each : all.log)
    {
        if (each.is_refusal())
        {
            auto const known = refused.try_emplace(each.token, each.answered).first;
            known->second = std::min(known->second, each.answered);
        }
    }
    auto const late = std::count_if(all.log.begin(), all.log.end(),
                                    [&](attempt_log const& each)
                                    {
                                        auto const known = refused.find(each.token);
                                        return known != refused.end() && known->second < each.started;
                                    });
    if (static_cast<std::size_t>(late) > 2 * all.of.options.max_in_flight * refused.size())
        all.accuse("RC-18", late, " requests with a token that had been refused");
}

void check_in_flight(evidence& all)
{
    std::multiset<time_point> ends;
    for (auto const& each : all.log)
    {
        while (!ends.empty() && *ends.begin() <= each.started)
            ends.erase(ends.begin());
        ends.insert(all.end_of(each));
        if (ends.size() > all.of.options.max_in_flight)
        {
            all.accuse("RC-27", ends.size(), " requests in flight");
            break;
        }
    }
    if (all.book.connections > all.of.options.max_in_flight)
        all.accuse("RC-27", all.book.connections, " connections");
}

void check_connections(evidence& all)
{
    std::map<std::size_t, attempt_log const*> last_over;
    std::vector<attempt_log const*> last_of(all.of.pairs, nullptr);
    for (auto const& each : all.log)
    {
        auto const [known, is_new] = last_over.try_emplace(each.connection, &each);
        auto const* const before = std::exchange(last_of[each.task], &each);
        if (!is_new)
        {
            if (each.started < all.end_of(*known->second))
                all.accuse("RC-27", "two requests at once over connection ", each.connection);
            if (!known->second->has_answer())
                all.accuse("fresh connection", "connection ", each.connection, " is used again after a failure");
            if (before != nullptr && before->is_transient())
                all.accuse("fresh connection", task_id(each.task), " is sent again over a used connection");
            known->second = &each;
        }
    }
}

}  // namespace

void judge_sends(evidence& all)
{
    for (std::size_t task = 0; task != all.by_task.size(); ++task)
    {
        check_pair(all, all.by_task[task], task_id(task));
        check_refusals(all, all.by_task[task], task_id(task));
    }
    check_tokens(all);
    check_in_flight(all);
    check_connections(all);
    for (auto const task : all.book.not_admitted)
        all.accuse("written ahead", task_id(task), " is sent before the journal says so");
}

}  // namespace batch_cancel::simulation
