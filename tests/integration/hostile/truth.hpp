#pragma once

#include <batch_cancel/pair.hpp>
#include <batch_cancel/result.hpp>
#include <batch_cancel/summary.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace batch_cancel::test
{

/** What a service knows of a run, by task. */
struct service_books
{
    /** Cancels carried out. */
    std::set<std::string> applied{};
    /** Requests seen. */
    std::map<std::string, std::size_t> requests{};
};

/** What the engine says of the same run. */
struct engine_claims
{
    std::vector<result> const& results;
    /** Pairs that stayed without outcome. */
    std::vector<pair> const& leavings;
    summary const& made;
    /** The run ended before its source did. */
    bool stopped = false;
};

/** Compare what the engine says with what the service knows.

    Exactly one record a pair (RC-01), no answer credited to another pair (RC-02), accepted only what was carried out (RC-03),
    whatever was carried out is accepted or flagged (RC-04), no more requests than attempts (RC-05), books that balance
    (RC-30).

    @return  A line for each thing that is not so. */
std::vector<std::string> untruths(std::vector<std::string> const& tasks, service_books const& known,
                                  engine_claims const& said);

/** Fail the test for each untruth. */
void check_truth(std::vector<std::string> const& tasks, service_books const& known, engine_claims const& said);

}  // namespace batch_cancel::test
