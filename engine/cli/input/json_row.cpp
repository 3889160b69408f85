#include "cli/input/json_row.hpp"

#include "cli/input/columns.hpp"
#include "cli/input/line_window.hpp"
#include "cli/input/name_index.hpp"
#include "cli/input/truth.hpp"

#include <simdjson.h>

#include <array>

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

std::string text_of(element const& value)
{
    std::string text;
    assign_carried(text, value);
    return text;
}

truth truth_of(element const& value)
{
    bool is_true = false;
    std::string_view text;
    double number = 0;
    if (value.is_null())
        return truth::no;
    if (value.get(is_true) == simdjson::SUCCESS)
        return is_true ? truth::yes : truth::no;
    if (value.get(text) == simdjson::SUCCESS)
        return read_truth(text);
    if (value.get(number) == simdjson::SUCCESS && (number == 0 || number == 1))
        return number == 1 ? truth::yes : truth::no;
    return truth::unknown;
}

}  // namespace

struct json_row::members
{
    best_named job;
    best_named task;
    truth ambiguous = truth::no;
    std::string odd_mark{};
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
                read_mark(field.value);
        }
    }

    void read_mark(element const& value)
    {
        auto const found = truth_of(value);
        if (found == truth::unknown)
            odd_mark = text_of(value);
        if (ambiguous == truth::no)
            ambiguous = found;
    }
};

struct json_row::memory
{
    explicit memory(reading_rules const& rules)
        : job_given(rules.job_column)
        , task_given(rules.task_column)
        , carried_count(rules.carry.size())
        , carried(rules.carry)
        , known(rules.known)
    {
    }

    simdjson::dom::parser parser;
    /** Names of the ids' members, if they are not the known ones. */
    std::string job_given;
    std::string task_given;
    std::array<std::string_view, 1> job_given_names{job_given};
    std::array<std::string_view, 1> task_given_names{task_given};
    std::size_t carried_count;
    name_index carried;
    known_columns known;

    std::span<std::string_view const> job_names() const noexcept
    {
        return job_given.empty() ? job_column_names() : std::span<std::string_view const>{job_given_names};
    }

    std::span<std::string_view const> task_names() const noexcept
    {
        return task_given.empty() ? task_column_names() : std::span<std::string_view const>{task_given_names};
    }

    void read_carried(simdjson::dom::object const& object, pair& into, reading_notes& notes) const
    {
        into.carried.resize(carried_count);
        for (auto& value : into.carried)
            value.clear();
        if (carried_count == 0 && known == known_columns::ignored)
            return;
        for (auto const& field : object)
        {
            take_carried(field.key, field.value, into, notes);
            simdjson::dom::object nested;
            if (field.key != "carried" || field.value.get(nested) != simdjson::SUCCESS)
                continue;
            for (auto const& inner : nested)
                take_carried(inner.key, inner.value, into, notes);
        }
    }

    void take_carried(std::string_view name, element const& value, pair& into, reading_notes& notes) const
    {
        if (carried_count != 0)
            if (auto const* const found = carried.find(name); found != nullptr)
                assign_carried(into.carried[found->place], value);
        if (known == known_columns::noted && find_name(known_carried_names(), name) != known_carried_names().size())
            notes.note_known(name);
    }
};

json_row::json_row(reading_rules const& rules)
    : memory_(std::make_unique<memory>(rules))
{
}

json_row::json_row(json_row&&) noexcept = default;
json_row& json_row::operator=(json_row&&) noexcept = default;
json_row::~json_row() = default;

json_row::kind json_row::read(std::string_view line, bool journal, pair& into, reading_notes& notes)
{
    odd_mark_.clear();
    element root;
    simdjson::dom::object object;
    if (memory_->parser.parse(line.data(), line.size(), false).get(root) != simdjson::SUCCESS)
        return reject("the line is not JSON");
    if (root.get(object) != simdjson::SUCCESS)
        return reject("the line is not a JSON object");
    members found{.job = best_named{memory_->job_names()}, .task = best_named{memory_->task_names()}};
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
        return reject("an id is not a text");
    into.job_id.assign(job);
    into.task_id.assign(task);
    into.ambiguous = found.ambiguous != truth::no;
    odd_mark_ = std::move(found.odd_mark);
    memory_->read_carried(object, into, notes);
    return kind::pair;
}

}  // namespace batch_cancel::cli
