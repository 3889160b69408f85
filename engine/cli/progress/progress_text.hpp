#pragma once

#include <batch_cancel/engine.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace batch_cancel::cli
{

/** What a line of progress is about. */
struct progress_facts
{
    engine_progress now{};
    /** Pairs of the whole run, if that is known. */
    std::optional<std::uint64_t> total{};
    /** Since the run began. */
    std::chrono::steady_clock::duration elapsed{};
    /** Outcomes a second, lately. */
    double per_second = 0;
    /** No new request is sent any more. */
    bool stopping = false;
};

/** Write where a run stands, in one line without its end: "1,234 of 10,000 (12.3 %), 412.0/s, accepted 1,200, ...". */
std::string progress_text(progress_facts const& facts);

/** Write a time as people say it, to two units: "45 s", "3 min 20 s", "2 h 5 min". */
std::string time_span_text(std::chrono::steady_clock::duration span);

/** Measures a rate over the last seconds. */
class rate_meter
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    /** Note a count, which never falls.
        @return  How much it rose in a second, lately: newer rises count more than older ones. */
    double note(time_point now, std::uint64_t count);

private:
    time_point last_{};
    std::uint64_t count_{0};
    double rate_{0};
    double weight_{0};  // of what was noted so far; 0 before the second note
    bool started_{false};
};

}  // namespace batch_cancel::cli
