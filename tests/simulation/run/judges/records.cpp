#include "simulation/run/judges/evidence.hpp"

#include <algorithm>

namespace batch_cancel::simulation
{

namespace
{

void check_completeness(evidence& all)
{
    auto const& book = all.book;
    std::vector<unsigned> seen(all.of.pairs, 0);
    std::vector<unsigned> noted(all.of.pairs, 0);
    for (auto const& each : book.results)
        ++seen.at(task_of(each.pair.task_id));
    for (auto const& each : book.noted)
        ++noted.at(each.task);
    for (std::size_t task = 0; task != seen.size(); ++task)
    {
        if (seen[task] != noted[task])
            all.accuse("RC-01", task_id(task), " has ", noted[task], " results in the journal and ", seen[task],
                       " in the sink");
    }
    for (auto const& each : book.left)
        ++seen.at(task_of(each.task_id));
    for (std::size_t task = 0; task != seen.size(); ++task)
    {
        if (seen[task] > 1)
            all.accuse("RC-01", task_id(task), " is recorded ", seen[task], " times");
        if (seen[task] == 0 && (task < book.pulled || !book.error))
            all.accuse("RC-01", task_id(task), " is in no record");
        if (task >= book.pulled && (seen[task] != 0 || !all.by_task[task].empty()))
            all.accuse("RC-01", task_id(task), " was never pulled");
    }
    if (!book.error && !book.left.empty())
        all.accuse("RC-01", "the run is complete, yet ", book.left.size(), " pairs are left");
    if (book.pairs.pairs != book.pulled)
        all.accuse("RC-30", book.pairs.pairs, " pairs are counted, ", book.pulled, " were pulled");
}

reason reason_of(attempt_log const& last)
{
    if (last.seen == visible::silence)
        return reason::timeout;
    if (last.seen == visible::garbage || last.seen == visible::part_of_header)
        return reason::unreadable_response;
    if (!last.has_answer())
        return reason::connection;
    switch (last.status)
    {
    case 401:
        return reason::unauthorized;
    case 403:
        return reason::forbidden;
    case 404:
        return reason::not_found;
    case 408:
        return reason::timeout;
    case 421:
    case 423:
    case 425:
        return reason::unexpected_status;
    default:
        break;
    }
    if (last.is_throttle())
        return reason::throttled;
    if (last.status < 400)
        return reason::unexpected_status;
    return last.status < 500 ? reason::bad_request : reason::server_error;
}

void check_outcome(evidence& all, result const& made, attempt_log const& last, std::string const& name)
{
    auto const status = last.has_answer() ? last.status : 0;
    auto expected = outcome::failed;
    if (status == 202)
        expected = outcome::accepted;
    else if (status == 409)
        expected = outcome::conflict;
    if (made.outcome != expected)
        all.accuse("RC-03", name, " is ", to_string(made.outcome), " after status ", status);
    if (made.outcome != outcome::failed)
    {
        if (made.reason != reason::none)
            all.accuse("RC-03", name, " did not fail, but for ", to_string(made.reason));
        return;
    }
    auto const why = reason_of(last);
    // An answer that ends within its header may be told either way.
    bool const may_be_connection = last.seen == visible::part_of_header && made.reason == reason::connection;
    if (made.reason != why && !may_be_connection)
        all.accuse("RC-03", name, " failed ", to_string(made.reason), " instead of ", to_string(why));
}

// What the service said to this pair, and to no other, is in its record.
void check_content(evidence& all, result const& made, attempt_log const& last, std::string const& name)
{
    auto const compare = [&](char const* what, auto const& has, auto const& expected)
    {
        if (has != expected)
            all.accuse("RC-02", name, " has ", what, " '", has, "', its last answer '", expected, '\'');
    };
    auto const in_ms = [](std::optional<std::chrono::milliseconds> span) { return span ? span->count() : -1; };
    auto const in_ns = [](auto span) { return std::chrono::nanoseconds(span).count(); };
    bool const has_answer = last.has_answer();
    compare("status", made.status, has_answer ? last.status : 0u);
    compare("request-id", made.request_id, has_answer ? request_id_of(last) : std::string());
    compare("client-request-id", made.client_request_id, last.client_request_id);
    compare("Retry-After (ms)", in_ms(made.retry_after), in_ms(has_answer ? last.retry_after : std::nullopt));
    compare("latency (ns)", in_ns(made.latency), in_ns(all.end_of(last) - last.started));
    compare("time since its first attempt (ns)", in_ns(made.total),
            in_ns(all.end_of(last) - all.by_task[last.task].front()->started));
    if (last.seen == visible::answer)
    {
        auto const texts = texts_of(last);
        compare("message", made.message, texts.message);
        compare("service status", made.service_status, texts.status);
        compare("error code", made.error_code, texts.error_code);
    }
    else if (!has_answer)
    {
        compare("service status", made.service_status, std::string());
        compare("error code", made.error_code, std::string());
    }
}

void check_result(evidence& all, result const& made)
{
    auto const task = task_of(made.pair.task_id);
    auto const& attempts = all.by_task.at(task);
    auto const name = task_id(task);
    if (made.attempts != attempts.size())
        all.accuse("RC-02", name, " has ", made.attempts, " attempts, the service saw ", attempts.size());
    bool const is_unknown = std::any_of(attempts.begin(), attempts.end(), [](auto* a) { return a->is_unknown(); });
    if (is_unknown && !made.ambiguous)
        all.accuse("RC-04", name, " is not ambiguous, though an attempt's effect is unknown");
    if (!is_unknown && made.ambiguous)
        all.accuse("RC-04", name, " is ambiguous, though every attempt's effect is known");
    if (attempts.empty())
    {
        all.accuse("RC-03", name, " has an outcome and was never sent");
        return;
    }
    check_content(all, made, *attempts.back(), name);
    check_outcome(all, made, *attempts.back(), name);
}

void check_left(evidence& all, pair const& left)
{
    auto const task = task_of(left.task_id);
    auto const& attempts = all.by_task.at(task);
    auto const name = task_id(task);
    if (left.earlier_attempts != attempts.size())
        all.accuse("RC-02", name, " is left with ", left.earlier_attempts, " attempts, the service saw ",
                   attempts.size());
    bool may_be_unknown = false;  // an answer that comes in the moment of the abort may be had or not
    bool is_unknown = false;
    bool is_applied = false;
    for (auto const* each : attempts)
    {
        is_unknown = is_unknown || each->is_unknown() || each->answered > all.book.ended;
        may_be_unknown = may_be_unknown || is_unknown || each->answered >= all.book.aborted;
        is_applied = is_applied || each->applied;
    }
    if (is_unknown && !left.ambiguous)
        all.accuse("RC-04", name, " is left and not ambiguous, though its effect is unknown");
    if (!may_be_unknown && left.ambiguous)
        all.accuse("RC-04", name, " is left and ambiguous, though every attempt's effect is known");
    if (is_applied && !left.ambiguous)
        all.accuse("RC-04", name, " was cancelled, is left, and is not ambiguous");
}

void check_books(evidence& all)
{
    auto const& pairs = all.book.pairs;
    auto const& requests = all.book.requests;
    pair_totals recounted;
    for (auto const& each : all.book.results)
        recounted.count(each);
    std::size_t retried = 0;
    std::size_t throttled = 0;
    for (auto const& each : all.log)
    {
        retried += each.number != 0 ? 1 : 0;
        throttled += each.is_throttle() && each.answered <= all.book.ended ? 1 : 0;
    }
    if (pairs.settled() != all.book.results.size() || pairs.unprocessed != all.book.left.size() ||
        pairs.accepted != recounted.accepted || pairs.conflict != recounted.conflict ||
        pairs.failed != recounted.failed || pairs.ambiguous != recounted.ambiguous ||
        pairs.failed_by_reason != recounted.failed_by_reason)
        all.accuse("RC-30", "outcomes do not add up");
    if (pairs.pairs != pairs.settled() + pairs.unprocessed)
        all.accuse("RC-30", "pairs are not the sum of their outcomes and those left");
    if (requests.attempts != all.log.size() || requests.sent != all.log.size())
        all.accuse("RC-30", requests.attempts, " attempts are counted, the service saw ", all.log.size());
    if (requests.retried != retried)
        all.accuse("RC-30", requests.retried, " retries are counted, the service saw ", retried);
    if (requests.throttled != throttled)
        all.accuse("RC-30", requests.throttled, " throttles are counted, the service made ", throttled);
}

}  // namespace

void judge_records(evidence& all)
{
    check_completeness(all);
    for (auto const& each : all.book.results)
        check_result(all, each);
    for (auto const& each : all.book.left)
        check_left(all, each);
    check_books(all);
}

}  // namespace batch_cancel::simulation
