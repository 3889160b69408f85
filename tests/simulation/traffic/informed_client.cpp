#include "informed_client.hpp"

#include "waiting_pairs.hpp"

#include "traffic/backoff.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace batch_cancel::simulation
{

namespace
{

constexpr unsigned attempts_of_product = 6;
constexpr auto pause_without_hint = traffic::between_throttles.floor;

class informed_client final : public client
{
public:
    informed_client(scenario const& of, informed_plan const& plan, informed_group& group, pair_range pairs,
                    std::uint64_t seed)
        : of_(of)
        , plan_(plan)
        , group_(group)
        , random_(seed)
        , next_(pairs.first)
        , end_(pairs.end)
        , tokens_(std::max(1.0, plan.depth))
    {
    }

    void start_what_may(network& over, time_point now) override
    {
        join(now);
        while (has_next(now) && in_flight_ < most_in_flight(now))
        {
            if (auto const may = std::max({opens_, end_of_outage(now), next_turn(now)}); may > now)
                return over.wake_at(may);
            tokens_ -= 1;
            ++in_flight_;
            over.send(take_next(now));
        }
        if (auto const due = next_due(); due > now && due != time_point::max())
            over.wake_at(due);
    }

    void on_response(exchange const& came) override
    {
        --in_flight_;
        if (came.response.kind == response_kind::throttled)
            on_refusal(came);
        else if (came.response.kind != response_kind::accepted)
            on_failure(came);
        if (has_ended())
            --group_.at_work;
    }

    bool has_ended() const override
    {
        return in_flight_ == 0 && waiting_.empty() && refused_.empty() && next_ == end_;
    }

    client_counts counts() const override
    {
        return counts_;
    }

    std::string status(time_point now) const override
    {
        return "in flight " + std::to_string(in_flight_) + " of " + std::to_string(most_in_flight(now)) + ", waiting " +
               std::to_string(waiting_.size());
    }

private:
    void join(time_point now)
    {
        if (has_joined_)
            return;
        has_joined_ = true;
        ++group_.at_work;
        filled_ = now;
    }

    // What comes next: what waits and is due, new pairs, and pairs that were refused if they are to be last.

    bool has_next(time_point now) const
    {
        return waiting_.next_due() <= now || next_ != end_ || refused_.next_due() <= now;
    }

    std::size_t take_next(time_point now)
    {
        if (waiting_.next_due() <= now)
            return waiting_.pop();
        return next_ != end_ ? next_++ : refused_.pop();
    }

    time_point next_due() const
    {
        return next_ != end_ ? waiting_.next_due() : std::min(waiting_.next_due(), refused_.next_due());
    }

    // When it may be sent

    std::size_t most_in_flight(time_point now) const
    {
        auto const number = places_at(of_.service, seconds(now));
        if (number == 0 || plan_.part_of_places == 0)
            return plan_.in_flight;
        double const part =
            plan_.part_of_places * number / static_cast<double>(std::max<std::size_t>(1, group_.at_work));
        return std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(part)), 1, plan_.in_flight);
    }

    time_point end_of_outage(time_point now) const
    {
        auto const& outage = of_.service.outage;
        double const at = seconds(now);
        return at >= outage.from_s && at < outage.to_s ? beginning + in(outage.to_s) : now;
    }

    time_point next_turn(time_point now)
    {
        if (plan_.pace == 0)
        {
            tokens_ = 1;
            return now;
        }
        double const rate = plan_.pace * rate_left_at(of_.service, seconds(now)) / static_cast<double>(group_.at_work);
        tokens_ = std::min(std::max(1.0, plan_.depth), tokens_ + rate * seconds_between(filled_, now));
        filled_ = now;
        return tokens_ >= 1 ? now : now + in((1 - tokens_) / rate);
    }

    static double seconds_between(time_point from, time_point to)
    {
        return std::chrono::duration<double>(to - from).count();
    }

    // What came of it

    void on_refusal(exchange const& came)
    {
        if (came.response.retry_after)
            opens_ = std::max(opens_, came.ended + *came.response.retry_after);
        else if (came.ended >= opens_)
            opens_ = came.ended + pause_without_hint;
        (plan_.refused_last ? refused_ : waiting_).push(came.pair, opens_);
    }

    void on_failure(exchange const& came)
    {
        auto& failures = failures_[came.pair];
        bool const is_first_reset = came.response.kind == response_kind::reset && reset_.insert(came.pair).second;
        if (end_of_outage(came.ended) == came.ended && ++failures >= attempts_of_product)
            ++counts_.failed_pairs;
        else if (is_first_reset)
            waiting_.push(came.pair, came.ended);
        else
            waiting_.push(came.pair, came.ended + traffic::between_attempts.next(std::max(failures, 1u), random_));
    }

    scenario const& of_;
    informed_plan const plan_;
    informed_group& group_;
    traffic::random_bits random_;
    std::size_t next_;
    std::size_t const end_;
    std::size_t in_flight_{0};
    waiting_pairs waiting_{};
    waiting_pairs refused_{};                               // if they are to be last
    std::unordered_map<std::size_t, unsigned> failures_{};  // that count
    std::unordered_set<std::size_t> reset_{};               // once: those go again at once
    double tokens_;
    time_point filled_{};
    time_point opens_{};
    bool has_joined_{false};
    client_counts counts_{};
};

}  // namespace

std::unique_ptr<client> make_informed_client(scenario const& of, informed_plan const& plan, informed_group& group,
                                             pair_range pairs, std::uint64_t seed)
{
    return std::make_unique<informed_client>(of, plan, group, pairs, seed);
}

}  // namespace batch_cancel::simulation
