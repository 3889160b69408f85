#include "cli/input/pair_reader.hpp"

#include "cli/input/ids.hpp"
#include "cli/input/line_text.hpp"
#include "cli/input/truth.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

// True for nearly every line with a pair, and for none that is to be skipped before its row is looked at.
constexpr bool begins_plainly(std::string_view line) noexcept
{
    if (line.empty())
        return false;
    char const first = line.front();
    return (first >= '0' && first <= '9') || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
}

// Journals and reports must be inputs again: escaped, a value may grow sixfold in JSON, whose lines are 256 KiB at the most, and
// twofold in CSV, whose quotes are 64 KiB apart at the most. A NUL counts as much as what a report has in its place.
std::string carried_fault(std::span<std::string const> values)
{
    constexpr std::size_t most = 16 * 1024;
    std::size_t bytes = 0;
    for (auto const& value : values)
        bytes += value.size() + 2 * static_cast<std::size_t>(std::count(value.begin(), value.end(), '\0'));
    if (bytes <= most)
        return {};
    return "its carried values are longer than 16 KiB together; carry fewer or shorter columns (--carry)";
}

// Assign an id as it is sent.
// @return  Why it cannot be one.
std::string assign_id(id_kind kind, std::string_view cell, std::string& into)
{
    if (is_guid(cell))
    {
        into.assign(cell);
        return {};
    }
    into.assign(clean_id(cell));
    return id_fault(kind, into);
}

// @param odd  The mark, if it is neither true nor false.
bool read_mark(std::string_view cell, std::string_view& odd)
{
    auto const mark = unwrapped(cell);
    auto const found = read_truth(mark);
    if (found == truth::unknown)
        odd = mark;
    return found != truth::no;
}

}  // namespace

pair_reader::pair_reader(std::string name, reading_rules rules)
    : name_(std::move(name))
    , rules_(std::move(rules))
    , json_(rules_)
{
}

std::string pair_reader::place() const
{
    return name_ + ":" + std::to_string(window_.line_number());
}

pair_reader::step pair_reader::reject(std::string_view cause)
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
        if (!begins_plainly(line) && pass_line(line))
            continue;
        std::optional<step> done;
        if (layout_ == layout::unknown)
            done = decide_layout(line);
        else if (layout_ == layout::delimited)
            done = read_row(line, into);
        else
            done = read_json(line, into);
        if (done)
            return *done;
    }
}

// A line without a row in it is skipped, and so is a byte order mark, which a file has that was joined to another.
bool pair_reader::pass_line(std::string_view line)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (line.starts_with(mark))
    {
        window_.skip(mark.size(), 0);
        return true;
    }
    auto const separators = layout_ == layout::unknown     ? std::string_view{",;\t"}
                            : layout_ == layout::delimited ? std::string_view{&splitter_.delimiter(), 1}
                                                           : std::string_view{};
    bool const is_comment = line.starts_with('#') || is_quoted_type_line(line);
    if (!is_comment && !is_only(line, separators))
        return false;
    comments_ += is_comment ? 1 : 0;
    window_.skip_line();
    return true;
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
    auto const fault = line_fault(line);
    auto const found =
        fault.empty() ? json_.read(line, layout_ == layout::journal, into, notes_) : json_row::kind::rejected;
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
        done = take_json(into);
    }
    window_.skip_line();
    return done;
}

pair_reader::step pair_reader::take_json(pair& into)
{
    auto const clean = [](std::string& id)
    {
        if (!is_guid(id))
            id = std::string{clean_id(id)};
    };
    clean(into.job_id);
    clean(into.task_id);
    if (auto const fault = id_fault(id_kind::job, into.job_id); !fault.empty())
        return reject(fault);
    if (auto const fault = id_fault(id_kind::task, into.task_id); !fault.empty())
        return reject(fault);
    if (auto const fault = carried_fault(into.carried); !fault.empty())
        return reject(fault);
    note_doubts(into.task_id, json_.odd_mark());
    return finish_pair(into);
}

std::optional<pair_reader::step> pair_reader::read_row(std::string_view line, pair& into)
{
    if (has(line, '"'))
        return read_quoted_row(into);
    auto const fault = line_fault(line);
    std::optional<step> done;
    if (fault.empty())
    {
        splitter_.split_plain(line, wanted_);
        done = take_row(line, into);
    }
    else
        done = reject(fault);
    window_.skip_line();
    return done;
}

std::optional<pair_reader::step> pair_reader::read_quoted_row(pair& into)
{
    auto const state = split_here(splitter_);
    if (state == row_splitter::state::cut)
        return step::more;
    auto const fields = splitter_.fields();
    auto const is_split = [&](std::size_t column)
    { return cell(fields, column).find_first_of("\r\n") != std::string_view::npos; };
    std::string_view quote_fault;
    if (state == row_splitter::state::unclosed_quote)
        quote_fault = "a quote is not closed";
    else if (state == row_splitter::state::text_after_quote)
        quote_fault = "there is text after a closing quote";
    else if (is_split(columns_.job) || is_split(columns_.task))
        quote_fault = "an id goes on over the end of the line; is a quote not closed?";
    if (!quote_fault.empty())
    {
        // What follows may be whole lines of their own that the quote has swallowed: only its own line is lost.
        auto const fault = line_fault(window_.line());
        auto const rejected = reject(fault.empty() ? quote_fault : fault);
        window_.skip_line();
        return rejected;
    }
    auto const row = window_.rest().substr(0, splitter_.size());
    auto const fault = line_fault(row);
    auto const done = fault.empty() ? take_row(row, into) : reject(fault);
    skip_row();
    return done;
}

void pair_reader::skip_row() noexcept
{
    auto const row = window_.rest().substr(0, splitter_.size());
    window_.skip(row.size(), count_line_ends(row));
}

std::string_view pair_reader::cell(std::span<std::string_view const> fields, std::size_t column) const noexcept
{
    if (column >= fields.size())
        return {};
    return columns_.is_report() ? without_guard(fields[column]) : fields[column];
}

// The row has been split. One with a GUID for its task can only be meant as a pair.
std::optional<pair_reader::step> pair_reader::take_row(std::string_view row, pair& into)
{
    auto const fields = splitter_.fields();
    auto const task = cell(fields, columns_.task);
    bool const is_usual = is_guid(task);
    if ((columns_.is_report() && stands_for_rejected(fields)) || (!is_usual && is_no_data(row)))
        return std::nullopt;
    if (auto const fault = assign_id(id_kind::job, cell(fields, columns_.job), into.job_id); !fault.empty())
        return reject(fault);
    if (is_usual)
        into.task_id.assign(task);
    else if (auto const fault = assign_id(id_kind::task, task, into.task_id); !fault.empty())
        return reject(fault);
    fill_carried(fields, into);
    if (auto const fault = carried_fault(into.carried); !fault.empty())
        return reject(fault);
    std::string_view odd_mark;
    into.ambiguous = columns_.ambiguous && read_mark(cell(fields, *columns_.ambiguous), odd_mark);
    if (!is_usual || !odd_mark.empty())
        note_doubts(into.task_id, odd_mark);
    return finish_pair(into);
}

// A line that is no pair has a row in a report, so that people see it.
bool pair_reader::stands_for_rejected(std::span<std::string_view const> fields)
{
    bool const it_does = same_name(clean_id(cell(fields, *columns_.outcome)), "rejected");
    comments_ += it_does ? 1 : 0;
    return it_does;
}

void pair_reader::fill_carried(std::span<std::string_view const> fields, pair& into) const
{
    into.carried.resize(columns_.carried.size());
    for (std::size_t i = 0; i != columns_.carried.size(); ++i)
    {
        auto const& column = columns_.carried[i];
        into.carried[i].assign(column ? cell(fields, *column) : std::string_view{});
    }
}

void pair_reader::note_doubts(std::string_view task_id, std::string_view odd_mark)
{
    auto const here = [this] { return place(); };
    if (is_nearly_guid(task_id))
        notes_.near_guids.note(here, shortened(task_id));
    if (!odd_mark.empty())
        notes_.odd_marks.note(here, shortened(odd_mark));
}

pair_reader::step pair_reader::finish_pair(pair& into) const
{
    char digits[20];
    auto const end = std::to_chars(digits, digits + sizeof digits, window_.line_number()).ptr;
    into.source.assign(name_).append(1, ':').append(digits, end);
    into.earlier_attempts = 0;
    return step::pair;
}

}  // namespace batch_cancel::cli
