#include "journal/record_order.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

namespace batch_cancel
{

bool is_simulated(run_record const& run) noexcept
{
    constexpr std::array<std::string_view, 4> on{"true", "yes", "on", "1"};
    auto const given = std::find_if(run.options.rbegin(), run.options.rend(),
                                    [](run_option const& each) { return each.name == "simulate"; });
    return given != run.options.rend() && std::find(on.begin(), on.end(), given->value) != on.end();
}

}  // namespace batch_cancel

namespace batch_cancel::journal_format
{

namespace
{

constexpr std::string_view behind_the_end =
    "a record behind the end of its process, where only another process of the run can begin";
constexpr std::string_view remedy = "; if journals were joined in this file, take them as they were, one by one";

std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string text;
    for (auto const part : parts)
        text += part;
    return text;
}

std::string is_other(std::string_view what, std::string_view before, std::string_view now)
{
    return joined({what, " was ", before, " before, and is ", now, " here"});
}

std::string service_of(run_record const& run)
{
    return is_simulated(run) ? std::string("the simulator") : run.endpoint;
}

std::string shard_of(run_record const& run)
{
    return run.shard ? std::to_string(run.shard->number) + '/' + std::to_string(run.shard->count) : "none";
}

std::string columns_of(run_record const& run)
{
    std::string names;
    for (auto const& name : run.carried)
        names += (names.empty() ? "" : ",") + name;
    return names.empty() ? "none" : names;
}

}  // namespace

std::string other_run(run_record const& begun, run_record const& next)
{
    if (begun.run_id != next.run_id)
        return is_other("the run's id", begun.run_id, next.run_id);
    if (service_of(begun) != service_of(next))
        return is_other("the endpoint", service_of(begun), service_of(next));
    if (begun.api_version != next.api_version)
        return is_other("the API version", begun.api_version, next.api_version);
    if (!begun.tenant.empty() && !next.tenant.empty() && begun.tenant != next.tenant)
        return is_other("the tenant", begun.tenant, next.tenant);
    if (begun.shard != next.shard)
        return is_other("the shard", shard_of(begun), shard_of(next));
    if (begun.carried != next.carried)
        return is_other("the list of carried columns", columns_of(begun), columns_of(next));
    return {};
}

std::string record_order::take(journal_record const& next, begun_records begun)
{
    if (next.type == record_type::run)
        return take_run(next.run);
    if (!begun_)
        return "a journal begins with the record of a run";
    if (has_ended_)
        return joined({behind_the_end, remedy});
    planned_ += next.type == record_type::planned ? 1 : 0;
    has_passed_over_ = has_passed_over_ || begun == begun_records::passed_over;
    if (next.type == record_type::begun && !has_passed_over_)
        return take_begun(next);
    has_ended_ = next.type == record_type::stop || next.type == record_type::summary;
    return {};
}

// It tells twice how many there are, since a number that is damaged looks like any other.
std::string record_order::take_begun(journal_record const& next)
{
    if (next.begun > planned_ - begun_pairs_)
        return "more pairs are begun than were planned";
    if (next.begun == 0 || next.begun_through != begun_pairs_ + next.begun)
        return "the pairs that are begun do not add up";
    begun_pairs_ = next.begun_through;
    return {};
}

std::string record_order::take_run(run_record const& next)
{
    if (begun_)
    {
        if (auto const found = other_run(*begun_, next); !found.empty())
            return joined({"a process of another run: ", found, remedy});
        if (begun_->tenant.empty())
            begun_->tenant = next.tenant;
    }
    else
        begun_ = next;
    has_ended_ = false;
    planned_ = begun_pairs_ = 0;
    has_passed_over_ = false;
    return {};
}

}  // namespace batch_cancel::journal_format
