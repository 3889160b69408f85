#include "journal/record_writer.hpp"

#include "wire/json_text.hpp"

#include <algorithm>
#include <charconv>

namespace batch_cancel::journal_format
{

namespace
{

using wire::append_json_string;
using wire::json_object_writer;

std::string time_text(timestamp_writer& times, std::chrono::system_clock::time_point time)
{
    std::string out;
    times.append(out, time);
    return out;
}

// Microseconds are written as a decimal fraction of the wanted unit, without the zeros at its end.
std::string_view decimal(char (&into)[32], std::int64_t thousandths)
{
    thousandths = std::max<std::int64_t>(thousandths, 0);
    char* end = std::to_chars(into, into + sizeof into, thousandths / 1000).ptr;
    if (auto const rest = thousandths % 1000; rest != 0)
    {
        *end++ = '.';
        *end++ = static_cast<char>('0' + rest / 100);
        *end++ = static_cast<char>('0' + rest / 10 % 10);
        *end++ = static_cast<char>('0' + rest % 10);
        while (end[-1] == '0')
            --end;
    }
    return {into, static_cast<std::size_t>(end - into)};
}

std::int64_t microseconds(std::chrono::nanoseconds value)
{
    return std::chrono::round<std::chrono::microseconds>(value).count();
}

void append_integer(std::string& out, unsigned value)
{
    char digits[16];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_text_or_null(std::string& out, std::string_view text)
{
    if (text.empty())
        out += "null";
    else
        append_json_string(out, text);
}

void seconds_member(json_object_writer& object, std::string_view name, std::chrono::nanoseconds value)
{
    char digits[32];
    object.raw(name, decimal(digits, std::chrono::round<std::chrono::milliseconds>(value).count()));
}

// An option given once has a text, one given several times a list of them.
void append_options(std::string& out, std::vector<run_option> const& options)
{
    out += '{';
    for (std::size_t i = 0; i < options.size(); ++i)
    {
        auto const same = [&](run_option const& other) { return other.name == options[i].name; };
        auto const here = options.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::any_of(options.begin(), here, same))
            continue;
        bool const several = std::any_of(here + 1, options.end(), same);
        out += i == 0 ? "" : ",";
        append_json_string(out, options[i].name);
        out += several ? ":[" : ":";
        append_json_string(out, options[i].value);
        for (auto next = here + 1; (next = std::find_if(next, options.end(), same)) != options.end(); ++next)
        {
            out += ',';
            append_json_string(out, next->value);
        }
        out += several ? "]" : "";
    }
    out += '}';
}

void append_list(std::string& out, std::vector<std::string> const& texts)
{
    out += '[';
    for (auto const& text : texts)
    {
        if (&text != &texts.front())
            out += ',';
        append_json_string(out, text);
    }
    out += ']';
}

}  // namespace

record_writer::record_writer(std::vector<std::string> const& carried)
{
    for (auto const& name : carried)
    {
        auto& key = carried_keys_.emplace_back();
        append_json_string(key, name);
        key += ':';
    }
}

void record_writer::end_line(char const* closing)
{
    text_ += closing;
    text_ += '\n';
    ++records_;
}

void record_writer::run(run_record const& run)
{
    json_object_writer object(text_);
    object.string("type", "run");
    object.integer("schema", 1);
    object.string("version", run.program_version);
    object.string("run_id", run.run_id);
    object.string("time", time_text(times_, run.time));
    object.string("endpoint", run.endpoint);
    object.string("api_version", run.api_version);
    object.string_or_null("tenant", run.tenant);
    object.string("user", run.user);
    object.string("host", run.host);
    object.string("boot_id", run.boot_id);
    scratch_.clear();
    append_options(scratch_, run.options);
    object.raw("options", scratch_);
    scratch_.clear();
    append_list(scratch_, run.inputs);
    object.raw("inputs", scratch_);
    scratch_.clear();
    append_list(scratch_, run.carried);
    object.raw("carried", scratch_);
    if (run.shard)
        object.string("shard", std::to_string(run.shard->number) + '/' + std::to_string(run.shard->count));
    else
        object.null("shard");
    end_line("}");
}

void record_writer::carried(pair const& pair)
{
    if (carried_keys_.empty())
        return;
    text_ += ",\"carried\":{";
    for (std::size_t i = 0; i < carried_keys_.size(); ++i)
    {
        if (i != 0)
            text_ += ',';
        text_ += carried_keys_[i];
        append_json_string(text_, i < pair.carried.size() ? std::string_view(pair.carried[i]) : std::string_view());
    }
    text_ += '}';
}

// The records that come for every pair are put together from whole pieces: member by member they cost twice as much.
void record_writer::ids(std::string_view beginning, pair const& pair)
{
    text_ += beginning;
    append_json_string(text_, pair.job_id);
    text_ += ",\"task_id\":";
    append_json_string(text_, pair.task_id);
}

void record_writer::history(pair const& pair, unsigned attempts, bool ambiguous)
{
    if (!pair.source.empty())
    {
        text_ += ",\"source\":";
        append_json_string(text_, pair.source);
    }
    if (attempts != 0)
    {
        text_ += ",\"attempts\":";
        append_integer(text_, attempts);
    }
    if (ambiguous)
        text_ += ",\"ambiguous\":true";
    carried(pair);
}

void record_writer::planned(pair const& pair)
{
    ids(R"({"type":"planned","job_id":)", pair);
    history(pair, pair.earlier_attempts, pair.ambiguous);
    end_line("}");
}

void record_writer::admitted(pair const& pair)
{
    ids(R"({"type":"admitted","job_id":)", pair);
    end_line("}");
}

void record_writer::unprocessed(pair const& pair)
{
    ids(R"({"type":"unprocessed","job_id":)", pair);
    history(pair, pair.earlier_attempts, pair.ambiguous);
    end_line("}");
}

void record_writer::waiting(batch_cancel::result const& so_far)
{
    ids(R"({"type":"waiting","job_id":)", so_far.pair);
    history(so_far.pair, so_far.attempts, so_far.ambiguous);
    if (so_far.status != 0)
    {
        text_ += R"(,"status":)";
        append_integer(text_, so_far.status);
    }
    if (so_far.reason != reason::none)
    {
        text_ += R"(,"reason":")";
        text_ += to_string(so_far.reason);
        text_ += '"';
    }
    end_line("}");
}

void record_writer::result(batch_cancel::result const& settled)
{
    ids(R"({"type":"result","job_id":)", settled.pair);
    text_ += R"(,"outcome":")";
    text_ += to_string(settled.outcome);
    text_ += R"(","status":)";
    if (settled.status != 0)
        append_integer(text_, settled.status);
    else
        text_ += "null";
    text_ += R"(,"reason":)";
    append_text_or_null(text_, to_string(settled.reason));
    text_ += R"(,"service_status":)";
    append_text_or_null(text_, settled.service_status);
    text_ += R"(,"message":)";
    append_text_or_null(text_, settled.message);
    text_ += R"(,"error_code":)";
    append_text_or_null(text_, settled.error_code);
    text_ += R"(,"attempts":)";
    append_integer(text_, settled.attempts);
    text_ += settled.ambiguous ? R"(,"ambiguous":true,"request_id":)" : R"(,"ambiguous":false,"request_id":)";
    append_text_or_null(text_, settled.request_id);
    text_ += R"(,"client_request_id":)";
    append_text_or_null(text_, settled.client_request_id);
    result_times(settled);
    carried(settled.pair);
    end_line("}");
}

void record_writer::result_times(batch_cancel::result const& settled)
{
    char digits[32];
    text_ += R"(,"retry_after_s":)";
    text_ += settled.retry_after ? decimal(digits, settled.retry_after->count()) : std::string_view("null");
    text_ += R"(,"latency_ms":)";
    text_ += decimal(digits, microseconds(settled.latency));
    text_ += R"(,"total_ms":)";
    text_ += decimal(digits, microseconds(settled.total));
    text_ += R"(,"source":)";
    append_json_string(text_, settled.pair.source);
    text_ += R"(,"time":")";
    times_.append(text_, settled.time);
    text_ += '"';
}

void record_writer::rejected(rejected_line const& rejected)
{
    json_object_writer object(text_);
    object.string("type", "rejected");
    object.string("file", rejected.file);
    object.integer("line", rejected.line);
    object.string("cause", rejected.cause);
    end_line("}");
}

void record_writer::pause(std::chrono::system_clock::time_point until, std::chrono::milliseconds wait)
{
    json_object_writer object(text_);
    object.string("type", "pause");
    object.string("until", time_text(times_, until));
    seconds_member(object, "wait_s", wait);
    end_line("}");
}

void record_writer::input(input_counts const& counts)
{
    json_object_writer object(text_);
    object.string("type", "input");
    object.boolean("complete", counts.complete);
    object.integer("lines", counts.lines);
    object.integer("pairs", counts.pairs);
    object.integer("duplicates", counts.duplicates);
    object.integer("rejected", counts.rejected);
    object.integer("other_shards", counts.other_shards);
    object.integer("comments", counts.comments);
    end_line("}");
}

void record_writer::end(run_end const& end)
{
    json_object_writer object(text_);
    object.string("type", end.stopped_by.empty() ? "summary" : "stop");
    object.string("time", time_text(times_, end.time));
    if (!end.stopped_by.empty())
        object.string("cause", end.stopped_by);
    object.string_or_null("detail", end.detail);
    object.integer("accepted", end.pairs.accepted);
    object.integer("conflict", end.pairs.conflict);
    object.integer("failed", end.pairs.failed);
    object.integer("unprocessed", end.pairs.unprocessed);
    object.integer("sent", end.requests.sent);
    object.integer("attempts", end.requests.attempts);
    object.integer("retried", end.requests.retried);
    object.integer("throttled", end.requests.throttled);
    object.integer("connections_opened", end.requests.connections_opened);
    seconds_member(object, "wall_s", end.wall);
    seconds_member(object, "cpu_s", end.cpu);
    end_line("}");
}

}  // namespace batch_cancel::journal_format
