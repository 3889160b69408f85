#pragma once

#include "cli/render/journal_report.hpp"

#include <string>
#include <vector>

namespace batch_cancel::cli
{

/** What a report of journals must tell besides, for people, a line each. */
struct merge_findings
{
    std::vector<std::string> remarks{};
    /** Of several journals: a shard is missing or there twice, a pair has a result in two of them, or pairs of their inputs
        have no outcome or may not be known. */
    bool is_amiss = false;
};

/** Look whether journals fit together and are whole. */
merge_findings check_merge(report_facts const& facts);

}  // namespace batch_cancel::cli
