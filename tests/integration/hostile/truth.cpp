#include "truth.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

namespace batch_cancel::test
{

namespace
{

class comparison
{
public:
    comparison(service_books const& known, engine_claims const& said)
        : known_(known)
        , said_(said)
    {
        for (auto const& each : said.results)
            ++records_[each.pair.task_id];
        for (auto const& each : said.leavings)
            ++records_[each.task_id];
    }

    std::vector<std::string> faults(std::vector<std::string> const& tasks)
    {
        for (auto const& task : tasks)
            check_one_record(task);
        require(count_records() == tasks.size() - not_begun_, "records of pairs that nobody asked for");
        for (auto const& each : said_.results)
            check_result(each);
        for (auto const& each : said_.leavings)
            check_leaving(each);
        check_books(tasks.size() - not_begun_);
        return faults_;
    }

private:
    void require(bool holds, std::string const& else_what)
    {
        if (!holds)
            faults_.push_back(else_what);
    }

    bool was_applied(std::string const& task) const
    {
        return known_.applied.contains(task);
    }

    std::size_t seen(std::string const& task) const
    {
        auto const found = known_.requests.find(task);
        return found == known_.requests.end() ? 0 : found->second;
    }

    std::size_t count_records() const
    {
        return static_cast<std::size_t>(
            std::count_if(records_.begin(), records_.end(), [](auto const& each) { return each.second > 0; }));
    }

    void check_one_record(std::string const& task)
    {
        auto const count = records_[task];
        // A run that stopped has left pairs in their source.
        if (count == 0 && said_.stopped && seen(task) == 0)
            ++not_begun_;
        else
            require(count == 1, task + " has " + std::to_string(count) + " records");
    }

    void check_result(result const& each)
    {
        auto const& task = each.pair.task_id;
        bool const is_accepted = each.outcome == outcome::accepted;
        require(!is_accepted || was_applied(task), task + " is accepted and was not carried out");
        require(is_accepted || each.ambiguous || !was_applied(task), task + " was carried out, and nothing says so");
        require(seen(task) <= each.attempts, task + " was asked for more often than recorded");
        bool const is_echo = each.message.starts_with("echo ");
        require(!is_echo || each.message == "echo " + each.pair.job_id + '/' + task,
                task + " was credited with \"" + each.message + '"');
        attempts_ += each.attempts - each.pair.earlier_attempts;
        settled_ambiguous_ += each.ambiguous ? 1u : 0u;
    }

    void check_leaving(pair const& each)
    {
        auto const& task = each.task_id;
        require(each.ambiguous || !was_applied(task), task + " was carried out, has no outcome, and nothing says so");
        require(seen(task) <= each.earlier_attempts, task + " was asked for more often than recorded");
        attempts_ += each.earlier_attempts;
    }

    void check_books(std::size_t tasks)
    {
        auto const& pairs = said_.made.pairs;
        require(pairs.pairs == tasks, "the summary counts another number of pairs");
        require(pairs.accepted + pairs.conflict + pairs.failed + pairs.unprocessed == pairs.pairs,
                "the outcomes do not add up to the pairs");
        require(pairs.settled() == said_.results.size(), "the summary counts another number of results");
        require(pairs.unprocessed == said_.leavings.size(), "the summary counts another number of pairs left over");
        require(pairs.ambiguous == settled_ambiguous_, "the summary counts another number of ambiguous pairs");
        std::uint64_t failed = 0;
        for (auto const by_reason : pairs.failed_by_reason)
            failed += by_reason;
        require(failed == pairs.failed, "the reasons do not add up to the failed pairs");
        require(said_.made.requests.attempts == attempts_, "the attempts do not add up");
    }

    service_books const& known_;
    engine_claims const& said_;
    std::map<std::string, std::size_t> records_;
    std::size_t not_begun_{0};
    std::uint64_t attempts_{0};
    std::uint64_t settled_ambiguous_{0};
    std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> untruths(std::vector<std::string> const& tasks, service_books const& known,
                                  engine_claims const& said)
{
    return comparison(known, said).faults(tasks);
}

void check_truth(std::vector<std::string> const& tasks, service_books const& known, engine_claims const& said)
{
    for (auto const& fault : untruths(tasks, known, said))
        FAIL_CHECK(fault);
}

}  // namespace batch_cancel::test
