#include "traffic/failure_limit.hpp"

#include <algorithm>

namespace batch_cancel::traffic
{

namespace
{

constexpr unsigned limit_at_first = 4;
constexpr double recently = 64;

constexpr auto edge_holds = std::chrono::seconds(5);
constexpr std::uint64_t edge_holds_for = 100;
constexpr double known_below = 10;
constexpr auto step_lasts = std::chrono::milliseconds(500);
constexpr unsigned longest_step = 16;

constexpr double failures_to_test = 4;
constexpr double share_to_test = 0.03;
constexpr double fewest_tested = 16;
constexpr double most_tested = 200;
constexpr auto longest_test = std::chrono::seconds(10);
constexpr auto first_test_wait = std::chrono::seconds(5);
constexpr auto longest_test_wait = std::chrono::seconds(120);
constexpr double changed_by = 0.1;

}  // namespace

failure_limit::failure_limit(unsigned most, limit_mode how) noexcept
    : seen_(most)
    , most_(std::max(most, 1U))
    , limit_(how == limit_mode::adapting ? std::min(limit_at_first, most_) : most_)
    , adapting_(how == limit_mode::adapting)
    , test_wait_(first_test_wait)
{
}

void failure_limit::on_end(attempt const& ended) noexcept
{
    if (!adapting_)
        return;
    note(ended);
    if (state_ == state::testing)
        go_on_with_test(ended);
    else if (ended.failed)
        take_failure(ended);
    else
        take_clear(ended);
}

void failure_limit::note(attempt const& ended) noexcept
{
    seen_.add(ended.in_flight_at_start, ended.failed);
    recent_attempts_ += 1 - recent_attempts_ / recently;
    recent_failures_ += (ended.failed ? 1 : 0) - recent_failures_ / recently;
    ++attempts_;
}

double failure_limit::failed_share() const noexcept
{
    return recent_failures_ / std::max(1.0, recent_attempts_);
}

void failure_limit::take_clear(attempt const& ended) noexcept
{
    bool const is_busy = 2 * ended.in_flight >= limit_;
    if (!is_busy || limit_ >= most_)
        return;
    if (edge_ == 0)
        return grow(1);
    if (ended.ended < holds_until_ || attempts_ < holds_for_)
        return;
    grow(step_);
    step_ = std::min(longest_step, 2 * step_);
    holds_until_ = ended.ended + step_lasts;
    holds_for_ = attempts_ + 2 * std::uint64_t{limit_};
    if (limit_ == most_)
        edge_ = 0;
}

void failure_limit::grow(unsigned by) noexcept
{
    limit_ = std::min(most_, limit_ + by);
}

void failure_limit::take_failure(attempt const& ended) noexcept
{
    auto const found = seen_.find_split();
    if (found && found->at < limit_ && found->below >= known_below)
        set_edge(found->at, ended.ended);
    else if (wants_test(ended.ended))
        begin_test(ended.ended);
}

void failure_limit::set_edge(unsigned at, time_point now) noexcept
{
    limit_ = edge_ = std::max(1U, at);
    step_ = 1;
    holds_until_ = now + edge_holds;
    holds_for_ = attempts_ + edge_holds_for;
}

bool failure_limit::wants_test(time_point now) const noexcept
{
    if (limit_ <= 2 || recent_failures_ < failures_to_test || failed_share() <= share_to_test)
        return false;
    return now >= next_test_ || failed_share() > 2 * untreatable_share_ + changed_by;
}

void failure_limit::begin_test(time_point now) noexcept
{
    if (failed_share() > 2 * untreatable_share_ + changed_by)
        test_wait_ = first_test_wait;
    state_ = state::testing;
    limit_before_test_ = limit_;
    share_before_test_ = failed_share();
    test_began_ = now;
    tested_ = 0;
    limit_ = std::max(1U, limit_ / 2);
}

void failure_limit::go_on_with_test(attempt const& ended) noexcept
{
    if (ended.started >= test_began_)
        ++tested_;
    auto const enough = std::clamp(failures_to_test / share_before_test_, fewest_tested, most_tested);
    if (tested_ < enough && ended.ended - test_began_ <= longest_test)
        return;
    state_ = state::growing;
    if (auto const found = seen_.find_split())
        return set_edge(found->at, ended.ended);
    limit_ = limit_before_test_;
    next_test_ = ended.ended + test_wait_;
    test_wait_ = std::min<duration>(longest_test_wait, 2 * test_wait_);
    untreatable_share_ = failed_share();
}

void failure_limit::on_recovery() noexcept
{
    if (!adapting_)
        return;
    seen_.clear();
    recent_attempts_ = recent_failures_ = 0;
    state_ = state::growing;
    edge_ = 0;
    limit_ = std::min(limit_at_first, most_);
}

}  // namespace batch_cancel::traffic
