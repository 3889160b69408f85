#include "cli/render/journal_report.hpp"

#include "cli/render/visible_text.hpp"

#include <map>

namespace batch_cancel::cli
{

namespace
{

std::string shard_name(unsigned number, unsigned count)
{
    return "shard " + std::to_string(number) + " of " + std::to_string(count);
}

// Shards that are missing are said in spans, since someone may have asked for one of a million.
void check_shards(report_facts const& facts, merge_findings& findings)
{
    std::map<unsigned, std::map<unsigned, unsigned>> there;  // by count, then number: how often
    for (auto const& journal : facts.journals)
    {
        if (journal.begun.shard)
            ++there[journal.begun.shard->count][journal.begun.shard->number];
    }
    for (auto const& [count, numbers] : there)
    {
        unsigned expected = 1;
        auto const missing_before = [&](unsigned next)
        {
            if (expected == next)
                return;
            bool const one = expected + 1 == next;
            findings.remarks.push_back((one ? shard_name(expected, count)
                                            : "shards " + std::to_string(expected) + " to " + std::to_string(next - 1) +
                                                  " of " + std::to_string(count)) +
                                       (one ? " is missing" : " are missing"));
            findings.is_amiss = true;
        };
        for (auto const& [number, times] : numbers)
        {
            missing_before(number);
            expected = number + 1;
            if (times == 1)
                continue;
            findings.remarks.push_back(shard_name(number, count) + " is there " + std::to_string(times) + " times");
            findings.is_amiss = true;
        }
        missing_before(count + 1);
    }
}

}  // namespace

merge_findings check_merge(report_facts const& facts)
{
    merge_findings findings;
    for (auto const& journal : facts.journals)
    {
        auto const name = visible_text(journal.path.string());
        if (journal.in_use)
            findings.remarks.push_back(name + " is being written; this is how it stood when it was opened");
        else if (journal.torn_bytes != 0)
            findings.remarks.push_back(name + " ends in a torn line, which was left out (" +
                                       std::to_string(journal.torn_bytes) + " bytes)");
    }
    if (facts.sums.superseded != 0)
    {
        findings.is_amiss = true;
        findings.remarks.push_back(std::to_string(facts.sums.superseded) +
                                   " results have a later one of the same pair; each pair counts once, with its latest "
                                   "result, and stays ambiguous if any result of it is");
    }
    if (facts.journals.size() > 1)
        check_shards(facts, findings);
    return findings;
}

}  // namespace batch_cancel::cli
