#include "verdict.hpp"

#include <map>

namespace batch_cancel::crash
{

namespace
{

// What the service saw of one pair.
struct pair_truth
{
    std::uint64_t attempts = 0;
    std::uint64_t possible = 0;  // that may have had an effect
    std::uint64_t spoiled = 0;   // answered in a way that leaves their effect open
    bool was_applied = false;
    std::set<unsigned> statuses{};
    std::set<std::size_t> processes{};
};

bool is_open(cancel_event const& event)
{
    return event.status == 0 || event.status >= 500 || event.met;
}

std::map<std::string, pair_truth> truths_of(run_trace const& run)
{
    std::map<std::string, pair_truth> truths;
    for (auto const& event : run.events)
    {
        auto& truth = truths[event.pair];
        ++truth.attempts;
        truth.possible += event.is_harmless() ? 0 : 1;
        truth.spoiled += is_open(event) ? 1 : 0;
        truth.was_applied = truth.was_applied || event.was_applied;
        truth.statuses.insert(event.status);
        truth.processes.insert(event.process);
    }
    return truths;
}

class check
{
public:
    explicit check(run_trace const& run)
        : run_(run)
        , truths_(truths_of(run))
    {
    }

    std::vector<std::string> all()
    {
        check_events();
        for (auto const& pair : run_.pairs)
            check_pair(pair);
        for (auto const& [pair, facts] : run_.journal.pairs)
            expect(run_.pairs.contains(pair), "the journal names a pair that is not in the input: " + pair);
        for (auto const line : run_.journal.unreadable)
            broken_.push_back("line " + std::to_string(line) + " of the journal is no record");
        expect(run_.journal.is_finished, "the journal does not end with the summary of a finished run");
        check_doubts();
        return std::move(broken_);
    }

private:
    void expect(bool holds, std::string const& what)
    {
        if (!holds)
            broken_.push_back(what);
    }

    void check_events()
    {
        for (auto const& event : run_.events)
        {
            expect(run_.pairs.contains(event.pair), "sent, but not in the input: " + event.pair);
            if (event.process >= run_.processes.size())
                broken_.push_back("sent with an unknown token: " + event.pair);
            else
                expect(!run_.processes[event.process].settled_before.contains(event.pair),
                       "sent again by process " + std::to_string(event.process) +
                           " although it has a result: " + event.pair);
        }
    }

    void check_pair(std::string const& pair)
    {
        auto const found = run_.journal.pairs.find(pair);
        if (found == run_.journal.pairs.end() || found->second.results == 0)
            return broken_.push_back("lost, no result: " + pair);
        auto const& facts = found->second;
        auto const seen = truths_.find(pair);
        auto const truth = seen == truths_.end() ? pair_truth{} : seen->second;
        expect(facts.results == 1, std::to_string(facts.results) + " results: " + pair);
        if (run_.in_doubt.contains(pair))
            expect(facts.ambiguous, "may have been sent before, and is not ambiguous: " + pair);
        if (run_.settled_elsewhere.contains(pair))
            return;
        if (is_of_one_process(pair, truth))
            expect(facts.attempts >= truth.attempts, "fewer attempts than the service saw: " + pair);
        check_outcome(pair, facts, truth);
        if (truth.possible > 1)
            expect(facts.ambiguous, "may have been carried out twice and is not ambiguous: " + pair);
        if (truth.was_applied && facts.outcome != "accepted")
            expect(facts.ambiguous, "was cancelled by us, is " + facts.outcome + " and not ambiguous: " + pair);
        if (run_.stops_after_ambiguous)
            expect(truth.possible <= 1, "sent again after an ambiguous attempt: " + pair);
    }

    void check_outcome(std::string const& pair, pair_facts const& facts, pair_truth const& truth)
    {
        if (facts.outcome == "accepted")
            expect(truth.was_applied, "accepted, but the service did not: " + pair);
        else if (facts.outcome == "conflict")
            expect(truth.statuses.contains(409), "conflict, but the service never said so: " + pair);
        else if (facts.reason == "not_found")
            expect(truth.statuses.contains(404), "not found, but the service never said so: " + pair);
        else
            expect(facts.outcome == "failed" && facts.ambiguous,
                   "ended as " + facts.outcome + " " + facts.reason +
                       " without a cause that the service knows: " + pair);
    }

    // All attempts and the result are of one process: it knows how many there were.
    bool is_of_one_process(std::string const& pair, pair_truth const& truth) const
    {
        std::size_t settled_by = 0;
        for (std::size_t i = 0; i < run_.processes.size(); ++i)
            if (!run_.processes[i].settled_before.contains(pair))
                settled_by = i;
        return truth.processes.size() == 1 && truth.processes.contains(settled_by);
    }

    void check_doubts()
    {
        std::uint64_t kills = 0;
        for (auto const& process : run_.processes)
            kills += process.was_killed ? 1 : 0;
        auto const doubts = doubts_by_crash(run_);
        // A connection that the service closes may take the next request with it, unseen.
        std::uint64_t faults = 0;
        for (auto const& event : run_.events)
            faults += event.met ? 1 : 0;
        auto const most = kills * run_.concurrency + faults;
        if (!run_.had_power_cut && run_.in_doubt.empty())
            expect(doubts <= most, std::to_string(doubts) + " pairs are ambiguous by " + std::to_string(kills) +
                                       " kills, more than " + std::to_string(most));
    }

    run_trace const& run_;
    std::map<std::string, pair_truth> truths_;
    std::vector<std::string> broken_{};
};

}  // namespace

std::vector<std::string> broken_promises(run_trace const& run)
{
    return check(run).all();
}

std::uint64_t doubts_by_crash(run_trace const& run)
{
    auto const truths = truths_of(run);
    std::uint64_t doubts = 0;
    for (auto const& [pair, facts] : run.journal.pairs)
    {
        auto const seen = truths.find(pair);
        bool const has_open_answer = seen != truths.end() && seen->second.spoiled != 0;
        doubts += facts.ambiguous && !has_open_answer ? 1 : 0;
    }
    return doubts;
}

}  // namespace batch_cancel::crash
