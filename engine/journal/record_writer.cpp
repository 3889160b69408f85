#include "journal/record_writer.hpp"

#include "wire/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace batch_cancel::journal_format
{

namespace
{

using wire::append_json_string;
using wire::json_object_writer;
using wire::most_json;

constexpr std::size_t longest_number = 32;

// More than the names, numbers, quotes and fixed texts of any record that comes for every pair.
constexpr std::size_t room_without_texts = 1024;

// Microseconds and milliseconds are written as a decimal fraction of the wanted unit, without the zeros at its end.
char* put_decimal(char* to, std::int64_t thousandths) noexcept
{
    thousandths = std::max<std::int64_t>(thousandths, 0);
    to = std::to_chars(to, to + longest_number, thousandths / 1000).ptr;
    if (auto const rest = thousandths % 1000; rest != 0)
    {
        *to++ = '.';
        *to++ = static_cast<char>('0' + rest / 100);
        *to++ = static_cast<char>('0' + rest / 10 % 10);
        *to++ = static_cast<char>('0' + rest % 10);
        while (to[-1] == '0')
            --to;
    }
    return to;
}

std::int64_t microseconds(std::chrono::nanoseconds value)
{
    return std::chrono::round<std::chrono::microseconds>(value).count();
}

void seconds_member(json_object_writer& object, std::string_view name, std::chrono::nanoseconds value)
{
    char digits[longest_number];
    auto const* const end = put_decimal(digits, std::chrono::round<std::chrono::milliseconds>(value).count());
    object.raw(name, {digits, static_cast<std::size_t>(end - digits)});
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

// One of the records that come for every pair: member by member through a JSON writer they cost five times as much.
class record_writer::line
{
public:
    /** @param room  For all the texts; there is some for the rest. */
    line(record_writer& owner, std::size_t room)
        : owner_(owner)
        , to_(owner.text_.room(room_without_texts + room))
    {
    }

    void raw(std::string_view piece) noexcept
    {
        std::memcpy(to_, piece.data(), piece.size());
        to_ += piece.size();
    }

    void text(std::string_view value) noexcept
    {
        to_ = wire::put_json_string(to_, value);
    }

    void text_or_null(std::string_view value) noexcept
    {
        if (value.empty())
            raw("null");
        else
            text(value);
    }

    void integer(std::uint64_t value) noexcept
    {
        to_ = std::to_chars(to_, to_ + longest_number, value).ptr;
    }

    void decimal(std::int64_t thousandths) noexcept
    {
        to_ = put_decimal(to_, thousandths);
    }

    void time(std::chrono::system_clock::time_point value) noexcept
    {
        to_ = owner_.times_.put(to_, value);
    }

    void ids(pair const& pair) noexcept
    {
        text(pair.job_id);
        raw(R"(,"task_id":)");
        text(pair.task_id);
    }

    void history(pair const& pair, unsigned attempts, bool ambiguous) noexcept
    {
        if (!pair.source.empty())
        {
            raw(R"(,"source":)");
            text(pair.source);
        }
        if (attempts != 0)
        {
            raw(R"(,"attempts":)");
            integer(attempts);
        }
        if (ambiguous)
            raw(R"(,"ambiguous":true)");
        carried(pair);
    }

    void carried(pair const& pair) noexcept
    {
        auto const& keys = owner_.carried_keys_;
        if (keys.empty())
            return;
        raw(R"(,"carried":{)");
        for (std::size_t i = 0; i < keys.size(); ++i)
        {
            raw(i == 0 ? "" : ",");
            raw(keys[i]);
            text(i < pair.carried.size() ? std::string_view(pair.carried[i]) : std::string_view());
        }
        raw("}");
    }

    void end() noexcept
    {
        raw("}\n");
        owner_.text_.end_at(to_);
        ++owner_.records_;
    }

private:
    record_writer& owner_;
    char* to_;
};

record_writer::record_writer(std::vector<std::string> const& carried)
{
    for (auto const& name : carried)
    {
        auto& key = carried_keys_.emplace_back();
        append_json_string(key, name);
        key += ':';
        carried_room_ += key.size() + most_json(0) + 1;
    }
}

std::size_t record_writer::room_for(pair const& pair) const noexcept
{
    std::size_t room = most_json(pair.job_id.size() + pair.task_id.size() + pair.source.size()) + carried_room_;
    if (!carried_keys_.empty())
        for (auto const& value : pair.carried)
            room += most_json(value.size());
    return room;
}

std::string record_writer::time_text(std::chrono::system_clock::time_point time)
{
    std::string text(timestamp_writer::length, '\0');
    times_.put(text.data(), time);
    return text;
}

std::string& record_writer::begin_object()
{
    object_.clear();
    return object_;
}

// Takes in what was put together as an object.
void record_writer::end_object()
{
    object_ += "}\n";
    auto* const to = text_.room(object_.size());
    text_.end_at(to + object_.copy(to, object_.size()));
    ++records_;
}

void record_writer::run(run_record const& run)
{
    json_object_writer object(begin_object());
    object.string("type", "run");
    object.integer("schema", 1);
    object.string("version", run.program_version);
    object.string("run_id", run.run_id);
    object.string("time", time_text(run.time));
    object.string("endpoint", run.endpoint);
    object.string("api_version", run.api_version);
    object.string_or_null("tenant", run.tenant);
    object.string("user", run.user);
    object.string("host", run.host);
    object.string("boot_id", run.boot_id);
    value_.clear();
    append_options(value_, run.options);
    object.raw("options", value_);
    value_.clear();
    append_list(value_, run.inputs);
    object.raw("inputs", value_);
    value_.clear();
    append_list(value_, run.carried);
    object.raw("carried", value_);
    if (run.shard)
        object.string("shard", std::to_string(run.shard->number) + '/' + std::to_string(run.shard->count));
    else
        object.null("shard");
    end_object();
}

void record_writer::planned(pair const& pair)
{
    line made(*this, room_for(pair));
    made.raw(R"({"type":"planned","job_id":)");
    made.ids(pair);
    made.history(pair, pair.earlier_attempts, pair.ambiguous);
    made.end();
}

void record_writer::begun(std::uint64_t count, std::uint64_t through)
{
    line made(*this, 0);
    made.raw(R"({"type":"begun","count":)");
    made.integer(count);
    made.raw(R"(,"through":)");
    made.integer(through);
    made.end();
}

void record_writer::admitted(pair const& pair)
{
    line made(*this, room_for(pair));
    made.raw(R"({"type":"admitted","job_id":)");
    made.ids(pair);
    made.end();
}

void record_writer::unprocessed(pair const& pair)
{
    line made(*this, room_for(pair));
    made.raw(R"({"type":"unprocessed","job_id":)");
    made.ids(pair);
    made.history(pair, pair.earlier_attempts, pair.ambiguous);
    made.end();
}

void record_writer::waiting(batch_cancel::result const& so_far)
{
    line made(*this, room_for(so_far.pair));
    made.raw(R"({"type":"waiting","job_id":)");
    made.ids(so_far.pair);
    made.history(so_far.pair, so_far.attempts, so_far.ambiguous);
    if (so_far.status != 0)
    {
        made.raw(R"(,"status":)");
        made.integer(so_far.status);
    }
    if (so_far.reason != reason::none)
    {
        made.raw(R"(,"reason":)");
        made.text(to_string(so_far.reason));
    }
    made.end();
}

void record_writer::result(batch_cancel::result const& settled)
{
    line made(*this, room_for(settled.pair) +
                         most_json(settled.service_status.size() + settled.message.size() + settled.error_code.size() +
                                   settled.request_id.size() + settled.client_request_id.size()));
    made.raw(R"({"type":"result","job_id":)");
    made.ids(settled.pair);
    made.raw(R"(,"outcome":)");
    made.text(to_string(settled.outcome));
    made.raw(R"(,"status":)");
    if (settled.status != 0)
        made.integer(settled.status);
    else
        made.raw("null");
    made.raw(R"(,"reason":)");
    made.text_or_null(to_string(settled.reason));
    made.raw(R"(,"service_status":)");
    made.text_or_null(settled.service_status);
    made.raw(R"(,"message":)");
    made.text_or_null(settled.message);
    made.raw(R"(,"error_code":)");
    made.text_or_null(settled.error_code);
    made.raw(R"(,"attempts":)");
    made.integer(settled.attempts);
    made.raw(settled.ambiguous ? R"(,"ambiguous":true,"request_id":)" : R"(,"ambiguous":false,"request_id":)");
    made.text_or_null(settled.request_id);
    made.raw(R"(,"client_request_id":)");
    made.text_or_null(settled.client_request_id);
    made.raw(R"(,"retry_after_s":)");
    if (settled.retry_after)
        made.decimal(settled.retry_after->count());
    else
        made.raw("null");
    made.raw(R"(,"latency_ms":)");
    made.decimal(microseconds(settled.latency));
    made.raw(R"(,"total_ms":)");
    made.decimal(microseconds(settled.total));
    made.raw(R"(,"source":)");
    made.text(settled.pair.source);
    made.raw(R"(,"time":")");
    made.time(settled.time);
    made.raw(R"(")");
    made.carried(settled.pair);
    made.end();
}

void record_writer::rejected(rejected_line const& rejected)
{
    json_object_writer object(begin_object());
    object.string("type", "rejected");
    object.string("file", rejected.file);
    object.integer("line", rejected.line);
    object.string("cause", rejected.cause);
    end_object();
}

void record_writer::pause(std::chrono::system_clock::time_point until, std::chrono::milliseconds wait)
{
    json_object_writer object(begin_object());
    object.string("type", "pause");
    object.string("until", time_text(until));
    seconds_member(object, "wait_s", wait);
    end_object();
}

void record_writer::input(input_counts const& counts)
{
    json_object_writer object(begin_object());
    object.string("type", "input");
    object.boolean("complete", counts.complete);
    object.integer("lines", counts.lines);
    object.integer("pairs", counts.pairs);
    object.integer("duplicates", counts.duplicates);
    object.integer("rejected", counts.rejected);
    object.integer("other_shards", counts.other_shards);
    object.integer("comments", counts.comments);
    end_object();
}

void record_writer::end(run_end const& end)
{
    json_object_writer object(begin_object());
    object.string("type", end.stopped_by.empty() ? "summary" : "stop");
    object.string("time", time_text(end.time));
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
    end_object();
}

}  // namespace batch_cancel::journal_format
