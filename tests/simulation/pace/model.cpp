#include "model.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <queue>

namespace batch_cancel::simulation
{

namespace
{

constexpr time_point began{std::chrono::hours(1000)};

double seconds(time_point at)
{
    return std::chrono::duration<double>(at - began).count();
}

duration in(double seconds)
{
    return std::chrono::duration_cast<duration>(std::chrono::duration<double>(seconds));
}

enum class event_kind : std::uint8_t
{
    arrival,  // at the limiter
    answer,
    wake,
};

struct event
{
    time_point at;
    std::uint64_t order;
    event_kind kind;
    unsigned lane;

    bool operator>(event const& other) const
    {
        return at != other.at ? at > other.at : order > other.order;
    }
};

struct request
{
    time_point started{};
    unsigned in_flight{1};    // when it was sent, itself included
    std::uint64_t number{0};  // of all that were sent
    duration back{};
    bool refused{false};
    std::optional<std::chrono::milliseconds> hint{};
    unsigned failures{0};
};

class simulated_run
{
public:
    explicit simulated_run(scenario const& what)
        : what_(what)
        , limiter_(what.limit)
        , random_(what.seed)
        , jitter_(what.seed ^ 0x9e3779b97f4a7c15U)
        , pace_(what.lanes, traffic::limit_mode::adapting, 0)
        , lanes_(what.lanes)
    {
        result_.admitted.resize(static_cast<std::size_t>(what.length_s) + 2);
        result_.refused.resize(result_.admitted.size());
        for (unsigned lane = what.lanes; lane-- > 0;)
            idle_.push_back(lane);
    }

    outcome go();

private:
    void add(time_point at, event_kind kind, unsigned lane)
    {
        events_.push({at, order_++, kind, lane});
    }

    void start_what_may(time_point now);
    void start(unsigned lane, time_point now);
    void arrive(unsigned lane, time_point now);
    void answer(unsigned lane, time_point now);
    void trace(std::uint64_t value)
    {
        result_.trace = (result_.trace ^ value) * 0x100000001b3U;
    }

    scenario const& what_;
    limiter limiter_;
    traffic::random_bits random_;
    traffic::random_bits jitter_;
    traffic::gate gate_{};  // of a client that is not paced
    traffic::pace pace_;
    std::vector<request> lanes_;
    std::vector<unsigned> idle_{};
    std::priority_queue<event, std::vector<event>, std::greater<>> events_{};
    std::uint64_t order_{0};
    std::normal_distribution<double> normal_{};
    time_point wakes_at_{time_point::max()};
    time_point not_before_{};  // the oracle's own notion of when the pause ends
    time_point core_free_{began};
    unsigned in_flight_{0};
    std::uint64_t started_{0};
    std::uint64_t admitted_{0};
    outcome result_{};
};

void simulated_run::start(unsigned lane, time_point now)
{
    auto& sent = lanes_[lane];
    sent.started = now;
    double const latency = what_.latency_s * std::exp(what_.sigma * normal_(random_));
    sent.back = in(latency / 2);
    sent.in_flight = ++in_flight_;
    sent.number = ++started_;
    result_.most_in_flight = std::max(result_.most_in_flight, in_flight_);
    if (what_.client != client_kind::lanes_alone)
        result_.early_starts += now < not_before_ ? 1 : 0;
    add(now + sent.back, event_kind::arrival, lane);
}

void simulated_run::arrive(unsigned lane, time_point now)
{
    auto& sent = lanes_[lane];
    sent.refused = !limiter_.admits(seconds(now));
    sent.hint = sent.refused ? limiter_.hint(seconds(now)) : std::nullopt;
    auto done = now;
    if (what_.serial_s > 0)
    {
        std::exponential_distribution<double> service(1 / what_.serial_s);
        done = core_free_ = std::max(core_free_, now) + in(service(random_));
    }
    add(done + sent.back, event_kind::answer, lane);
}

void simulated_run::answer(unsigned lane, time_point now)
{
    auto& sent = lanes_[lane];
    auto const second = static_cast<std::size_t>(seconds(now));
    auto& counts = sent.refused ? result_.refused : result_.admitted;
    if (second < counts.size())
        ++counts[second];
    --in_flight_;
    trace(static_cast<std::uint64_t>(now.time_since_epoch().count()) * 2 + (sent.refused ? 1 : 0));
    if (sent.refused)
    {
        if (sent.hint)
            not_before_ = std::max(not_before_, now + *sent.hint);
        if (what_.client == client_kind::lanes_alone)
        {
            ++sent.failures;
            auto const wait = sent.hint ? duration(*sent.hint) : traffic::between_attempts.next(sent.failures, jitter_);
            add(now + wait, event_kind::wake, lane);
            return;
        }
        if (what_.client == client_kind::gate_alone)
        {
            gate_.throttle(now, sent.hint, jitter_);
        }
        else
        {
            double const before = pace_.per_second();
            pace_.on_throttled({sent.started, now}, sent.hint, static_cast<double>(started_ - sent.number), true,
                               jitter_);
            if (what_.verbose)
                std::printf("%9.3f throttled, sent %.3f; until %.3f; pace %.2f limit %u\n", seconds(now),
                            seconds(sent.started), seconds(pace_.pause_ends()), before, pace_.allowed());
        }
    }
    else
    {
        ++admitted_;
        sent.failures = 0;
        if (what_.client == client_kind::paced)
            pace_.on_clear({sent.started, now}, sent.in_flight, in_flight_ + 1);
        else
            gate_.admitted();
    }
    idle_.push_back(lane);
}

void simulated_run::start_what_may(time_point now)
{
    if (what_.client == client_kind::lanes_alone)
    {
        for (; !idle_.empty(); idle_.pop_back())
            start(idle_.back(), now);
        return;
    }
    bool const paced = what_.client == client_kind::paced;
    while (!idle_.empty())
    {
        if (paced && in_flight_ >= pace_.allowed())
            return;
        auto const may = paced ? pace_.next_start() : gate_.opens_at();
        if (now < may)
        {
            if (wakes_at_ <= now || may < wakes_at_)
            {
                wakes_at_ = may;
                add(may, event_kind::wake, what_.lanes);
            }
            return;
        }
        auto const lane = idle_.back();
        idle_.pop_back();
        if (paced)
        {
            double const before = pace_.per_second();
            pace_.take_turn(now);
            if (what_.verbose && pace_.per_second() != before)
                std::printf("%9.3f pace %.2f -> %.2f, limit %u\n", seconds(now), before, pace_.per_second(),
                            pace_.allowed());
        }
        start(lane, now);
    }
}

outcome simulated_run::go()
{
    auto const end = began + in(what_.length_s);
    auto now = began;
    start_what_may(now);
    while (!events_.empty())
    {
        auto const next = events_.top();
        events_.pop();
        now = next.at;
        if (now >= end || (what_.requests && admitted_ >= what_.requests))
            break;
        switch (next.kind)
        {
        case event_kind::arrival:
            arrive(next.lane, now);
            continue;
        case event_kind::answer:
            answer(next.lane, now);
            break;
        case event_kind::wake:
            if (next.lane < what_.lanes)
                idle_.push_back(next.lane);
            break;
        }
        start_what_may(now);
    }
    result_.ended_s = seconds(now);
    return std::move(result_);
}

double sum(std::vector<std::uint32_t> const& counts, double from, double to)
{
    double all = 0;
    for (auto at = static_cast<std::size_t>(from); at < static_cast<std::size_t>(to) && at < counts.size(); ++at)
        all += counts[at];
    return all;
}

}  // namespace

double outcome::admitted_between(double from, double to) const
{
    return sum(admitted, from, to);
}

double outcome::refused_between(double from, double to) const
{
    return sum(refused, from, to);
}

outcome run(scenario const& what)
{
    return simulated_run(what).go();
}

}  // namespace batch_cancel::simulation
