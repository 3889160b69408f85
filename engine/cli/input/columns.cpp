#include "cli/input/columns.hpp"

#include "cli/input/ids.hpp"
#include "cli/input/input_error.hpp"
#include "cli/input/name_index.hpp"

#include <algorithm>
#include <array>

namespace batch_cancel::cli
{

namespace
{

using namespace std::string_view_literals;

// The more exact a name, the earlier: users are told by their names in many a file.
constexpr std::array job_names{"job_id"sv, "jobId"sv, "crossTenantMigrationJobId"sv, "batch"sv};
constexpr std::array task_names{
    "task_id"sv, "taskId"sv, "crossTenantMigrationTaskId"sv, "TargetExternalDirectoryObjectId"sv,
    "user"sv,    "user_id"sv};
constexpr std::array carried_names{"UPN"sv,  "UserPrincipalName"sv, "SourceUPN"sv,
                                   "Mail"sv, "EmailAddress"sv,      "DisplayName"sv};

// Most columns that a message names.
constexpr std::size_t most_columns_named = 20;

constexpr char lower(char letter) noexcept
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

bool is_known(std::span<std::string_view const> names, std::string_view name) noexcept
{
    return find_name(names, name) != names.size();
}

bool has_any(std::span<std::string_view const> row, std::string_view given,
             std::span<std::string_view const> names) noexcept
{
    return std::any_of(row.begin(), row.end(),
                       [&](std::string_view cell)
                       {
                           auto const name = unwrapped(cell);
                           return given.empty() ? is_known(names, name) : same_name(name, given);
                       });
}

std::optional<std::size_t> find_column(name_index const& header, std::string_view name, std::string_view place)
{
    auto const* const found = header.find(name);
    if (found == nullptr)
        return std::nullopt;
    if (found->count > 1)
        throw input_error{std::string{place} + ": the header names the column '" + std::string{name} +
                          "' twice; rename one of them"};
    return found->place;
}

std::string names_found(std::span<std::string_view const> header)
{
    std::string text;
    for (auto const name : header.first(std::min(header.size(), most_columns_named)))
        text.append(text.empty() ? "" : ", ").append(name.empty() ? "(no name)" : std::string{name});
    return text + (header.size() > most_columns_named ? ", ..." : "");
}

std::size_t find_ids(std::span<std::string_view const> header, name_index const& index, std::string const& given,
                     std::span<std::string_view const> names, std::string_view what, std::string_view place)
{
    if (!given.empty())
    {
        if (auto const found = find_column(index, given, place))
            return *found;
        throw input_error{std::string{place} + ": the header has no column '" + given +
                          "', which --columns names; it has: " + names_found(header)};
    }
    for (auto const name : names)
        if (auto const found = find_column(index, name, place))
            return *found;
    throw input_error{std::string{place}
                          .append(": the header has no column of ")
                          .append(what)
                          .append(" ids, such as ")
                          .append(names.front())
                          .append("; it has: ")
                          .append(names_found(header))
                          .append("; say which columns hold the ids with --columns job=NAME,task=NAME")};
}

}  // namespace

std::span<std::string_view const> job_column_names() noexcept
{
    return job_names;
}

std::span<std::string_view const> task_column_names() noexcept
{
    return task_names;
}

std::span<std::string_view const> known_carried_names() noexcept
{
    return carried_names;
}

bool same_name(std::string_view left, std::string_view right) noexcept
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::string in_lower_case(std::string_view name)
{
    std::string small(name);
    std::transform(small.begin(), small.end(), small.begin(), lower);
    return small;
}

std::size_t find_name(std::span<std::string_view const> names, std::string_view name) noexcept
{
    auto const found = std::find_if(names.begin(), names.end(), [name](auto known) { return same_name(known, name); });
    return static_cast<std::size_t>(found - names.begin());
}

std::size_t columns::wanted() const noexcept
{
    auto last = std::max({job, task, ambiguous.value_or(0), outcome.value_or(0)});
    for (auto const& column : carried)
        last = std::max(last, column.value_or(0));
    return last + 1;
}

std::string_view without_guard(std::string_view cell) noexcept
{
    constexpr std::string_view formula_starts{"=+-@\t\r'"};
    if (cell.size() > 1 && cell[0] == '\'' && formula_starts.find(cell[1]) != std::string_view::npos)
        cell.remove_prefix(1);
    return cell;
}

bool is_header(std::span<std::string_view const> row, reading_rules const& rules) noexcept
{
    return has_any(row, {}, job_names) || has_any(row, {}, task_names) ||
           (!rules.job_column.empty() && has_any(row, rules.job_column, job_names)) ||
           (!rules.task_column.empty() && has_any(row, rules.task_column, task_names));
}

bool has_both_columns(std::span<std::string_view const> row, reading_rules const& rules) noexcept
{
    return has_any(row, rules.job_column, job_names) && has_any(row, rules.task_column, task_names);
}

bool has_telling_name(std::span<std::string_view const> row) noexcept
{
    auto const is_telling = [](std::string_view cell)
    {
        auto const name = unwrapped(cell);
        bool const may_be_a_value = same_name(name, "batch") || same_name(name, "user");
        return !may_be_a_value && (is_known(job_names, name) || is_known(task_names, name));
    };
    return std::any_of(row.begin(), row.end(), is_telling);
}

columns columns_of(std::span<std::string_view const> header, reading_rules const& rules, std::string_view place)
{
    std::vector<std::string_view> names(header.begin(), header.end());
    std::transform(names.begin(), names.end(), names.begin(), unwrapped);
    name_index index(names);
    auto const outcome = find_column(index, "outcome", place);
    if (outcome)  // a column that was carried may have any name
    {
        std::transform(names.begin(), names.end(), names.begin(), without_guard);
        index = name_index{names};
    }
    columns found{.job = find_ids(names, index, rules.job_column, job_names, "job", place),
                  .task = find_ids(names, index, rules.task_column, task_names, "task", place),
                  .ambiguous = find_column(index, "ambiguous", place),
                  .outcome = outcome,
                  .carried = {}};
    for (auto const& name : rules.carry)
    {
        auto const column = find_column(index, name, place);
        if (!column && !may_be_missing(name, rules))
            throw input_error{std::string{place} + ": the header has no column '" + std::string{name} +
                              "', which --carry asks for; it has: " + names_found(names)};
        found.carried.push_back(column);
    }
    return found;
}

bool may_be_missing(std::string_view carried, reading_rules const& rules) noexcept
{
    return rules.known_may_be_missing && is_known(carried_names, carried);
}

std::vector<std::string> known_carried_of(std::span<std::string_view const> header)
{
    std::vector<std::string> found;
    for (auto const cell : header)
    {
        auto const name = unwrapped(cell);
        if (is_known(carried_names, name))
            found.emplace_back(name);
    }
    return found;
}

}  // namespace batch_cancel::cli
