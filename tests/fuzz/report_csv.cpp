// A report as CSV: what a spreadsheet and the next run read in it is what the journal says.
#include "cli/input/columns.hpp"
#include "cli/input/ids.hpp"
#include "cli/input/input_error.hpp"
#include "cli/input/pair_reader.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/report_output.hpp"
#include "fuzz/fuzzed_input.hpp"
#include "fuzz/memory_file.hpp"
#include "fuzz/record_model.hpp"
#include "journal/record_writer.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace batch_cancel;
using fuzz::expect;

namespace
{

// Before the carried ones.
constexpr std::size_t fixed_columns = 18;

constexpr std::string_view formula_starts = "=+-@\t\r'";

using table = std::vector<std::vector<std::string>>;

// How a style writes rows.
struct row_form
{
    std::string_view delimiter = ",";
    std::string_view line_end = "\n";
};

// RFC 4180 to the letter, but for the ends of lines.
table cells_of(std::string_view text, row_form const& form)
{
    table rows(1);
    std::string cell;
    std::size_t at = 0;
    while (at < text.size())
    {
        bool const is_quoted = text[at] == '"';
        if (is_quoted)
        {
            for (++at;; ++at)
            {
                expect(at < text.size(), "a quoted cell ends");
                if (text[at] != '"')
                    cell += text[at];
                else if (text.substr(at, 2) == "\"\"")
                    cell += text[at++];
                else
                    break;
            }
            ++at;
        }
        else
        {
            auto const end = text.find_first_of(",;\r\n\"", at);
            expect(end != std::string_view::npos && text[end] != '"', "a plain cell has no quote in it");
            cell = text.substr(at, end - at);
            at = end;
        }
        rows.back().push_back(std::exchange(cell, {}));
        auto const line_end = form.line_end.size();
        if (text.substr(at, 1) == form.delimiter)
        {
            ++at;
            if (text.substr(at, line_end) == form.line_end)  // an empty last cell
                rows.back().emplace_back();
        }
        if (text.substr(at, line_end) == form.line_end)
        {
            at += line_end;
            rows.emplace_back();
        }
    }
    rows.pop_back();
    return rows;
}

// Takes the guard off, and sees that it is there where it must be.
std::string unguarded(std::string const& cell)
{
    if (cell.empty() || formula_starts.find(cell.front()) == std::string_view::npos)
        return cell;
    expect(cell.front() == '\'' && cell.size() > 1 && formula_starts.find(cell[1]) != std::string_view::npos,
           "no cell can be run as a formula");
    return cell.substr(1);
}

// A text can hold a NUL byte, a line of input cannot.
std::string as_shown(std::string_view text)
{
    std::string out;
    for (char const c : text)
        c == '\0' ? out += wire::replacement_character : out += c;
    return out;
}

void check_row(std::vector<std::string> const& row, result const& settled)
{
    expect(row.size() == fixed_columns + settled.pair.carried.size(), "every row has all columns");
    auto const holds = [&row](std::size_t column, std::string_view text)
    { return unguarded(row[column]) == as_shown(text); };
    expect(holds(0, settled.pair.job_id) && holds(1, settled.pair.task_id), "a row names its pair");
    expect(holds(2, to_string(settled.outcome)) && holds(4, to_string(settled.reason)), "a row tells the outcome");
    expect(holds(5, settled.service_status) && holds(6, settled.message) && holds(7, settled.error_code),
           "a row tells what the service said");
    expect(holds(8, std::to_string(settled.attempts)), "a row tells the attempts");
    expect(holds(9, settled.ambiguous ? "true" : "false"), "a row tells whether the pair is ambiguous");
    expect(holds(10, settled.request_id) && holds(11, settled.client_request_id), "a row tells the requests");
    expect(holds(13, cli::milliseconds_text(settled.latency)) && holds(14, cli::milliseconds_text(settled.total)),
           "a row tells how long it took");
    expect(holds(15, settled.pair.source) && holds(16, cli::time_text(settled.time)), "a row tells where and when");
    expect(holds(17, "false"), "a row tells that it is no rehearsal");
    for (std::size_t i = 0; i < settled.pair.carried.size(); ++i)
        expect(holds(fixed_columns + i, settled.pair.carried[i]), "a row has what the pair carries");
}

void check_rejected(std::vector<std::string> const& row, rejected_line const& line, std::size_t carried)
{
    constexpr std::array<std::size_t, 4> told{2, 6, 15, 17};  // outcome, message, source, simulated
    expect(row.size() == fixed_columns + carried, "every row has all columns");
    expect(row[2] == "rejected" && row[17] == "false", "a row tells that a line is rejected, in no rehearsal");
    for (std::size_t i = 0; i < row.size(); ++i)
        expect(row[i].empty() || std::find(told.begin(), told.end(), i) != told.end(), "a rejected line is no pair");
    expect(unguarded(row[6]) == as_shown(line.cause), "a row tells why a line is rejected");
    expect(unguarded(row[15]) == as_shown(line.file + ':' + std::to_string(line.line)),
           "a row tells where a rejected line is");
}

void check_as_input(std::string_view text, std::vector<result> const& settled, std::vector<std::string> const& carried)
{
    using step = cli::pair_reader::step;
    cli::pair_reader reader{"report.csv", {.format = cli::input_format::automatic, .carry = carried}};
    std::size_t read = 0;
    pair found;
    try
    {
        for (auto next = reader.next(found); next != step::end; next = reader.next(found))
        {
            expect(next != step::rejected, "no row of a report is rejected");
            if (next == step::more && text.empty())
                reader.finish();
            else if (next == step::more)
            {
                auto const space = reader.space();
                auto const count = std::min(space.size(), text.size());
                std::copy_n(text.data(), count, space.data());
                reader.commit(count);
                text.remove_prefix(count);
            }
            else
            {
                expect(read < settled.size(), "a report has no more pairs than were put there");
                auto const& wanted = settled[read++];
                expect(found.job_id == wanted.pair.job_id && found.task_id == wanted.pair.task_id,
                       "a report names its pairs to the next run");
                expect(found.ambiguous == wanted.ambiguous, "what is ambiguous stays so");
                for (std::size_t i = 0; i < carried.size(); ++i)
                    expect(found.carried[i] == as_shown(wanted.pair.carried[i]), "what is carried is carried on");
            }
        }
    }
    catch (cli::input_error const& error)
    {
        expect(false, error.what());
    }
    expect(read == settled.size(), "a report is valid input, whole");
}

// The input takes off what cannot be seen around an id and rejects what is none, so that only ids like these come from it.
void make_readable(cli::id_kind kind, std::string& id)
{
    auto const is_name = [&id](std::span<std::string_view const> names)
    { return cli::find_name(names, cli::unwrapped(cli::without_guard(id))) != names.size(); };
    id = std::string{cli::clean_id(id)};
    if (!cli::id_fault(kind, id).empty() || is_name(cli::job_column_names()) || is_name(cli::task_column_names()))
        id = "id";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static fuzz::memory_file file;
    static std::array<std::vector<std::string>, 4> const carries{
        std::vector<std::string>{}, std::vector<std::string>{"upn"}, std::vector<std::string>{"=upn", "a;b\"c"},
        std::vector<std::string>{"'x", "#dept", "two\nlines"}};
    fuzz::fuzzed_input input(data, size);
    auto const& carried = carries[input.choice(carries.size())];
    auto const style = static_cast<cli::csv_style>(input.choice(3));
    journal_format::record_writer writer(carried);
    writer.run({.run_id = "r", .carried = carried});
    std::vector<result> settled;
    std::set<std::pair<std::string, std::string>> known;
    fuzz::record_model model(input);
    std::vector<rejected_line> rejected(input.choice(3));
    for (auto& line : rejected)
    {
        line = {.file = model.text(), .line = model.number(), .cause = model.text()};
        writer.rejected(line);
    }
    do
    {
        auto made = model.result(carried.size());
        make_readable(cli::id_kind::job, made.pair.job_id);
        make_readable(cli::id_kind::task, made.pair.task_id);
        // Of two results of one pair one stands.
        auto const lowered = [](std::string id)
        {
            std::transform(id.begin(), id.end(), id.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
            return id;
        };
        if (!known.insert({lowered(made.pair.job_id), lowered(made.pair.task_id)}).second)
            continue;
        writer.result(made);
        settled.push_back(std::move(made));
    } while (!input.content().empty() && settled.size() < 8);
    writer.input({.complete = true,
                  .lines = settled.size() + rejected.size(),
                  .pairs = settled.size(),
                  .rejected = rejected.size()});
    file.write(writer.text());

    std::vector<journal_reader> journals;
    journals.emplace_back(file.path());
    cli::journal_report report(std::move(journals));
    std::ostringstream out;
    cli::write_report(out, report, cli::report_format::csv, cli::selection::all, {.style = style});
    auto const text = std::move(out).str();
    std::string_view const mark = style == cli::csv_style::plain ? "" : "\xef\xbb\xbf";
    expect(text.starts_with(mark), "a report for Excel has its mark");
    auto const rows = cells_of(std::string_view(text).substr(mark.size()),
                               {.delimiter = style == cli::csv_style::excel_semicolon ? ";" : ",",
                                .line_end = style == cli::csv_style::plain ? "\n" : "\r\n"});
    expect(rows.size() == settled.size() + rejected.size() + 1, "a report has a row for each pair and rejected line");
    for (std::size_t i = 0; i < settled.size(); ++i)
        check_row(rows[i + 1], settled[i]);
    for (std::size_t i = 0; i < rejected.size(); ++i)
        check_rejected(rows[1 + settled.size() + i], rejected[i], carried.size());
    for (std::size_t i = 0; i < carried.size(); ++i)
        expect(unguarded(rows[0][fixed_columns + i]) == carried[i], "a column that is carried has its name");
    check_as_input(text, settled, carried);
    return 0;
}
