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
    std::vector<starts> tried{{}};
    for (double const pace : {0.9, 0.98, 1.15, 1.5})
        tried.insert(tried.end(), {{pace, 1}, {pace, depth}});
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
    if (!of.place.number.empty())
        to.multiply(std::vector{0.85, 1.0, 0.9 / on_the_way},
                    [](informed_plan& plan, double value) { plan.part_of_places = value; });
    else if (of.knee.failing > 0)
        to.multiply(std::vector{of.knee.in_service, of.knee.in_service / on_the_way,
                                1.3 * of.knee.in_service / on_the_way, double{lanes}},
                    [](informed_plan& plan, double value) { plan.in_flight = in_flight_of(value); });
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

}  // namespace

course best_informed(scenario const& of, double latest_s)
{
    course best;
    best.ended_s = latest_s;
    for (auto const& plan : plans_for(of))
    {
        informed_group group;
        auto const make = [&](pair_range pairs, std::uint64_t seed, time_point)
        { return make_informed_client(of, plan, group, pairs, seed); };
        auto came = play(of, make, best.ended_s);
        if (came.has_finished && (!best.has_finished || came.ended_s < best.ended_s))
            best = std::move(came);
    }
    return best;
}

}  // namespace batch_cancel::simulation
