#pragma once

#include "fuzz/fuzzed_input.hpp"
#include "wire/ids.hpp"
#include "wire/utf8.hpp"

#include <batch_cancel/journal_record.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

namespace batch_cancel::fuzz
{

/** Makes records of any values that a run could journal, out of the texts of an input. */
class record_model
{
public:
    explicit record_model(fuzzed_input& input)
        : input_(input)
    {
    }

    /** UTF-8, like every text that the engine keeps. */
    std::string text()
    {
        std::string out;
        auto const raw = input_.next_text();
        wire::assign_utf8(out, raw, raw.size() * 3);
        return out;
    }

    std::string id(std::string_view otherwise)
    {
        auto out = text();
        return wire::is_sendable_id(out) ? out : std::string(otherwise);
    }

    std::uint64_t number()
    {
        auto const raw = input_.next_text();
        std::uint64_t out = 0;
        std::memcpy(&out, raw.data(), std::min(raw.size(), sizeof out));
        return out;
    }

    /** In microseconds, up to a year. */
    std::chrono::nanoseconds duration()
    {
        return std::chrono::microseconds(number() % (std::uint64_t{366} * 86400 * 1'000'000));
    }

    /** In milliseconds, from 1970 to 2261. */
    std::chrono::system_clock::time_point time()
    {
        return std::chrono::system_clock::time_point{
            std::chrono::milliseconds(number() % (std::uint64_t{291} * 365 * 86'400'000))};
    }

    batch_cancel::pair pair(std::size_t carried)
    {
        batch_cancel::pair out{.job_id = id("job"), .task_id = id("task"), .source = text()};
        for (std::size_t i = 0; i < carried; ++i)
            out.carried.push_back(text());
        return out;
    }

    batch_cancel::result result(std::size_t carried)
    {
        batch_cancel::result out{.pair = pair(carried)};
        out.outcome = static_cast<outcome>(input_.choice(3));
        if (out.outcome == outcome::failed)
            out.reason = static_cast<reason>(1 + input_.choice(reason_count - 1));
        out.ambiguous = out.pair.ambiguous = input_.choice(2) == 1;
        if (input_.choice(2) == 1)
            out.retry_after = std::chrono::floor<std::chrono::milliseconds>(duration());
        out.message = text();
        out.service_status = text();
        out.error_code = text();
        out.request_id = text();
        out.client_request_id = text();
        out.status = static_cast<unsigned>(number() % 1000);
        out.attempts = static_cast<unsigned>(number());
        out.latency = duration();
        out.total = duration();
        out.time = time();
        return out;
    }

private:
    fuzzed_input& input_;
};

inline bool are_equal(pair const& left, pair const& right)
{
    return left.job_id == right.job_id && left.task_id == right.task_id && left.source == right.source &&
           left.carried == right.carried && left.ambiguous == right.ambiguous &&
           left.earlier_attempts == right.earlier_attempts;
}

inline bool are_equal(result const& left, result const& right)
{
    return are_equal(left.pair, right.pair) && left.outcome == right.outcome && left.reason == right.reason &&
           left.status == right.status && left.attempts == right.attempts && left.ambiguous == right.ambiguous &&
           left.service_status == right.service_status && left.message == right.message &&
           left.error_code == right.error_code && left.request_id == right.request_id &&
           left.client_request_id == right.client_request_id && left.retry_after == right.retry_after &&
           left.latency == right.latency && left.total == right.total && left.time == right.time;
}

}  // namespace batch_cancel::fuzz
