#include "bound.hpp"

#include "informed_client.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace batch_cancel::simulation
{

namespace
{

/** Each choice that a service leaves, times each other one. */
class plans
{
public:
    template <class Value, class Change>
    void multiply(std::vector<Value> const& values, Change change)
    {
        std::vector<informed_plan> made;
        for (auto const& each : all_)
        {
            for (auto const& value : values)
            {
                made.push_back(each);
                change(made.back(), value);
            }
        }
        all_ = std::move(made);
    }

    std::vector<informed_plan> const& all() const noexcept
    {
        return all_;
    }

private:
    std::vector<informed_plan> all_{{}};
};

double burst_of(limiter_options const& limit)
{
    bool const is_bucket = limit.kind == limit_kind::bucket || limit.kind == limit_kind::punishing_bucket;
    return is_bucket ? limit.burst : limit.per_second;
}

unsigned in_flight_of(double number)
{
    return std::clamp(static_cast<unsigned>(std::lround(number)), 1u, lanes);
}

struct starts
{
    double pace = 0;
    double depth = 1;
};

void add_paces(plans& to, scenario const& of)
{
    double const depth = 0.7 * burst_of(of.service.limit) / static_cast<double>(of.processes.size());
    std::vector<starts> tried;
    for (double const pace : {0.98, 0.9, 1.15, 1.5})
        tried.insert(tried.end(), {{pace, depth}, {pace, 1}});
    tried.push_back({});
    to.multiply(tried,
                [](informed_plan& plan, starts const& value)
                {
                    plan.pace = value.pace;
                    plan.depth = value.depth;
                });
}

void add_numbers_in_flight(plans& to, service_options const& of)
{
    double const on_the_way = 1 - 2 * of.network;  // what part of its time a request is in service
    double const knee = of.knee.in_service;
    if (!of.place.number.empty())
    {
        std::vector<double> parts{0.85, 1, 0.9 / on_the_way};
        if (of.failures.hanging > 0)
            parts.push_back(0);  // requests that hang take no place
        to.multiply(parts, [](informed_plan& plan, double value) { plan.part_of_places = value; });
    }
    else if (of.knee.failing > 0)
    {
        to.multiply(std::vector{knee, knee / on_the_way, 1.3 * knee / on_the_way, 2 * knee / on_the_way, double{lanes}},
                    [](informed_plan& plan, double value) { plan.in_flight = in_flight_of(value); });
    }
}

std::vector<informed_plan> plans_for(scenario const& of)
{
    plans made;
    if (of.service.limit.kind != limit_kind::none)
        add_paces(made, of);
    add_numbers_in_flight(made, of.service);
    if (of.service.stubborn.share > 0)
        made.multiply(std::vector{0, 1}, [](informed_plan& plan, int value) { plan.refused_last = value != 0; });
    return made.all();
}

// A client that knows the service has no more than half of its requests refused: other plans are broken off.
course carry_out(informed_plan const& plan, scenario const& of, double latest_s, std::uint64_t luck)
{
    informed_group group;
    auto const make = [&](pair_range pairs, std::uint64_t seed, time_point)
    { return make_informed_client(of, plan, group, pairs, seed + luck); };
    return play(of, make, {.latest_s = latest_s, .most_throttled = of.pairs()});
}

// Where requests fail, the jitter between the last pairs' attempts decides when a run ends.
constexpr std::uint64_t lucks = 3;

}  // namespace

course best_informed(scenario const& of, double latest_s)
{
    course best;
    best.ended_s = latest_s;
    informed_plan chosen;
    auto const try_out = [&](informed_plan const& plan, std::uint64_t luck)
    {
        auto came = carry_out(plan, of, best.ended_s, luck);
        if (!came.has_finished || (best.has_finished && came.ended_s >= best.ended_s))
            return;
        best = std::move(came);
        chosen = plan;
    };
    for (auto const& plan : plans_for(of))
        try_out(plan, 0);
    for (std::uint64_t luck = 1; luck != lucks && best.between(0, best.ended_s + 1).failed != 0; ++luck)
        try_out(chosen, luck);
    return best;
}

}  // namespace batch_cancel::simulation
