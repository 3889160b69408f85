#include "cli/input/pair_reader.hpp"

#include "cli/input/ids.hpp"
#include "cli/input/line_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

bool is_blank_line(std::string_view line) noexcept
{
    return line.find_first_not_of(" \t") == std::string_view::npos;
}

// Journals and reports must be inputs again: escaped, a value may grow sixfold in JSON, whose lines are 256 KiB at the most, and
// twofold in CSV, whose quotes are 64 KiB apart at the most. A NUL counts as much as what a report has in its place.
std::string_view carried_fault(std::span<std::string const> values) noexcept
{
    constexpr std::size_t most = 16 * 1024;
    std::size_t bytes = 0;
    for (auto const& value : values)
        bytes += value.size() + 2 * static_cast<std::size_t>(std::count(value.begin(), value.end(), '\0'));
    return bytes <= most ? std::string_view{}
                         : "its carried values are longer than 16 KiB together; carry fewer or shorter columns";
}

std::string_view pair_fault(pair const& read) noexcept
{
    if (auto const fault = job_id_fault(read.job_id); !fault.empty())
        return fault;
    if (auto const fault = task_id_fault(read.task_id); !fault.empty())
        return fault;
    return carried_fault(read.carried);
}

}  // namespace

pair_reader::pair_reader(std::string name, reading_rules rules)
    : name_(std::move(name))
    , rules_(std::move(rules))
{
}

std::string pair_reader::place() const
{
    return name_ + ":" + std::to_string(window_.line_number());
}

pair_reader::step pair_reader::reject(std::string_view cause) noexcept
{
    fault_ = cause;
    fault_line_ = window_.line_number();
    return step::rejected;
}

pair_reader::step pair_reader::next(pair& into)
{
    if (!started_ && !pass_start())
        return step::more;
    for (;;)
    {
        auto const found = window_.find_line();
        if (found == line_window::state::cut)
            return step::more;
        if (found == line_window::state::end)
            return step::end;
        auto const line = window_.line();
        if (found == line_window::state::too_long)
        {
            auto const rejected = reject("the line is longer than 256 KiB");
            window_.skip_line();
            return rejected;
        }
        if (is_blank_line(line))
        {
            window_.skip_line();
            continue;
        }
        if (line.front() == '#')
        {
            ++comments_;
            window_.skip_line();
            continue;
        }
        if (layout_ == layout::unknown)
        {
            if (auto const early = decide_layout(line); early)
                return *early;
            continue;
        }
        if (layout_ == layout::delimited)
            return read_row(line, into);
        if (auto const done = read_json(line, into); done)
            return *done;
    }
}

row_splitter::state pair_reader::split_here(row_splitter& splitter) const
{
    auto const text = window_.rest();
    bool const all_is_here = text.size() < line_window::longest_line;
    auto const found = splitter.split(text.substr(0, line_window::longest_line), !all_is_here || window_.finished());
    bool const ran_out = !all_is_here && splitter.size() >= line_window::longest_line;
    return found == row_splitter::state::whole && ran_out ? row_splitter::state::unclosed_quote : found;
}

std::optional<pair_reader::step> pair_reader::read_json(std::string_view line, pair& into)
{
    auto const number = window_.line_number();
    auto const fault = text_fault(line);
    auto const found =
        fault.empty() ? json_.read(line, rules_.carry, layout_ == layout::journal, into) : json_row::kind::rejected;
    std::optional<step> done;
    switch (found)
    {
    case json_row::kind::journal_start:
        layout_ = layout::journal;
        break;
    case json_row::kind::other_record:
        break;
    case json_row::kind::rejected:
        done = reject(fault.empty() ? json_.fault() : fault);
        break;
    case json_row::kind::pair:
        if (auto const cause = pair_fault(into); !cause.empty())
            done = reject(cause);
        else
            done = finish_pair(into, number);
    }
    window_.skip_line();
    return done;
}

pair_reader::step pair_reader::read_row(std::string_view line, pair& into)
{
    if (has(line, '"'))
        return read_quoted_row(into);
    auto const number = window_.line_number();
    auto cause = text_fault(line);
    if (cause.empty())
    {
        splitter_.split_plain(line, wanted_);
        cause = fill(splitter_.fields(), into);
    }
    auto const done = cause.empty() ? finish_pair(into, number) : reject(cause);
    window_.skip_line();
    return done;
}

pair_reader::step pair_reader::read_quoted_row(pair& into)
{
    auto const number = window_.line_number();
    auto const state = split_here(splitter_);
    if (state == row_splitter::state::cut)
        return step::more;
    auto const fields = splitter_.fields();
    std::string_view quote_fault;
    if (state == row_splitter::state::unclosed_quote)
        quote_fault = "a quote is not closed";
    else if (state == row_splitter::state::text_after_quote)
        quote_fault = "there is text after a closing quote";
    else if (has(cell(fields, columns_.job), '\n') || has(cell(fields, columns_.task), '\n'))
        quote_fault = "an id goes on over the end of the line; is a quote not closed?";
    if (!quote_fault.empty())
    {
        // What follows may be whole lines of their own that the quote has swallowed: only its own line is lost.
        auto const rejected = reject(quote_fault);
        window_.skip_line();
        return rejected;
    }
    auto cause = text_fault(window_.rest().substr(0, splitter_.size()));
    if (cause.empty())
        cause = fill(fields, into);
    auto const done = cause.empty() ? finish_pair(into, number) : reject(cause);
    skip_row();
    return done;
}

void pair_reader::skip_row() noexcept
{
    auto const row = window_.rest().substr(0, splitter_.size());
    window_.skip(row.size(), static_cast<std::uint64_t>(std::count(row.begin(), row.end(), '\n')));
}

std::string_view pair_reader::cell(std::span<std::string_view const> fields, std::size_t column) const noexcept
{
    if (column >= fields.size())
        return {};
    return columns_.is_report ? without_guard(fields[column]) : fields[column];
}

std::string_view pair_reader::fill(std::span<std::string_view const> fields, pair& into) const
{
    into.job_id.assign(cell(fields, columns_.job));
    into.task_id.assign(cell(fields, columns_.task));
    into.ambiguous = columns_.ambiguous && same_name(cell(fields, *columns_.ambiguous), "true");
    into.carried.resize(columns_.carried.size());
    for (std::size_t i = 0; i != columns_.carried.size(); ++i)
        into.carried[i].assign(cell(fields, columns_.carried[i]));
    return pair_fault(into);
}

pair_reader::step pair_reader::finish_pair(pair& into, std::uint64_t line) const
{
    char digits[20];
    auto const end = std::to_chars(digits, digits + sizeof digits, line).ptr;
    into.source.assign(name_).append(1, ':').append(digits, end);
    into.earlier_attempts = 0;
    return step::pair;
}

}  // namespace batch_cancel::cli
