#include "cli/input/ids.hpp"
#include "cli/input/input_error.hpp"
#include "cli/input/line_text.hpp"
#include "cli/input/pair_reader.hpp"

#include <limits>
#include <utility>

// What a file shows about its form, up to the first of its rows.

namespace batch_cancel::cli
{

namespace
{

constexpr auto all_fields = std::numeric_limits<std::size_t>::max();

bool has_guid_column(std::span<std::string_view const> row) noexcept
{
    return row.size() >= 2 && (is_guid(row[0]) || is_guid(row[1]));
}

bool has_guid_inside(std::string_view text) noexcept
{
    for (std::size_t i = 0; i + 36 <= text.size(); ++i)
        if (is_guid(text.substr(i, 36)))
            return true;
    return false;
}

/** How well a delimiter takes the first row apart. */
int rank_of(std::span<std::string_view const> row) noexcept
{
    return has_both_columns(row) ? 3 : has_guid_column(row) ? 2 : is_header(row) ? 1 : 0;
}

}  // namespace

bool pair_reader::pass_start()
{
    auto const start = window_.rest().substr(0, 4);
    if (start.size() < 4 && !window_.finished())
        return false;
    started_ = true;
    if (start.starts_with("PK\x03\x04"))
        throw input_error{name_ +
                          ": this is an archive or a spreadsheet workbook, no text; save the sheet as CSV UTF-8"};
    bool const has_mark = start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff");
    bool const every_other_is_nul = start.size() == 4 && (start[0] == '\0') == (start[2] == '\0') &&
                                    (start[1] == '\0') == (start[3] == '\0') &&
                                    (start[0] == '\0') != (start[1] == '\0');
    if (has_mark || every_other_is_nul)
        throw input_error{name_ + ": this is UTF-16; UTF-8 is wanted: iconv -f UTF-16 -t UTF-8 '" + name_ +
                          "' > FILE, or save it as UTF-8 (in PowerShell: -Encoding utf8)"};
    if (start.starts_with("\xef\xbb\xbf"))
        window_.skip(3, 0);
    return true;
}

std::optional<pair_reader::step> pair_reader::decide_layout(std::string_view line)
{
    bool const looks_like_json = rules_.format == input_format::automatic && line.front() == '{';
    if (rules_.format == input_format::jsonl || looks_like_json)
    {
        layout_ = layout::json;
        return std::nullopt;
    }
    if (rules_.format == input_format::automatic && line.front() == '[')
        throw input_error{place() + ": this looks like a JSON array; JSON Lines has one object a line: jq -c '.[]' '" +
                          name_ + "' > FILE"};
    return find_columns(line);
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
    std::string_view const delimiters = rules_.format == input_format::csv   ? ",;"
                                        : rules_.format == input_format::tsv ? "\t"
                                                                             : ",;\t";
    if (!text_fault(line).empty())
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
        std::pair const rank{rank_of(candidate.fields()), candidate.fields().size()};
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
    if (is_header(row))
    {
        columns_ = columns_of(row, rules_.carry, place());
        if (has(line, '"'))
            skip_row();
        else
            window_.skip_line();
    }
    else if (!has_guid_column(row))
        throw input_error{place() +
                          ": the first row is no header and holds no GUID in its first two columns; give it a "
                          "header such as job_id,task_id"};
    else if (!rules_.carry.empty())
        throw input_error{place() + ": --carry needs a header, which this file has not"};
    wanted_ = columns_.wanted();
    layout_ = layout::delimited;
    return std::nullopt;
}

// Its columns cannot be known from it. If it was a header, the rows behind it might be read with their columns mixed up.
std::optional<pair_reader::step> pair_reader::judge_broken_first_row(std::string_view line)
{
    auto const fault = text_fault(line);
    if (!has_guid_inside(line))
        throw input_error{place() + ": the first row cannot be read: " +
                          (fault.empty() ? "its quotes do not match" : std::string{fault})};
    auto const rejected = reject(fault.empty() ? "the quotes do not match" : fault);
    window_.skip_line();
    return rejected;
}

}  // namespace batch_cancel::cli
