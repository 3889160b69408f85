#pragma once

#include <batch_cancel/journal_totals.hpp>

#include <string>
#include <vector>

namespace batch_cancel::cli
{

/** "shard 2 of 4" */
std::string shard_name(shard const& part);

/** Tell what of its input a journal leaves open, for people.

    Only a journal that tells the end of its input proves that there are no more pairs than it names or counts.

    @return  Empty if every pair of its input has an outcome. */
std::string gap_text(journal_overview const& journal);

/** Tell whether a run is finished: alone by its own word, among several if its pairs have outcomes in any of their journals. */
bool is_finished(journal_overview const& journal, std::size_t journals);

/** Tell which shards are missing, there more than once, or of another input than others of the same division. A line each. */
std::vector<std::string> shard_faults(std::vector<journal_overview> const& journals);

}  // namespace batch_cancel::cli
