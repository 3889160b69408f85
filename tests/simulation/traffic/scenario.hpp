#pragma once

#include "service_options.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel::simulation
{

/** A process of ours: a whole run, or a shard of one. */
struct process
{
    double starts_s = 0;
    std::size_t pairs = 0;
};

/** A service, and the runs that meet it. */
struct scenario
{
    std::string kind;
    std::uint64_t seed = 1;
    service_options service{};
    std::vector<process> processes{{}};
    double time_limit_s = 75;  // of one attempt
    double length_s = 0;       // the runs are cut off then, and judged by what was admitted; 0: they end by themselves

    bool is_pure_limiter() const noexcept
    {
        return length_s > 0;
    }

    std::size_t pairs() const noexcept;
};

/** Requests in flight at once that every client keeps to. */
inline constexpr unsigned lanes = 64;

/** What the lanes carry in a second if nothing limits them. */
double lanes_rate(service_options const&);

/** Says what a scenario is, in one line. */
std::string to_string(scenario const&);

}  // namespace batch_cancel::simulation
