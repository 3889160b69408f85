#include "cli/progress/progress_text.hpp"

#include "cli/render/number_text.hpp"

#include <array>
#include <cmath>
#include <ctime>

namespace batch_cancel::cli
{

namespace
{

// Noted rates lose half of their weight in about seven seconds.
constexpr double memory_seconds = 10;

std::string time_left(progress_facts const& facts)
{
    auto const settled = facts.now.pairs.settled();
    if (!facts.total || facts.per_second <= 0 || settled >= *facts.total)
        return {};
    auto const seconds = static_cast<double>(*facts.total - settled) / facts.per_second;
    if (seconds > 1e8)
        return {};
    auto const left = std::chrono::duration<double>{seconds};
    return ", " + time_span_text(std::chrono::round<std::chrono::steady_clock::duration>(left)) + " left";
}

// How much may be sent at present, and why it is not more.
std::string pace_text(engine_progress const& now)
{
    if (now.allowed_in_flight == 0)
        return {};
    auto text = ", " + grouped_text(now.allowed_in_flight) + " at once";
    auto const rate = decimal_text(now.allowed_rate, now.allowed_rate < 1 ? 3 : 1) + "/s";
    if (now.cause == pace_cause::throttled)
        return text + ", throttled: 429, " + rate;
    if (now.allowed_rate > 0)
        text += ", at most " + rate;
    if (now.cause != pace_cause::unbounded)
        text.append(" (").append(to_string(now.cause)).append(")");
    return now.troubles.empty() ? text : text + ", " + now.troubles;
}

}  // namespace

std::string time_span_text(std::chrono::steady_clock::duration span)
{
    auto const seconds = std::chrono::round<std::chrono::seconds>(span).count();
    auto const both = [](std::int64_t first, char const* unit, std::int64_t second, char const* smaller_unit)
    {
        auto text = std::to_string(first) + unit;
        return second == 0 ? text : text + ' ' + std::to_string(second) + smaller_unit;
    };
    if (seconds < 60)
        return std::to_string(seconds) + " s";
    if (seconds < 3600)
        return both(seconds / 60, " min", seconds % 60, " s");
    return both(seconds / 3600, " h", seconds % 3600 / 60, " min");
}

std::string progress_text(progress_facts const& facts)
{
    auto const& pairs = facts.now.pairs;
    auto text = grouped_text(pairs.settled());
    if (facts.total && *facts.total != 0)
    {
        auto const share = 100 * static_cast<double>(pairs.settled()) / static_cast<double>(*facts.total);
        text += " of " + grouped_text(*facts.total) + " (" + decimal_text(share, 1) + " %)";
    }
    text += ", " + decimal_text(facts.per_second, 1) + "/s";
    if (facts.stopping)
        text += ", stopping: " + grouped_text(facts.now.in_flight) + " in flight";
    else if (facts.now.paused_for > facts.now.paused_for.zero())
        text += ", paused until " + facts.paused_until + ", throttled";
    else
        text += time_left(facts) + pace_text(facts.now);
    text += ", accepted " + grouped_text(pairs.accepted) + ", conflict " + grouped_text(pairs.conflict) + ", failed " +
            grouped_text(pairs.failed);
    if (facts.now.waiting != 0)
        text += ", waiting " + grouped_text(facts.now.waiting);
    return text;
}

std::string wall_clock_text(std::chrono::system_clock::time_point time, std::chrono::system_clock::time_point now)
{
    auto const text_of = [](std::chrono::system_clock::time_point moment, char const* form)
    {
        auto const seconds = std::chrono::system_clock::to_time_t(moment);
        std::tm local{};
        ::localtime_r(&seconds, &local);
        std::array<char, 32> text{};
        return std::string{text.data(), std::strftime(text.data(), text.size(), form, &local)};
    };
    auto const day = text_of(time, "%Y-%m-%d ");
    return (day == text_of(now, "%Y-%m-%d ") ? std::string{} : day) + text_of(time, "%H:%M:%S");
}

double rate_meter::note(time_point now, std::uint64_t count)
{
    if (!started_)
    {
        started_ = true;
        last_ = now;
        count_ = count;
        return 0;
    }
    auto const seconds = std::chrono::duration<double>(now - last_).count();
    if (seconds <= 0)
        return rate_;
    auto const kept = std::exp(-seconds / memory_seconds);
    auto const fresh = static_cast<double>(count - count_) / seconds;
    auto const weight = weight_ * kept + (1 - kept);
    rate_ = (rate_ * weight_ * kept + fresh * (1 - kept)) / weight;
    weight_ = weight;
    last_ = now;
    count_ = count;
    return rate_;
}

}  // namespace batch_cancel::cli
