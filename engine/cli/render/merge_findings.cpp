#include "cli/render/merge_findings.hpp"

#include "cli/render/coverage.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"

namespace batch_cancel::cli
{

namespace
{

void tell_state(journal_overview const& journal, merge_findings& findings)
{
    auto const name = visible_text(journal.path.string());
    if (journal.in_use)
        findings.remarks.push_back(name + " is being written; this is how it stood when it was opened");
    else if (journal.torn_bytes != 0)
        findings.remarks.push_back(name + " ends in a torn line, which was left out (" +
                                   std::to_string(journal.torn_bytes) + " bytes)");
}

// The summary tells what is left of one run. Of several, it would not be seen which of them is not finished.
void check_coverage(report_facts const& facts, merge_findings& findings)
{
    bool const is_merge = facts.journals.size() > 1;
    for (auto const& journal : facts.journals)
    {
        findings.is_amiss = findings.is_amiss || !is_finished(journal, facts.journals.size());
        auto gap = gap_text(journal);
        if (!gap.empty() && (is_merge || !journal.input.complete))
            findings.remarks.push_back(std::move(gap));
    }
    if (!is_merge)
        return;
    for (auto& fault : shard_faults(facts.journals))
    {
        findings.remarks.push_back(std::move(fault));
        findings.is_amiss = true;
    }
}

}  // namespace

merge_findings check_merge(report_facts const& facts)
{
    merge_findings findings;
    for (auto const& journal : facts.journals)
        tell_state(journal, findings);
    if (facts.sums.superseded != 0)
        findings.remarks.push_back(
            std::string(facts.journals.size() > 1 ? "the journals overlap: " : "a pair was given more than once: ") +
            counted_text(facts.sums.superseded, "result has a later one", "results have a later one") +
            " of the same pair; each pair counts once, with its latest result, and stays ambiguous if any result of "
            "it is");
    check_coverage(facts, findings);
    return findings;
}

}  // namespace batch_cancel::cli
