#include "lanes_client.hpp"

#include "dice.hpp"
#include "scenario.hpp"
#include "waiting_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace batch_cancel::simulation
{

namespace
{

constexpr unsigned attempts_of_script = 10;
constexpr double longest_jitter_s = 30;
constexpr auto wait_without_hint = std::chrono::seconds(1);

class lanes_client final : public client
{
public:
    lanes_client(pair_range pairs, std::uint64_t seed)
        : random_(seed)
        , next_(pairs.first)
        , end_(pairs.end)
    {
    }

    void start_what_may(network& over, time_point now) override
    {
        for (; asleep_.next_due() <= now; ++in_flight_)
            over.send(asleep_.pop());
        for (; in_flight_ + asleep_.size() < lanes && next_ != end_; ++in_flight_)
            over.send(next_++);
        if (!asleep_.empty())
            over.wake_at(asleep_.next_due());
    }

    void on_response(exchange const& came) override
    {
        --in_flight_;
        if (came.response.kind == response_kind::accepted)
        {
            failures_.erase(came.pair);
        }
        else if (came.response.kind == response_kind::throttled)
        {
            asleep_.push(came.pair, came.ended + came.response.retry_after.value_or(wait_without_hint));
        }
        else if (auto const failures = ++failures_[came.pair]; failures < attempts_of_script)
        {
            double const most = std::min(longest_jitter_s, std::exp2(failures) / 2);
            asleep_.push(came.pair, came.ended + in(random_.evenly(0, most)));
        }
        else
        {
            ++counts_.failed_pairs;
        }
    }

    bool has_ended() const override
    {
        return in_flight_ == 0 && asleep_.empty() && next_ == end_;
    }

    client_counts counts() const override
    {
        return counts_;
    }

    std::string status(time_point) const override
    {
        return "in flight " + std::to_string(in_flight_) + ", asleep " + std::to_string(asleep_.size());
    }

private:
    dice random_;
    std::size_t next_;
    std::size_t const end_;
    std::size_t in_flight_{0};
    waiting_pairs asleep_{};  // each with its lane
    std::unordered_map<std::size_t, unsigned> failures_{};
    client_counts counts_{};
};

}  // namespace

std::unique_ptr<client> make_lanes_client(pair_range pairs, std::uint64_t seed)
{
    return std::make_unique<lanes_client>(pairs, seed);
}

}  // namespace batch_cancel::simulation
