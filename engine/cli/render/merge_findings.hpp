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
    /** A run is not finished: its process is at work or was stopped, or pairs of its input have no outcome or may not be
        known. Or a shard of several is missing or there twice. */
    bool is_amiss = false;
};

/** Look whether journals fit together and are whole. */
merge_findings check_merge(report_facts const& facts);

}  // namespace batch_cancel::cli
