#include "world.hpp"

#include "dice.hpp"
#include "service.hpp"

#include <algorithm>
#include <cstdio>
#include <queue>
#include <tuple>
#include <utility>

namespace batch_cancel::simulation
{

namespace
{

enum class event_kind : std::uint8_t
{
    arrival,   // of a request at the service
    leaving,   // of its response
    response,  // at the client
    wake,      // of a client
    second,    // is over: tell
};

struct event
{
    time_point at;
    std::uint32_t order;
    event_kind kind;
    std::uint32_t which;

    bool operator<(event const& other) const noexcept
    {
        return std::tie(at, order) > std::tie(other.at, other.order);
    }
};

class world;

/** A client's end of the world. */
class outlet final : public network
{
public:
    outlet(world& of, std::uint32_t number)
        : world_(of)
        , number_(number)
    {
    }

    std::size_t send(std::size_t pair) override;
    void wake_at(time_point when) override;

    std::unique_ptr<client> owner{};
    bool has_ended = false;
    std::size_t in_flight = 0;
    time_point wakes_at = time_point::max();
    time_point not_before{};  // as the service has asked

private:
    world& world_;
    std::uint32_t number_;
};

struct request
{
    exchange facts{};
    std::uint32_t sender = 0;
    bool is_served = false;
    dice luck{0};
    double back_s = 0;  // how long the response is on its way
};

class world
{
public:
    world(scenario const& of, client_maker const& make, telling what)
        : of_(of)
        , service_(of.service, of.seed)
        , spread_(of.service.sigma)
        , way_s_(of.service.latency_s * of.service.network)
        , what_(what)
        , visits_(of.pairs())
        , refusals_left_(of.pairs())
    {
        for (std::size_t pair = 0; pair != refusals_left_.size(); ++pair)
        {
            if (dice(of.seed, pair, 0).one_in(of.service.stubborn.share))
                refusals_left_[pair] = of.service.stubborn.refusals;
        }
        outlets_.reserve(of.processes.size());
        std::size_t first = 0;
        for (auto const& each : of.processes)
            first = add_client(each, first, make);
    }

    course run(play_limits const& until)
    {
        auto const latest = beginning + in(until.latest_s);
        if (what_ == telling::each_second)
            add(now_ + std::chrono::seconds(1), event_kind::second, 0);
        while (!events_.empty() && running_ != 0 && course_.throttled <= until.most_throttled)
        {
            auto const next = events_.top();
            if (next.at > latest)
            {
                now_ = latest;
                break;
            }
            events_.pop();
            now_ = next.at;
            happen(next);
        }
        return close();
    }

    std::size_t send(outlet& from, std::uint32_t sender, std::size_t pair)
    {
        std::size_t id = requests_.size();
        if (free_.empty())
        {
            requests_.emplace_back();
        }
        else
        {
            id = free_.back();
            free_.pop_back();
        }
        auto& made = requests_[id];
        made.facts = {.id = id, .pair = pair, .started = now_};
        made.sender = sender;
        made.luck = dice(of_.seed, pair, ++visits_[pair]);
        double const there = way_s_ * spread_.draw(made.luck);
        // Pure limiters are as simple as can be: as long there as back.
        made.back_s = of_.is_pure_limiter() ? there : way_s_ * spread_.draw(made.luck);
        ++from.in_flight;
        ++course_.attempts;
        course_.early_starts += now_ < from.not_before ? 1 : 0;
        course_.most_in_flight = std::max(course_.most_in_flight, from.in_flight);
        add(now_ + in(there), event_kind::arrival, static_cast<std::uint32_t>(id));
        return id;
    }

    void wake_at(outlet& whom, std::uint32_t number, time_point when)
    {
        if (when >= whom.wakes_at)
            return;
        whom.wakes_at = when;
        add(when, event_kind::wake, number);
    }

private:
    std::size_t add_client(process const& of, std::size_t first, client_maker const& make)
    {
        auto const number = static_cast<std::uint32_t>(outlets_.size());
        auto const starts = beginning + in(of.starts_s);
        auto& added = outlets_.emplace_back(*this, number);
        auto const end = first + of.pairs;
        added.owner = make({first, end}, dice(of_.seed, number, 0).bits(), starts);
        added.wake_at(starts);
        ++running_;
        return end;
    }

    void add(time_point at, event_kind kind, std::uint32_t which)
    {
        events_.push({at, order_++, kind, which});
    }

    void happen(event const& next)
    {
        switch (next.kind)
        {
        case event_kind::arrival:
            return arrive(next.which);
        case event_kind::leaving:
            service_.leave();
            return travel_back(next.which);
        case event_kind::response:
            return respond(next.which);
        case event_kind::wake:
            return wake(outlets_[next.which]);
        case event_kind::second:
            return tell();
        }
    }

    void arrive(std::uint32_t id)
    {
        auto& arrived = requests_[id];
        auto const met = service_.arrive(seconds(now_), arrived.luck, refusals_left_[arrived.facts.pair]);
        arrived.facts.response = met.response;
        if (met.response.kind == response_kind::silence)
            add(arrived.facts.started + in(of_.time_limit_s), event_kind::response, id);
        else if (met.is_served)
            add(now_ + in(met.takes_s), event_kind::leaving, id);
        else
            travel_back(id);
    }

    void travel_back(std::uint32_t id)
    {
        auto& left = requests_[id];
        auto const arrives = now_ + in(left.back_s);
        auto const time_limit = left.facts.started + in(of_.time_limit_s);
        if (arrives >= time_limit)
            left.facts.response = {.kind = response_kind::silence};
        add(std::max(now_, std::min(arrives, time_limit)), event_kind::response, id);
    }

    void respond(std::uint32_t id)
    {
        auto& answered = requests_[id];
        answered.facts.ended = now_;
        free_.push_back(id);
        auto const came = answered.facts;
        auto& to = outlets_[answered.sender];
        --to.in_flight;
        count(came.response.kind);
        trace(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
        trace(came.pair * 8 + static_cast<std::uint64_t>(came.response.kind));
        if (came.response.retry_after)
            to.not_before = std::max(to.not_before, now_ + *came.response.retry_after);
        to.owner->on_response(came);
        go_on(to);
    }

    void wake(outlet& woken)
    {
        if (woken.wakes_at <= now_)
            woken.wakes_at = time_point::max();
        go_on(woken);
    }

    void go_on(outlet& whom)
    {
        if (whom.has_ended)
            return;
        whom.owner->start_what_may(whom, now_);
        if (!whom.owner->has_ended())
            return;
        whom.has_ended = true;
        --running_;
    }

    void count(response_kind kind)
    {
        auto const second = static_cast<std::size_t>(seconds(now_));
        if (second >= course_.seconds.size())
            course_.seconds.resize(second + 1);
        auto& counts = course_.seconds[second];
        switch (kind)
        {
        case response_kind::accepted:
            ++counts.accepted;
            return;
        case response_kind::throttled:
            ++counts.throttled;
            ++course_.throttled;
            return;
        case response_kind::unavailable:
            ++counts.unavailable;
            return;
        default:
            ++counts.failed;
        }
    }

    // FNV-1a, by words.
    void trace(std::uint64_t value) noexcept
    {
        course_.trace = (course_.trace ^ value) * 1'099'511'628'211u;
    }

    void tell()
    {
        auto const over = seconds(now_);
        auto const counts = course_.between(over - 1, over);
        std::printf("%6.0f s: %4u accepted, %3u throttled, %3u unavailable, %4u failed", over, counts.accepted,
                    counts.throttled, counts.unavailable, counts.failed);
        for (std::size_t i = 0; i != std::min<std::size_t>(outlets_.size(), 3); ++i)
            std::printf("; %s", outlets_[i].has_ended ? "ended" : outlets_[i].owner->status(now_).c_str());
        std::printf("\n");
        add(now_ + std::chrono::seconds(1), event_kind::second, 0);
    }

    course close()
    {
        course_.ended_s = seconds(now_);
        course_.has_finished = running_ == 0;
        auto& all = course_.clients;
        for (auto const& each : outlets_)
        {
            auto const counts = each.owner->counts();
            all.failed_pairs += counts.failed_pairs;
            all.probes += counts.probes;
            all.most_waiting = std::max(all.most_waiting, counts.most_waiting);
            all.has_given_up = all.has_given_up || counts.has_given_up;
        }
        course_.has_finished = course_.has_finished && !all.has_given_up;
        return std::move(course_);
    }

    scenario const& of_;
    service service_;
    spread const spread_;
    double const way_s_;  // to the service, or back
    telling const what_;
    std::vector<std::uint32_t> visits_;    // by pair
    std::vector<unsigned> refusals_left_;  // by pair: for its own sake
    std::vector<outlet> outlets_{};
    std::size_t running_{0};
    std::vector<request> requests_{};
    std::vector<std::size_t> free_{};  // of requests_
    std::priority_queue<event> events_{};
    std::uint32_t order_{0};
    time_point now_{beginning};
    course course_{};
};

std::size_t outlet::send(std::size_t pair)
{
    return world_.send(*this, number_, pair);
}

void outlet::wake_at(time_point when)
{
    world_.wake_at(*this, number_, when);
}

}  // namespace

second_counts course::between(double from_s, double to_s) const
{
    second_counts made;
    auto const end = std::min(seconds.size(), static_cast<std::size_t>(std::max(0.0, to_s)));
    for (auto at = static_cast<std::size_t>(std::max(0.0, from_s)); at < end; ++at)
    {
        made.accepted += seconds[at].accepted;
        made.throttled += seconds[at].throttled;
        made.unavailable += seconds[at].unavailable;
        made.failed += seconds[at].failed;
    }
    return made;
}

course play(scenario const& of, client_maker const& make, play_limits const& until, telling what)
{
    return world(of, make, what).run(until);
}

}  // namespace batch_cancel::simulation
