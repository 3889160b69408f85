// Pairs from CSV, TSV and JSON Lines.
#include "cli/input/columns.hpp"
#include "cli/input/ids.hpp"
#include "cli/input/input_error.hpp"
#include "cli/input/pair_reader.hpp"
#include "cli/render/results_csv.hpp"
#include "fuzz/fuzzed_input.hpp"
#include "wire/ids.hpp"
#include "wire/json_text.hpp"
#include "wire/utf8.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace batch_cancel;
using fuzz::expect;

namespace
{

/** What a text gives. */
struct reading
{
    std::vector<pair> pairs{};
    std::vector<std::uint64_t> rejected{};
    std::uint64_t comments = 0;
    std::uint64_t near_guids = 0;
    std::uint64_t odd_marks = 0;
    /** Why the text as a whole cannot be used. */
    std::string fault{};
};

/** Read a text in blocks of some sizes, again and again; 0 is as much as there is room for. */
reading read(std::string_view text, cli::reading_rules const& rules, std::span<std::size_t const> blocks)
{
    using step = cli::pair_reader::step;
    reading found;
    cli::pair_reader reader{"in", rules};
    pair read;
    try
    {
        for (std::size_t round = 0;;)
        {
            auto const next = reader.next(read);
            if (next == step::end)
                break;
            if (next == step::pair)
                found.pairs.push_back(read);
            else if (next == step::rejected)
            {
                expect(!reader.fault().empty(), "a rejected line has a cause");
                found.rejected.push_back(reader.fault_line());
            }
            else if (text.empty())
                reader.finish();
            else
            {
                auto const space = reader.space();
                auto const block = blocks.empty() ? 0 : blocks[round++ % blocks.size()];
                auto const count = std::min({space.size(), text.size(), block == 0 ? text.size() : block});
                expect(count > 0, "there is room for more bytes");
                std::copy_n(text.data(), count, space.data());
                reader.commit(count);
                text.remove_prefix(count);
            }
        }
    }
    catch (cli::input_error const& error)
    {
        found.fault = error.what();
        expect(!found.fault.empty(), "an input that cannot be used says why");
    }
    found.comments = reader.comments();
    found.near_guids = reader.notes().near_guids.count;
    found.odd_marks = reader.notes().odd_marks.count;
    return found;
}

std::uint64_t line_of(pair const& read)
{
    expect(read.source.starts_with("in:"), "a pair knows its file");
    return std::stoull(read.source.substr(3));
}

bool are_same_pair(pair const& left, pair const& right)
{
    return left.job_id == right.job_id && left.task_id == right.task_id && left.ambiguous == right.ambiguous &&
           left.carried == right.carried;
}

bool is_valid_id(std::string_view id)
{
    return wire::is_sendable_id(id) && cli::clean_id(id) == id && cli::id_fault(cli::id_kind::job, id).empty();
}

// In UTF-16 any bytes may be line ends.
bool is_decoded(std::string_view text, cli::reading_rules const& rules)
{
    return rules.encoding == cli::input_encoding::utf_16 || rules.encoding == cli::input_encoding::windows_1252 ||
           text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
}

// At most.
std::uint64_t count_lines(std::string_view text)
{
    auto const is_end = [](char byte) { return byte == '\n' || byte == '\r'; };
    return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), is_end)) + 1;
}

void check(reading const& found, cli::reading_rules const& rules, std::string_view text)
{
    auto lines = found.rejected;
    for (auto const& read : found.pairs)
    {
        expect(is_valid_id(read.job_id), "what is taken for a job id is one");
        expect(is_valid_id(read.task_id) && read.task_id.find('@') == std::string::npos,
               "what is taken for a task id is one");
        expect(read.carried.size() == rules.carry.size(), "a pair has a value for each column that it carries");
        lines.push_back(line_of(read));
    }
    std::sort(lines.begin(), lines.end());
    expect(std::adjacent_find(lines.begin(), lines.end()) == lines.end(), "a line is one pair or rejected once");
    auto const line_count = count_lines(text);
    bool const is_counted = !is_decoded(text, rules);
    expect(!is_counted || lines.empty() || (lines.front() >= 1 && lines.back() <= line_count),
           "every line is one of the text");
    expect(!is_counted || lines.size() + found.comments <= line_count, "there are not more lines than there are");
    auto const is_in_order = [](auto const& numbers) { return std::is_sorted(numbers.begin(), numbers.end()); };
    expect(is_in_order(found.rejected), "lines are rejected in their order");
    expect(std::is_sorted(found.pairs.begin(), found.pairs.end(),
                          [](pair const& left, pair const& right) { return line_of(left) < line_of(right); }),
           "pairs come in their order");
}

void check_same(reading const& left, reading const& right)
{
    bool const are_same =
        left.fault == right.fault && left.rejected == right.rejected && left.comments == right.comments &&
        left.near_guids == right.near_guids && left.odd_marks == right.odd_marks &&
        std::equal(left.pairs.begin(), left.pairs.end(), right.pairs.begin(), right.pairs.end(),
                   [](pair const& a, pair const& b) { return are_same_pair(a, b) && a.source == b.source; });
    expect(are_same, "what a text gives does not depend on the blocks in which it comes");
}

// Where a line begins; lines are counted from 1.
std::size_t offset_of(std::string_view text, std::uint64_t line)
{
    std::size_t at = 0;
    for (; line > 1; --line)
    {
        at = text.find_first_of("\r\n", at) + 1;
        if (text[at - 1] == '\r' && at != text.size() && text[at] == '\n')
            ++at;
    }
    return at;
}

// A bad line before a pair is rejected, and that is all.
void check_neighbours(std::string const& text, reading const& found, cli::reading_rules const& rules,
                      fuzz::fuzzed_input& input)
{
    if (!found.fault.empty() || found.pairs.size() < 2 || is_decoded(text, rules))
        return;
    using namespace std::string_view_literals;
    static constexpr std::array<std::string_view, 4> bad_lines{"a\0b,c\n"sv, "nothing\n"sv, "[1\n"sv, "\xff\xfe,x\n"sv};
    // Other bytes than UTF-8 reject a line only if that was asked for.
    auto const usable = bad_lines.size() - (rules.encoding == cli::input_encoding::utf_8 ? 0 : 1);
    auto const bad = bad_lines[input.choice(usable)];
    auto const before = 1 + input.choice(255) % (found.pairs.size() - 1);
    auto const line = line_of(found.pairs[before]);
    auto longer = text;
    longer.insert(offset_of(text, line), bad);
    auto const again = read(longer, rules, {});
    expect(again.fault.empty() && again.comments == found.comments, "a bad line does not spoil its file");
    auto expected = found.rejected;
    for (auto& rejected : expected)
        rejected += rejected >= line ? 1 : 0;
    expected.insert(std::lower_bound(expected.begin(), expected.end(), line), line);
    expect(again.rejected == expected, "a bad line is rejected, and no other because of it");
    expect(again.pairs.size() == found.pairs.size(), "a bad line costs no pair");
    for (std::size_t i = 0; i < found.pairs.size(); ++i)
    {
        expect(are_same_pair(again.pairs[i], found.pairs[i]), "a bad line changes no pair");
        auto const old_line = line_of(found.pairs[i]);
        expect(line_of(again.pairs[i]) == old_line + (i >= before ? 1 : 0), "a bad line is counted");
    }
}

void check_again(std::string const& text, std::vector<pair> const& pairs, cli::reading_rules const& rules)
{
    auto const again = read(text, rules, {});
    expect(again.fault.empty() && again.rejected.empty(), "pairs that are written can be read");
    expect(std::equal(again.pairs.begin(), again.pairs.end(), pairs.begin(), pairs.end(), are_same_pair),
           "pairs that are written are read as they were");
}

std::string as_json_lines(std::vector<pair> const& pairs, std::vector<std::string> const& carried)
{
    std::string text;
    for (auto const& each : pairs)
    {
        wire::json_object_writer object(text);
        object.string("job_id", each.job_id);
        object.string("task_id", each.task_id);
        object.boolean("ambiguous", each.ambiguous);
        std::string values;
        {
            values = "{";
            for (std::size_t i = 0; i < carried.size(); ++i)
            {
                values += i == 0 ? "" : ",";
                wire::append_json_string(values, carried[i]);
                values += ':';
                wire::append_json_string(values, each.carried[i]);
            }
            values += '}';
        }
        object.raw("carried", values);
        object.end();
        text += '\n';
    }
    return text;
}

// JSON can carry a NUL character, a line of CSV cannot.
std::vector<pair> without_nul(std::vector<pair> pairs)
{
    for (auto& each : pairs)
    {
        for (auto& value : each.carried)
        {
            for (auto at = value.find('\0'); at != std::string::npos; at = value.find('\0', at))
                value.replace(at, 1, wire::replacement_character);
        }
    }
    return pairs;
}

std::string as_report(std::vector<pair> const& pairs, std::vector<std::string> const& carried)
{
    std::string text = "job_id,task_id,outcome,ambiguous";
    for (auto const& name : carried)
    {
        text += ',';
        cli::append_csv_cell(text, name);
    }
    text += "\r\n";
    for (auto const& each : pairs)
    {
        cli::append_csv_cell(text, each.job_id);
        text += ',';
        cli::append_csv_cell(text, each.task_id);
        text += each.ambiguous ? ",accepted,true" : ",accepted,false";
        for (auto const& value : each.carried)
        {
            text += ',';
            cli::append_csv_cell(text, value);
        }
        text += "\r\n";
    }
    return text;
}

// In a table such ids would make a header of the row.
bool looks_like_header(pair const& each)
{
    auto const is_name = [](std::string_view text)
    {
        auto const names = {cli::job_column_names(), cli::task_column_names()};
        return std::any_of(names.begin(), names.end(),
                           [text](auto const& known)
                           { return cli::find_name(known, cli::unwrapped(cli::without_guard(text))) != known.size(); });
    };
    return is_name(each.job_id) || is_name(each.task_id) ||
           std::any_of(each.carried.begin(), each.carried.end(), is_name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static constexpr std::array formats{cli::input_format::automatic, cli::input_format::csv, cli::input_format::tsv,
                                        cli::input_format::jsonl};
    static std::array<std::vector<std::string>, 3> const carries{
        std::vector<std::string>{}, std::vector<std::string>{"upn"}, std::vector<std::string>{"Dept", "cost,centre"}};
    static constexpr std::array encodings{cli::input_encoding::automatic, cli::input_encoding::utf_8,
                                          cli::input_encoding::utf_16, cli::input_encoding::windows_1252};
    fuzz::fuzzed_input input(data, size);
    cli::reading_rules rules{.format = formats[input.choice(formats.size())],
                             .carry = carries[input.choice(carries.size())]};
    auto const kind = input.choice(4);
    std::array<std::size_t, 3> blocks{input.choice(256), input.choice(256), input.choice(256)};
    std::string text(input.content());
    if (input.choice(64) == 63)  // one line is long
    {
        text.insert(std::min(input.choice(256), text.size()), 50'000 + 1'300 * input.choice(256), 'x');
        for (auto& block : blocks)
            block *= 300;
    }
    rules.encoding = encodings[input.choice(encodings.size())];
    auto const found = read(text, rules, {});
    check(found, rules, text);
    switch (kind)
    {
    case 0:
        check_same(found, read(text, rules, blocks));
        break;
    case 1:
        check_neighbours(text, found, rules, input);
        break;
    case 2:
        check_again(as_json_lines(found.pairs, rules.carry), found.pairs,
                    {.format = cli::input_format::jsonl, .carry = rules.carry});
        break;
    default:
        if (!found.pairs.empty() && std::none_of(found.pairs.begin(), found.pairs.end(), looks_like_header))
            check_again(as_report(found.pairs, rules.carry), without_nul(found.pairs),
                        {.format = cli::input_format::automatic, .carry = rules.carry});
        break;
    }
    return 0;
}
