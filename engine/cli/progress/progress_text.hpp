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
    /** Outcomes a second, lately. */
    double per_second = 0;
    /** When the pause that the service has asked for is over, for people; looked at only while there is one. */
    std::string paused_until{};
    /** No new request is sent any more. */
    bool stopping = false;
};

/** Write where a run stands, in one line of ASCII without its end: "1,234 of 10,000 (12.3 %), 412/s, 21 s left, ...". What
    matters most comes first, since a narrow terminal shows no more. */
std::string progress_text(progress_facts const& facts);

/** Write a time as people say it, to two units: "45 s", "3 min 20 s", "2 h 5 min". */
std::string time_span_text(std::chrono::steady_clock::duration span);

/** Write a time by the clock on the wall, "14:03:20"; if it is not on the same day as `now`, "2026-11-23 14:03:20". */
std::string wall_clock_text(std::chrono::system_clock::time_point time, std::chrono::system_clock::time_point now);

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
