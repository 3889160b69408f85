#include "cli/input/json_row.hpp"

#include "cli/input/columns.hpp"
#include "cli/input/line_window.hpp"

#include <simdjson.h>

namespace batch_cancel::cli
{

namespace
{

using simdjson::dom::element;

static_assert(line_window::padding >= simdjson::SIMDJSON_PADDING);

/** The value of the best of several names for the same thing. */
struct best_named
{
    std::span<std::string_view const> names;
    std::size_t rank = names.size();
    bool is_double = false;  // the best name is there twice
    element value{};

    void offer(std::string_view name, element const& found)
    {
        auto const place = find_name(names, name);
        if (place == names.size() || place > rank)
            return;
        is_double = place == rank;
        rank = place;
        value = found;
    }

    bool is_found() const noexcept
    {
        return rank != names.size();
    }
};

bool is_text(element const& value, std::string_view text)
{
    std::string_view found;
    return value.get(found) == simdjson::SUCCESS && found == text;
}

void assign_carried(std::string& out, element const& value)
{
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS)
        out.assign(text);
    else if (!value.is_null())
        out = simdjson::minify(value);
}

void read_carried(simdjson::dom::object const& object, std::span<std::string const> carry, pair& into)
{
    into.carried.resize(carry.size());
    for (auto& value : into.carried)
        value.clear();
    if (carry.empty())
        return;
    for (auto const& field : object)
    {
        simdjson::dom::object nested;
        bool const is_nested = field.key == "carried" && field.value.get(nested) == simdjson::SUCCESS;
        for (std::size_t i = 0; i != carry.size(); ++i)
        {
            if (same_name(field.key, carry[i]))
                assign_carried(into.carried[i], field.value);
            if (!is_nested)
                continue;
            for (auto const& inner : nested)
                if (same_name(inner.key, carry[i]))
                    assign_carried(into.carried[i], inner.value);
        }
    }
}

}  // namespace

struct json_row::members
{
    best_named job{job_column_names()};
    best_named task{task_column_names()};
    bool ambiguous = false;
    bool is_result = false;
    bool is_run = false;
    bool has_schema = false;

    void read(simdjson::dom::object const& object)
    {
        for (auto const& field : object)
        {
            job.offer(field.key, field.value);
            task.offer(field.key, field.value);
            if (field.key == "type")
            {
                is_result = is_text(field.value, "result");
                is_run = is_text(field.value, "run");
            }
            else if (field.key == "schema")
                has_schema = true;
            else if (same_name(field.key, "ambiguous"))
                ambiguous = field.value.is_bool() && bool(field.value);
        }
    }
};

struct json_row::memory
{
    simdjson::dom::parser parser;
};

json_row::json_row()
    : memory_(std::make_unique<memory>())
{
}

json_row::json_row(json_row&&) noexcept = default;
json_row& json_row::operator=(json_row&&) noexcept = default;
json_row::~json_row() = default;

json_row::kind json_row::read(std::string_view line, std::span<std::string const> carry, bool journal, pair& into)
{
    element root;
    simdjson::dom::object object;
    if (memory_->parser.parse(line.data(), line.size(), false).get(root) != simdjson::SUCCESS)
        return reject("the line is no JSON");
    if (root.get(object) != simdjson::SUCCESS)
        return reject("the line is no JSON object");
    members found;
    found.read(object);
    if (found.is_run && found.has_schema)
        return kind::journal_start;
    if (journal && !found.is_result)
        return kind::other_record;
    if (!found.job.is_found())
        return reject("no job id");
    if (!found.task.is_found())
        return reject("no task id");
    if (found.job.is_double || found.task.is_double)
        return reject("an id is there twice");
    std::string_view job;
    std::string_view task;
    if (found.job.value.get(job) != simdjson::SUCCESS || found.task.value.get(task) != simdjson::SUCCESS)
        return reject("an id is no text");
    into.job_id.assign(job);
    into.task_id.assign(task);
    into.ambiguous = found.ambiguous;
    read_carried(object, carry, into);
    return kind::pair;
}

}  // namespace batch_cancel::cli
