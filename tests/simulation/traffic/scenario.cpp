#include "scenario.hpp"

#include <cstdio>

namespace batch_cancel::simulation
{

namespace
{

class description
{
public:
    template <class First, class... Others>
    void add(char const* format, First first, Others... others)
    {
        char text[200];
        int const length = std::snprintf(text, sizeof text, format, first, others...);
        made_.append(text, static_cast<std::size_t>(length));
    }

    void add(std::string const& text)
    {
        made_ += text;
    }

    std::string take()
    {
        return std::move(made_);
    }

private:
    std::string made_;
};

double seconds_of(retry_hint const& hint)
{
    return hint ? static_cast<double>(hint->count()) / 1000 : -1;
}

void add_failures(description& to, random_failures const& of)
{
    if (of.share > 0)
        to.add(", %.1f %% fail", 100 * of.share);
    if (of.share_in_bursts > 0)
        to.add(", %.0f %% fail in bursts", 100 * of.share_in_bursts);
    if (of.hanging > 0)
        to.add(", %.0f %% of the failed hang", 100 * of.hanging);
    if (of.resetting > 0)
        to.add(", %.0f %% of the failed break off", 100 * of.resetting);
}

void add_service(description& to, service_options const& of)
{
    to.add(", latency %.0f ms (%.2f)", 1000 * of.latency_s, of.sigma);
    if (of.limit.kind != limit_kind::none)
        to.add(", " + to_string(of.limit));
    if (!of.others.empty())
        to.add(std::string(", others' load"));
    if (of.refusals.share > 0)
        to.add(", %.1f %% answered 429 (%.0f s)", 100 * of.refusals.share, seconds_of(of.refusals.hint));
    if (of.stubborn.share > 0)
        to.add(", %.1f %% of pairs answered 429 %u times (%.0f s)", 100 * of.stubborn.share, of.stubborn.refusals,
               seconds_of(of.stubborn.hint));
    for (auto const& each : of.place.number)
        to.add(", %d beyond %.0f in service from %.0f s (%.0f s)",
               of.place.answer == busy_answer::throttled ? 429 : 503, each.value, each.from_s,
               seconds_of(of.place.hint));
    if (of.knee.in_service > 0)
        to.add(", knee at %.0f, %.0f %% fail beyond", of.knee.in_service, 100 * of.knee.failing);
    add_failures(to, of.failures);
    if (of.outage.to_s > of.outage.from_s)
        to.add(", outage from %.0f s to %.0f s%s", of.outage.from_s, of.outage.to_s, of.outage.hangs ? ", hangs" : "");
}

}  // namespace

std::size_t scenario::pairs() const noexcept
{
    std::size_t all = 0;
    for (auto const& each : processes)
        all += each.pairs;
    return all;
}

double lanes_rate(service_options const& of)
{
    return lanes / mean_latency_s(of);
}

std::string to_string(scenario const& of)
{
    description made;
    made.add(of.kind);
    if (!of.is_pure_limiter())
        made.add(": %zu pairs, %zu processes, time limit %.0f s", of.pairs(), of.processes.size(), of.time_limit_s);
    add_service(made, of.service);
    return made.take();
}

}  // namespace batch_cancel::simulation
