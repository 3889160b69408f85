#include "journal_facts.hpp"

#include "service_host.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace batch_cancel::crash
{

namespace
{

namespace json = boost::json;

std::string text_or_none(json::object const& record, std::string_view name)
{
    auto const* const member = record.if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string{};
}

bool is_true(json::object const& record, std::string_view name)
{
    auto const* const member = record.if_contains(name);
    return member != nullptr && member->is_bool() && member->get_bool();
}

void take_pair(journal_facts& into, json::object const& record, std::string const& type)
{
    auto const name = pair_name(text_or_none(record, "job_id"), text_or_none(record, "task_id"));
    auto& pair = into.pairs[name];
    if (type == "planned")
        into.planned.push_back(name);
    pair.was_ambiguous = pair.was_ambiguous || is_true(record, "ambiguous");
    if (type != "planned")
        pair.is_in_flight = type == "admitted";
    if (type != "result")
        return;
    ++pair.results;
    pair.outcome = text_or_none(record, "outcome");
    pair.reason = text_or_none(record, "reason");
    pair.ambiguous = is_true(record, "ambiguous");
    auto const* const attempts = record.if_contains("attempts");
    pair.attempts = attempts != nullptr ? attempts->to_number<std::uint64_t>() : 0;
}

void take_begun(journal_facts& into, json::object const& record)
{
    for (auto count = record.at("count").to_number<std::uint64_t>(); count != 0 && !into.planned.empty(); --count)
    {
        into.pairs[into.planned.front()].is_in_flight = true;
        into.planned.pop_front();
    }
}

void take(journal_facts& into, json::object const& record, std::string const& type)
{
    into.is_finished = type == "summary";
    if (type == "run")
    {
        ++into.processes;
        into.planned.clear();
        into.rejected = 0;  // each reading of the input has its own
    }
    else if (type == "rejected")
        ++into.rejected;
    else if (type == "begun")
        take_begun(into, record);
    if (record.contains("task_id"))
        take_pair(into, record, type);
}

}  // namespace

journal_facts read_journal(std::string_view text)
{
    journal_facts facts;
    for (std::uint64_t line = 1; !text.empty(); ++line)
    {
        auto const end = text.find('\n');
        if (end == std::string_view::npos)
        {
            facts.torn_bytes = text.size();
            break;
        }
        json::error_code error;
        auto const value = json::parse(text.substr(0, end), error);
        auto const type = !error && value.is_object() ? text_or_none(value.get_object(), "type") : std::string{};
        if (type.empty())
            facts.unreadable.push_back(line);
        else
            take(facts, value.get_object(), type);
        text.remove_prefix(end + 1);
    }
    return facts;
}

}  // namespace batch_cancel::crash
