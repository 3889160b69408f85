#include "cli/input/columns.hpp"

#include "cli/input/input_error.hpp"

#include <algorithm>
#include <array>

namespace batch_cancel::cli
{

namespace
{

using namespace std::string_view_literals;

constexpr std::array job_names{"job_id"sv, "jobId"sv, "crossTenantMigrationJobId"sv, "batch"sv};
constexpr std::array task_names{"task_id"sv, "taskId"sv, "crossTenantMigrationTaskId"sv, "user"sv, "user_id"sv};

constexpr char lower(char letter) noexcept
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

std::optional<std::size_t> find_column(std::span<std::string_view const> header, std::string_view name,
                                       std::string_view place)
{
    auto const is_it = [name](std::string_view column) { return same_name(column, name); };
    auto const found = std::find_if(header.begin(), header.end(), is_it);
    if (found == header.end())
        return std::nullopt;
    if (std::find_if(found + 1, header.end(), is_it) != header.end())
        throw input_error{std::string{place} + ": the header names the column '" + std::string{name} +
                          "' twice; rename one of them"};
    return static_cast<std::size_t>(found - header.begin());
}

std::size_t first_of(std::span<std::string_view const> header, std::span<std::string_view const> names,
                     std::string_view what, std::string_view place)
{
    for (auto const name : names)
        if (auto const found = find_column(header, name, place))
            return *found;
    std::string text{place};
    text.append(": the header has no column of ").append(what).append("; name it ");
    for (auto const name : names)
        text.append(name == names.front() ? "" : name == names.back() ? " or " : ", ").append(name);
    throw input_error{text};
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

bool same_name(std::string_view left, std::string_view right) noexcept
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::size_t find_name(std::span<std::string_view const> names, std::string_view name) noexcept
{
    auto const found = std::find_if(names.begin(), names.end(), [name](auto known) { return same_name(known, name); });
    return static_cast<std::size_t>(found - names.begin());
}

std::size_t columns::wanted() const noexcept
{
    auto last = std::max({job, task, ambiguous.value_or(0)});
    for (auto const column : carried)
        last = std::max(last, column);
    return last + 1;
}

std::string_view without_guard(std::string_view cell) noexcept
{
    constexpr std::string_view formula_starts{"=+-@\t\r'"};
    if (cell.size() > 1 && cell[0] == '\'' && formula_starts.find(cell[1]) != std::string_view::npos)
        cell.remove_prefix(1);
    return cell;
}

bool is_header(std::span<std::string_view const> row) noexcept
{
    return std::any_of(row.begin(), row.end(),
                       [](std::string_view name) {
                           return find_name(job_names, name) != job_names.size() ||
                                  find_name(task_names, name) != task_names.size();
                       });
}

bool has_both_columns(std::span<std::string_view const> row) noexcept
{
    auto const has_any = [row](std::span<std::string_view const> names)
    {
        return std::any_of(row.begin(), row.end(),
                           [names](std::string_view name) { return find_name(names, name) != names.size(); });
    };
    return has_any(job_names) && has_any(task_names);
}

columns columns_of(std::span<std::string_view const> header, std::span<std::string const> carry, std::string_view place)
{
    bool const is_report = find_column(header, "outcome", place).has_value();
    std::vector<std::string_view> names(header.begin(), header.end());
    if (is_report)  // a column that was carried may have any name
        std::transform(names.begin(), names.end(), names.begin(), without_guard);
    columns found{.job = first_of(names, job_names, "job ids", place),
                  .task = first_of(names, task_names, "task ids", place),
                  .ambiguous = find_column(names, "ambiguous", place),
                  .carried = {},
                  .is_report = is_report};
    for (auto const& name : carry)
    {
        auto const column = find_column(names, name, place);
        if (!column)
            throw input_error{std::string{place} + ": the header has no column '" + name + "', which --carry asks for"};
        found.carried.push_back(*column);
    }
    return found;
}

}  // namespace batch_cancel::cli
