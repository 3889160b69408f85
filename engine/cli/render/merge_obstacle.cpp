#include "cli/render/merge_obstacle.hpp"

#include <string_view>

namespace batch_cancel::cli
{

namespace
{

std::string differing(std::string_view what, std::string_view one, std::string_view other)
{
    return std::string(what) + " of the first is " + std::string(one) + ", of the second " + std::string(other);
}

std::string difference(run_record const& one, run_record const& other)
{
    bool const is_rehearsal = is_simulated(one);
    if (is_rehearsal != is_simulated(other))
        return is_rehearsal ? "the first is against the simulator, the second against " + other.endpoint
                            : "the first is against " + one.endpoint + ", the second against the simulator";
    // The simulator has another port in each process.
    if (!is_rehearsal && one.endpoint != other.endpoint)
        return differing("the endpoint", one.endpoint, other.endpoint);
    if (one.api_version != other.api_version)
        return differing("the API version", one.api_version, other.api_version);
    if (!one.tenant.empty() && !other.tenant.empty() && one.tenant != other.tenant)
        return differing("the tenant", one.tenant, other.tenant);
    return {};
}

}  // namespace

std::string merge_obstacle(report_facts const& facts)
{
    auto const& journals = facts.journals;
    for (auto other = journals.begin(); other != journals.end(); ++other)
    {
        // With all before it, not the first alone: that may be one that does not know its tenant.
        for (auto one = journals.begin(); one != other; ++one)
        {
            if (auto const found = difference(one->begun, other->begun); !found.empty())
                return one->path.string() + " and " + other->path.string() + " cannot be merged: " + found +
                       "; make a report of each";
        }
    }
    return {};
}

}  // namespace batch_cancel::cli
