#include "cli/render/results_csv.hpp"

#include "cli/input/columns.hpp"
#include "cli/render/number_text.hpp"

#include <array>
#include <string>

namespace batch_cancel::cli
{

namespace
{

constexpr std::array<std::string_view, 17> report_columns{
    "job_id",        "task_id",    "outcome",  "status",    "reason",     "service_status",
    "message",       "error_code", "attempts", "ambiguous", "request_id", "client_request_id",
    "retry_after_s", "latency_ms", "total_ms", "source",    "time"};

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

void append_csv_header(std::string& out, report_facts const& facts)
{
    for (auto const name : report_columns)
        (out += name == report_columns.front() ? "" : ",") += name;
    for (auto const& name : facts.carried)
    {
        out += ',';
        append_csv_cell(out, name);
    }
    out += "\r\n";
}

void append_csv_row(std::string& out, report_row const& row)
{
    auto const& settled = row.settled;
    bool const known = !row.is_unprocessed;
    auto const next = [&](std::string_view text)
    {
        out += ',';
        append_csv_cell(out, text);
    };
    append_csv_cell(out, settled.pair.job_id);
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
    for (auto const value : row.carried)
        next(value);
    out += "\r\n";
}

}  // namespace batch_cancel::cli
