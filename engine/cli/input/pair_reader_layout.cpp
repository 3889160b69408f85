#include "cli/input/ids.hpp"
#include "cli/input/input_error.hpp"
#include "cli/input/line_text.hpp"
#include "cli/input/pair_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

// What a file shows about its form, up to the first of its rows, and the rows of others that were joined to it.

namespace batch_cancel::cli
{

namespace
{

constexpr auto all_fields = std::numeric_limits<std::size_t>::max();
constexpr std::string_view usual_delimiters = ",;\t";

bool has_guid_column(std::span<std::string_view const> row) noexcept
{
    return row.size() >= 2 && (is_guid(clean_id(row[0])) || is_guid(clean_id(row[1])));
}

bool has_guid_inside(std::string_view text) noexcept
{
    for (std::size_t i = 0; i + 36 <= text.size(); ++i)
        if (is_guid(text.substr(i, 36)))
            return true;
    return false;
}

/** How well a delimiter takes the first row apart. */
int rank_of(std::span<std::string_view const> row, reading_rules const& rules) noexcept
{
    return has_both_columns(row, rules) ? 3 : has_guid_column(row) ? 2 : is_header(row, rules) ? 1 : 0;
}

// A row that is here as a whole.
void split_whole(row_splitter& splitter, std::string_view row)
{
    if (has(row, '"'))
        splitter.split(row, true);
    else
        splitter.split_plain(row, all_fields);
}

std::string delimiter_name(char delimiter)
{
    return delimiter == '\t' ? "tab" : std::string{"'"} + delimiter + "'";
}

}  // namespace

std::optional<pair_reader::step> pair_reader::decide_layout(std::string_view line)
{
    bool const is_automatic = rules_.format == input_format::automatic;
    if (rules_.format == input_format::jsonl || (is_automatic && given_delimiter_ == '\0' && looks_like_json(line)))
    {
        layout_ = layout::json;
        return std::nullopt;
    }
    if (is_automatic && line.front() == '[')
        throw input_error{place() + ": this looks like a JSON array; JSON Lines has one object a line: jq -c '.[]' '" +
                          name_ + "' > FILE"};
    if (auto const delimiter = separator_line(line); delimiter != '\0')
    {
        given_delimiter_ = delimiter;
        ++comments_;
        window_.skip_line();
        return std::nullopt;
    }
    return find_columns(line);
}

// A brace may also stand before a GUID.
bool pair_reader::looks_like_json(std::string_view line) const noexcept
{
    return line.front() == '{' && !(line.size() >= 38 && line[37] == '}' && is_guid(line.substr(1, 36)));
}

row_splitter::state pair_reader::split_first_row(row_splitter& splitter) const
{
    auto const line = window_.line();
    if (has(line, '"'))
        return split_here(splitter);
    splitter.split_plain(line, all_fields);
    return row_splitter::state::whole;
}

std::optional<pair_reader::step> pair_reader::find_columns(std::string_view line)
{
    auto const delimiters = given_delimiter_ != '\0'             ? std::string_view{&given_delimiter_, 1}
                            : rules_.format == input_format::csv ? std::string_view{",;"}
                            : rules_.format == input_format::tsv ? std::string_view{"\t"}
                                                                 : usual_delimiters;
    if (!line_fault(line).empty())
        return judge_broken_first_row(line);
    std::pair best{-1, std::size_t{0}};
    for (char const delimiter : delimiters)
    {
        row_splitter candidate{delimiter};
        auto const state = split_first_row(candidate);
        if (state == row_splitter::state::cut)
            return step::more;
        if (state != row_splitter::state::whole)
            continue;
        std::pair const rank{rank_of(candidate.fields(), rules_), candidate.fields().size()};
        if (rank > best)
        {
            best = rank;
            splitter_ = row_splitter{delimiter};
        }
    }
    if (best.first < 0)
        return judge_broken_first_row(line);
    split_first_row(splitter_);
    auto const row = splitter_.fields();
    if (is_header(row, rules_))
    {
        columns_ = columns_of(row, rules_, place());
        if (rules_.known == known_columns::noted)
            for (auto const& name : known_carried_of(row))
                notes_.note_known(name);
        if (has(line, '"'))
            skip_row();
        else
            window_.skip_line();
    }
    else
        check_without_header(row);
    wanted_ = columns_.wanted();
    layout_ = layout::delimited;
    return std::nullopt;
}

void pair_reader::check_without_header(std::span<std::string_view const> row)
{
    auto const fault = [this](std::string_view text) { return input_error{place().append(": ").append(text)}; };
    if (!rules_.job_column.empty() || !rules_.task_column.empty())
        throw fault("the first row has none of the columns that --columns names");
    if (!has_guid_column(row))
        throw fault("the first row is not a header, and has no GUID in its first two columns; give the file a header "
                    "such as job_id,task_id, or say which columns hold the ids with --columns job=NAME,task=NAME");
    auto const& carry = rules_.carry;
    if (std::any_of(carry.begin(), carry.end(), [this](auto const& name) { return !may_be_missing(name, rules_); }))
        throw fault("--carry needs a header, which this file does not have");
    columns_.carried.resize(carry.size());
}

// Its columns cannot be known from it. If it was a header, the rows behind it might be read with their columns mixed up.
std::optional<pair_reader::step> pair_reader::judge_broken_first_row(std::string_view line)
{
    auto const fault = line_fault(line);
    if (!has_guid_inside(line))
        throw input_error{place() + ": the first row cannot be read: " +
                          (fault.empty() ? "its quotes do not match" : std::string{fault})};
    auto const rejected = reject(fault.empty() ? "the quotes do not match" : fault);
    window_.skip_line();
    return rejected;
}

// Tell whether a row is to be skipped: it is empty, or begins a file that was joined to this.
bool pair_reader::is_no_data(std::string_view row)
{
    row_splitter splitter{splitter_.delimiter()};
    split_whole(splitter, row);
    auto const fields = splitter.fields();
    if (std::all_of(fields.begin(), fields.end(), [](std::string_view field) { return clean_id(field).empty(); }))
        return true;
    bool const is_skipped = is_separator_row(row) || is_repeated_header(fields);
    comments_ += is_skipped ? 1 : 0;
    if (!is_skipped)
        refuse_other_separator(row);
    return is_skipped;
}

bool pair_reader::is_separator_row(std::string_view row) const
{
    auto const delimiter = separator_line(row.substr(0, row.find_first_of("\r\n")));
    if (delimiter != '\0' && delimiter != splitter_.delimiter())
        refuse_joined("announces rows separated by " + delimiter_name(delimiter));
    return delimiter != '\0';
}

bool pair_reader::is_repeated_header(std::span<std::string_view const> fields) const
{
    bool const has_both = has_both_columns(fields, rules_);
    if (!has_both && !has_telling_name(fields))
        return false;
    if (!has_both || columns_of(fields, rules_, place()) != columns_)
        refuse_joined("is a header with other columns than the rows before it, or in another order");
    return true;
}

// A header of rows that are separated otherwise is one field, or a few that look like nothing.
void pair_reader::refuse_other_separator(std::string_view row) const
{
    for (char const delimiter : usual_delimiters)
    {
        if (delimiter == splitter_.delimiter())
            continue;
        row_splitter other{delimiter};
        split_whole(other, row);
        if (has_both_columns(other.fields(), rules_))
            refuse_joined("is a header of rows separated by " + delimiter_name(delimiter) + ", not by " +
                          delimiter_name(splitter_.delimiter()));
    }
}

void pair_reader::refuse_joined(std::string const& what) const
{
    throw input_error{place() + ": this row " + what +
                      "; the file seems to be joined from several: give them as separate files"};
}

}  // namespace batch_cancel::cli
