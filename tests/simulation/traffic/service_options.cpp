#include "service_options.hpp"

#include <algorithm>
#include <cmath>

namespace batch_cancel::simulation
{

double value_at(std::vector<step> const& steps, double now, double before) noexcept
{
    double value = before;
    for (auto const& each : steps)
    {
        if (each.from_s > now)
            break;
        value = each.value;
    }
    return value;
}

double mean_latency_s(service_options const& of)
{
    return of.latency_s * std::exp(of.sigma * of.sigma / 2);
}

unsigned places_at(service_options const& of, double now) noexcept
{
    return static_cast<unsigned>(value_at(of.place.number, now, 0));
}

double rate_left_at(service_options const& of, double now) noexcept
{
    double const rate = rate_at(of.limit, now);
    return std::max(0.05 * rate, rate - value_at(of.others, now, 0));
}

}  // namespace batch_cancel::simulation
