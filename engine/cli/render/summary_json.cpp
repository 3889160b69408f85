#include "cli/render/summary_json.hpp"

#include "cli/render/coverage.hpp"
#include "cli/render/number_text.hpp"
#include "wire/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

namespace batch_cancel::cli
{

namespace json = boost::json;

namespace
{

json::value text_or_null(std::string_view text, json::storage_ptr storage = {})
{
    return text.empty() ? json::value(nullptr, storage) : json::value(text, storage);
}

// To the microsecond, or the clocks would be quoted beyond what they can tell.
double rounded(double value)
{
    return std::round(value * 1000) / 1000;
}

double milliseconds(std::chrono::nanoseconds value)
{
    return rounded(std::chrono::duration<double, std::milli>(value).count());
}

double seconds(std::chrono::nanoseconds value)
{
    return rounded(std::chrono::duration<double>(value).count());
}

// The last of several journals to end; null while one is at work or has not told its end.
json::value finished(report_facts const& facts)
{
    std::chrono::system_clock::time_point last{};
    for (auto const& journal : facts.journals)
    {
        if (!journal.has_end)
            return nullptr;
        last = std::max(last, journal.end.time);
    }
    return json::value(time_text(last));
}

json::object run_json(report_facts const& facts)
{
    auto const& first = *std::min_element(facts.journals.begin(), facts.journals.end(),
                                          [](auto const& a, auto const& b) { return a.begun.time < b.begun.time; });
    auto const stopped = std::find_if(facts.journals.begin(), facts.journals.end(),
                                      [&facts](auto const& journal) {
                                          return journal.has_end && !journal.end.stopped_by.empty() &&
                                                 !is_finished(journal, facts.journals.size());
                                      });
    json::object run;
    run["id"] = first.begun.run_id;
    run["endpoint"] = first.begun.endpoint;
    run["api_version"] = first.begun.api_version;
    run["tenant"] = text_or_null(first.begun.tenant);
    run["started"] = time_text(first.begun.time);
    run["finished"] = finished(facts);
    bool const is_stopped = stopped != facts.journals.end();
    run["stopped_by"] = is_stopped ? json::value(stopped->end.stopped_by) : json::value(nullptr);
    run["simulated"] = is_rehearsal(facts);
    if (is_stopped && !stopped->end.detail.empty())
        run["cause"] = stopped->end.detail;
    return run;
}

json::object totals_json(journal_sums const& sums)
{
    json::object totals;
    totals["pairs"] = sums.pairs.pairs;
    totals["accepted"] = sums.pairs.accepted;
    totals["conflict"] = sums.pairs.conflict;
    totals["failed"] = sums.pairs.failed;
    totals["unprocessed"] = sums.pairs.unprocessed;
    totals["rejected"] = sums.input.rejected;
    totals["duplicates"] = sums.input.duplicates;
    totals["other_shards"] = sums.input.other_shards;
    totals["skipped_final"] = 0;  // jobs are not listed yet
    totals["ambiguous"] = sums.pairs.ambiguous + sums.unprocessed_ambiguous;
    totals["input_complete"] = sums.input.complete;
    return totals;
}

json::object requests_json(request_totals const& requests)
{
    json::object object;
    object["sent"] = requests.sent;
    object["read"] = 0;  // nothing is listed or looked up yet
    object["attempts"] = requests.attempts;
    object["retried"] = requests.retried;
    object["throttled"] = requests.throttled;
    object["connections_opened"] = requests.connections_opened;
    return object;
}

json::object timing_json(journal_sums const& sums)
{
    auto const wall = std::chrono::duration<double>(sums.wall).count();
    json::object latency;
    latency["min"] = milliseconds(sums.latency.min());
    latency["mean"] = milliseconds(sums.latency.mean());
    latency["p50"] = milliseconds(sums.latency.quantile(0.5));
    latency["p90"] = milliseconds(sums.latency.quantile(0.9));
    latency["p99"] = milliseconds(sums.latency.quantile(0.99));
    latency["max"] = milliseconds(sums.latency.max());
    json::object timing;
    timing["wall_s"] = seconds(sums.wall);
    timing["cpu_s"] = seconds(sums.cpu);
    timing["cancels_per_s"] = wall > 0 ? rounded(static_cast<double>(sums.pairs.settled()) / wall) : 0;
    timing["latency_ms"] = std::move(latency);
    return timing;
}

}  // namespace

json::object summary_json(report_facts const& facts)
{
    json::object failed;
    for (std::size_t i = 0; i < reason_count; ++i)
    {
        if (auto const count = facts.sums.pairs.failed_by_reason[i]; count != 0)
            failed[to_string(static_cast<reason>(i))] = count;
    }
    std::string paths;
    for (auto const& journal : facts.journals)
        paths += (paths.empty() ? "" : ", ") + journal.path.string();
    json::object summary;
    summary["schema"] = 1;
    summary["run"] = run_json(facts);
    summary["totals"] = totals_json(facts.sums);
    summary["failed_by_reason"] = std::move(failed);
    summary["requests"] = requests_json(facts.sums.requests);
    summary["timing"] = timing_json(facts.sums);
    summary["verified"] = nullptr;
    summary["journal"] = text_or_null(paths);
    return summary;
}

json::object row_json(report_row const& row, report_facts const& facts, json::storage_ptr storage)
{
    auto const& settled = row.settled;
    bool const known = !row.is_unprocessed;
    json::object object(24, storage);
    object["job_id"] = settled.pair.job_id;
    object["task_id"] = settled.pair.task_id;
    object["outcome"] = known ? json::value(to_string(settled.outcome), storage) : json::value("unprocessed", storage);
    object["status"] = settled.status != 0 ? json::value(settled.status) : json::value(nullptr);
    object["reason"] = text_or_null(to_string(settled.reason), storage);
    object["service_status"] = text_or_null(settled.service_status, storage);
    object["message"] = text_or_null(settled.message, storage);
    object["error_code"] = text_or_null(settled.error_code, storage);
    object["attempts"] = settled.attempts;
    object["ambiguous"] = settled.ambiguous;
    object["request_id"] = text_or_null(settled.request_id, storage);
    object["client_request_id"] = text_or_null(settled.client_request_id, storage);
    object["retry_after_s"] = settled.retry_after ? json::value(seconds(*settled.retry_after)) : json::value(nullptr);
    object["latency_ms"] = known ? json::value(milliseconds(settled.latency)) : json::value(nullptr);
    object["total_ms"] = known ? json::value(milliseconds(settled.total)) : json::value(nullptr);
    object["source"] = settled.pair.source;
    object["time"] = known ? json::value(time_text(settled.time), storage) : json::value(nullptr);
    if (facts.carried.empty())
        return object;
    json::object carried(storage);
    for (std::size_t i = 0; i < facts.carried.size(); ++i)
        carried[facts.carried[i]] = row.carried[i];
    object["carried"] = std::move(carried);
    return object;
}

json::object rejected_json(rejected_line const& line)
{
    json::object object;
    object["source"] = line.file + ':' + std::to_string(line.line);
    object["file"] = line.file;
    object["line"] = line.line;
    object["cause"] = line.cause;
    return object;
}

void append_json(std::string& out, json::value const& value)
{
    if (auto const* object = value.if_object())
    {
        char const* before = "{";
        for (auto const& [name, member] : *object)
        {
            out += before;
            wire::append_json_string(out, name);
            out += ':';
            append_json(out, member);
            before = ",";
        }
        out += object->empty() ? "{}" : "}";
        return;
    }
    if (auto const* array = value.if_array())
    {
        char const* before = "[";
        for (auto const& element : *array)
        {
            out += before;
            append_json(out, element);
            before = ",";
        }
        out += array->empty() ? "[]" : "]";
        return;
    }
    if (auto const* number = value.if_double())
        out += decimal_text(*number, 6);
    else if (auto const* text = value.if_string())
        wire::append_json_string(out, *text);
    else
        out += json::serialize(value);
}

}  // namespace batch_cancel::cli
