#include "cli/render/results_csv.hpp"

#include "cli/input/columns.hpp"
#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"

#include <array>
#include <string>

namespace batch_cancel::cli
{

namespace
{

constexpr std::array<std::string_view, 18> report_columns{
    "job_id",        "task_id",    "outcome",  "status",    "reason",     "service_status",
    "message",       "error_code", "attempts", "ambiguous", "request_id", "client_request_id",
    "retry_after_s", "latency_ms", "total_ms", "source",    "time",       "simulated"};

constexpr std::string_view replacement_character = "\xef\xbf\xbd";

bool looks_like_formula(std::string_view text) noexcept
{
    return !text.empty() && std::string_view("=+-@\t\r'").find(text.front()) != std::string_view::npos;
}

}  // namespace

void append_csv_cell(std::string& out, std::string_view text)
{
    using namespace std::string_view_literals;
    bool const escaped = looks_like_formula(text);
    if (text.find_first_of("\",;#\r\n\t\0"sv) == std::string_view::npos && !text.starts_with(' ') &&
        !text.ends_with(' '))
    {
        out += escaped ? "'" : "";
        out += text;
        return;
    }
    out += escaped ? "\"'" : "\"";
    for (char const c : text)
    {
        if (c == '"')
            out += '"';
        if (c == '\0')  // no line of an input may hold it
            out += replacement_character;
        else
            out += c;
    }
    out += '"';
}

bool is_report_column(std::string_view name) noexcept
{
    return find_name(report_columns, name) != report_columns.size();
}

results_csv::results_csv(report_facts const& facts, csv_style style, csv_target target)
    : facts_(facts)
    , style_(style)
    , target_(target)
    , delimiter_(style == csv_style::excel_semicolon ? ';' : ',')
    , line_end_(style == csv_style::plain ? "\n" : "\r\n")
    , simulated_(is_rehearsal(facts) ? "true" : "false")
{
}

void results_csv::append_first(std::string& out, std::string_view text) const
{
    if (target_ == csv_target::terminal)
        append_csv_cell(out, visible_text(text));
    else
        append_csv_cell(out, text);
}

void results_csv::append_next(std::string& out, std::string_view text) const
{
    out += delimiter_;
    append_first(out, text);
}

void results_csv::append_header(std::string& out) const
{
    if (style_ != csv_style::plain)
        out += "\xef\xbb\xbf";
    append_first(out, report_columns.front());
    for (std::size_t i = 1; i != report_columns.size(); ++i)
        append_next(out, report_columns[i]);
    for (auto const& name : facts_.carried)
        append_next(out, name);
    out += line_end_;
}

void results_csv::append_row(std::string& out, report_row const& row) const
{
    auto const& settled = row.settled;
    bool const known = !row.is_unprocessed;
    auto const next = [&](std::string_view text) { append_next(out, text); };
    append_first(out, settled.pair.job_id);
    next(settled.pair.task_id);
    next(known ? to_string(settled.outcome) : "unprocessed");
    next(known && settled.status != 0 ? std::to_string(settled.status) : "");
    next(to_string(settled.reason));
    next(settled.service_status);
    next(settled.message);
    next(settled.error_code);
    next(std::to_string(settled.attempts));
    next(settled.ambiguous ? "true" : "false");
    next(settled.request_id);
    next(settled.client_request_id);
    next(settled.retry_after ? seconds_text(*settled.retry_after) : "");
    next(known ? milliseconds_text(settled.latency) : "");
    next(known ? milliseconds_text(settled.total) : "");
    next(settled.pair.source);
    next(known ? time_text(settled.time) : "");
    next(simulated_);
    for (auto const value : row.carried)
        next(value);
    out += line_end_;
}

void results_csv::append_rejected(std::string& out, rejected_line const& line) const
{
    for (std::size_t i = 1; i != report_columns.size() + facts_.carried.size(); ++i)
    {
        auto const column = i < report_columns.size() ? report_columns[i] : std::string_view();
        if (column == "outcome")
            append_next(out, "rejected");
        else if (column == "message")
            append_next(out, line.cause);
        else if (column == "source")
            append_next(out, line.file + ':' + std::to_string(line.line));
        else
            append_next(out, column == "simulated" ? simulated_ : std::string_view());
    }
    out += line_end_;
}

}  // namespace batch_cancel::cli
