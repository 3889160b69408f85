#include "journal/record_parser.hpp"

#include "journal/record_members.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <unordered_map>
#include <utility>

namespace batch_cancel::journal_format
{

namespace
{

using namespace std::chrono_literals;

constexpr unsigned most_attempts = std::numeric_limits<unsigned>::max();

constexpr std::array<std::pair<std::string_view, record_type>, 12> record_types{{
    {"result", record_type::result},
    {"planned", record_type::planned},
    {"begun", record_type::begun},
    {"admitted", record_type::admitted},
    {"waiting", record_type::waiting},
    {"unprocessed", record_type::unprocessed},
    {"rejected", record_type::rejected},
    {"run", record_type::run},
    {"input", record_type::input},
    {"pause", record_type::pause},
    {"stop", record_type::stop},
    {"summary", record_type::summary},
}};

record_type type_from(std::string_view name)
{
    for (auto const& [known, type] : record_types)
    {
        if (known == name)
            return type;
    }
    throw bad_record{"unknown type of record"};
}

std::vector<std::string> text_list(record_members& members, std::string_view name)
{
    std::vector<std::string> texts;
    auto const found = members.find(name);
    simdjson::dom::array list;
    if (!found || found->get_array().get(list) != simdjson::SUCCESS)
        throw_bad_member("missing or no list", name);
    for (auto const element : list)
    {
        std::string_view text;
        if (element.get_string().get(text) != simdjson::SUCCESS)
            throw_bad_member("no list of texts", name);
        texts.emplace_back(text);
    }
    return texts;
}

std::vector<run_option> options_from(record_members& members)
{
    std::vector<run_option> options;
    auto const found = members.find("options");
    simdjson::dom::object object;
    if (!found || found->get_object().get(object) != simdjson::SUCCESS)
        throw_bad_member("missing or no object", "options");
    auto const add = [&](std::string_view name, simdjson::dom::element value)
    {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS)
            throw_bad_member("no text", "options");
        options.push_back({.name = std::string(name), .value = std::string(text)});
    };
    for (auto const [name, value] : object)
    {
        simdjson::dom::array list;
        if (value.get_array().get(list) != simdjson::SUCCESS)
        {
            add(name, value);
            continue;
        }
        for (auto const element : list)
            add(name, element);
    }
    return options;
}

// "2/4"; the empty text is none.
std::optional<shard> shard_from(std::string_view text)
{
    if (text.empty())
        return std::nullopt;
    shard read{.number = 0, .count = 0};
    auto const end = text.data() + text.size();
    auto const number = std::from_chars(text.data(), end, read.number);
    if (number.ec == std::errc{} && number.ptr != end && *number.ptr == '/')
    {
        auto const count = std::from_chars(number.ptr + 1, end, read.count);
        if (count.ec == std::errc{} && count.ptr == end && read.number >= 1 && read.number <= read.count)
            return read;
    }
    throw_bad_member("no shard", "shard");
}

void read_run(record_members& members, run_record& run)
{
    if (members.integer("schema") != 1)
        throw bad_record{"written by a newer version of this program: its schema is not 1"};
    run.program_version = members.text("version");
    run.run_id = members.text("run_id");
    run.time = members.time("time");
    run.endpoint = members.text("endpoint");
    run.api_version = members.text("api_version");
    run.tenant = members.text_or_null("tenant");
    run.user = members.text("user");
    run.host = members.text("host");
    run.boot_id = members.text_if_there("boot_id");
    run.options = options_from(members);
    run.inputs = text_list(members, "inputs");
    run.carried = text_list(members, "carried");
    run.shard = shard_from(members.text_or_null("shard"));
}

void read_ids(record_members& members, pair& pair)
{
    pair.job_id = members.text("job_id");
    pair.task_id = members.text("task_id");
    if (pair.job_id.empty() || pair.task_id.empty())
        throw bad_record{"an id is empty"};
}

// Looking for each name among all would take the square of their number.
void read_carried_in_any_order(simdjson::dom::object object, std::vector<std::string> const& names, pair& pair)
{
    std::unordered_map<std::string_view, simdjson::dom::element> values;
    for (auto const& field : object)
        values.try_emplace(field.key, field.value);
    for (std::size_t i = 0; i < names.size(); ++i)
    {
        auto const found = values.find(names[i]);
        if (found == values.end())
            throw_bad_member("missing member", names[i]);
        pair.carried[i] = as<std::string_view>(found->second, names[i]);
    }
}

void read_carried(record_members& members, std::vector<std::string> const& names, pair& pair)
{
    pair.carried.resize(names.size());
    if (names.empty())
        return;
    auto const found = members.find("carried");
    simdjson::dom::object object;
    if (!found || found->get_object().get(object) != simdjson::SUCCESS)
        throw_bad_member("missing or no object", "carried");
    record_members values(object);
    for (std::size_t i = 0; i < names.size(); ++i)
    {
        auto const value = values.find_next(names[i]);
        if (!value)
            return read_carried_in_any_order(object, names, pair);
        pair.carried[i] = as<std::string_view>(*value, names[i]);
    }
}

void read_pair(record_members& members, std::vector<std::string> const& carried, pair& pair)
{
    read_ids(members, pair);
    pair.source = members.text_if_there("source");
    pair.earlier_attempts = static_cast<unsigned>(members.integer_or_nothing("attempts", most_attempts));
    pair.ambiguous = members.boolean_if_there("ambiguous");
    read_carried(members, carried, pair);
}

void read_admitted(record_members& members, pair& pair)
{
    read_ids(members, pair);
    pair.source.clear();
    pair.earlier_attempts = 0;
    pair.ambiguous = false;
    pair.carried.clear();
    members.require_no_other();
}

void read_waiting(record_members& members, std::vector<std::string> const& carried, result& so_far)
{
    read_pair(members, carried, so_far.pair);
    so_far.attempts = so_far.pair.earlier_attempts;
    so_far.ambiguous = so_far.pair.ambiguous;
    so_far.status = static_cast<unsigned>(members.integer_or_nothing("status", 999));
    auto const reason = reason_from(members.text_if_there("reason"));
    if (!reason)
        throw_bad_member("unknown", "reason");
    so_far.reason = *reason;
    members.require_no_other();
}

void read_outcome(record_members& members, result& settled)
{
    auto const outcome = outcome_from(members.text("outcome"));
    if (!outcome)
        throw_bad_member("unknown", "outcome");
    settled.status = static_cast<unsigned>(members.integer_or_nothing("status", 999));
    auto const reason = reason_from(members.text_or_null("reason"));
    if (!reason || (*outcome == outcome::failed) == (*reason == reason::none))
        throw_bad_member("unknown, or does not go with the outcome", "reason");
    settled.outcome = *outcome;
    settled.reason = *reason;
}

void read_result(record_members& members, std::vector<std::string> const& carried, result& settled)
{
    read_ids(members, settled.pair);
    read_outcome(members, settled);
    settled.service_status = members.text_or_null("service_status");
    settled.message = members.text_or_null("message");
    settled.error_code = members.text_or_null("error_code");
    settled.attempts = static_cast<unsigned>(members.integer("attempts", most_attempts));
    settled.ambiguous = members.boolean("ambiguous");
    settled.request_id = members.text_or_null("request_id");
    settled.client_request_id = members.text_or_null("client_request_id");
    settled.retry_after.reset();
    if (auto const wait = members.duration_or_null("retry_after_s", 1s))
        settled.retry_after = std::chrono::round<std::chrono::milliseconds>(*wait);
    settled.latency = members.duration("latency_ms", 1ms);
    settled.total = members.duration("total_ms", 1ms);
    settled.pair.source = members.text("source");
    settled.time = members.time("time");
    settled.pair.ambiguous = settled.ambiguous;
    settled.pair.earlier_attempts = 0;
    read_carried(members, carried, settled.pair);
    members.require_no_other();
}

void read_rejected(record_members& members, rejected_line& rejected)
{
    rejected.file = members.text("file");
    rejected.line = members.integer("line");
    rejected.cause = members.text("cause");
}

void read_input(record_members& members, input_counts& counts)
{
    counts.complete = members.boolean("complete");
    counts.lines = members.integer("lines");
    counts.pairs = members.integer("pairs");
    counts.duplicates = members.integer("duplicates");
    counts.rejected = members.integer("rejected");
    counts.other_shards = members.integer("other_shards");
    counts.comments = members.integer("comments");
}

void read_end(record_members& members, record_type type, run_end& end)
{
    end.time = members.time("time");
    end.stopped_by.clear();
    if (type == record_type::stop)
        end.stopped_by = members.text("cause");
    end.detail = members.text_or_null("detail");
    end.requests.sent = members.integer("sent");
    end.requests.attempts = members.integer("attempts");
    end.requests.retried = members.integer("retried");
    end.requests.throttled = members.integer("throttled");
    end.requests.connections_opened = members.integer("connections_opened");
    end.wall = members.duration("wall_s", 1s);
    end.cpu = members.duration("cpu_s", 1s);
}

}  // namespace

void record_parser::parse(std::string_view line, journal_record& into)
{
    simdjson::dom::element root;
    if (auto const error = json_.parse(line.data(), line.size(), false).get(root); error != simdjson::SUCCESS)
        throw bad_record{"this is no record of a journal, since it is no JSON"};
    simdjson::dom::object object;
    if (root.get_object().get(object) != simdjson::SUCCESS)
        throw bad_record{"no JSON object"};
    record_members members(object);
    into.type = type_from(members.text("type"));
    switch (into.type)
    {
    case record_type::run:
        read_run(members, into.run);
        carried_ = into.run.carried;
        return;
    case record_type::begun:
        into.begun = members.integer("count");
        into.begun_through = members.integer("through");
        return members.require_no_other();
    case record_type::admitted:
        return read_admitted(members, into.settled.pair);
    case record_type::planned:
    case record_type::unprocessed:
        read_pair(members, carried_, into.settled.pair);
        return members.require_no_other();
    case record_type::waiting:
        return read_waiting(members, carried_, into.settled);
    case record_type::pause:
        into.paused_until = members.time("until");
        into.paused_for = std::chrono::round<std::chrono::milliseconds>(members.duration("wait_s", 1s));
        return;
    case record_type::result:
        return read_result(members, carried_, into.settled);
    case record_type::rejected:
        return read_rejected(members, into.rejected);
    case record_type::input:
        return read_input(members, into.input);
    case record_type::stop:
    case record_type::summary:
        return read_end(members, into.type, into.end);
    }
}

}  // namespace batch_cancel::journal_format
