#include "service.hpp"

#include <algorithm>
#include <limits>

namespace batch_cancel::simulation
{

service::service(service_options const& of, std::uint64_t seed)
    : of_(of)
    , limiter_(of.limit)
    , spread_(of.sigma)
    , others_(seed, 1, 0)
    , next_other_s_(next_other(0))
{
}

double service::next_other(double after)
{
    for (;;)
    {
        double const rate = value_at(of_.others, after, 0);
        auto const change = std::find_if(of_.others.begin(), of_.others.end(),
                                         [after](step const& each) { return each.from_s > after; });
        double const ends = change == of_.others.end() ? std::numeric_limits<double>::infinity() : change->from_s;
        double const next = rate > 0 ? after + others_.gap(1 / rate) : ends;
        if (next < ends || ends == std::numeric_limits<double>::infinity())
            return next;
        after = ends;
    }
}

void service::let_others_in(double now)
{
    for (; next_other_s_ <= now; next_other_s_ = next_other(next_other_s_))
        limiter_.admits(next_other_s_);
}

bool service::is_burst(double now) const noexcept
{
    auto const& bursts = of_.failures.bursts;
    auto const after = std::upper_bound(bursts.begin(), bursts.end(), now,
                                        [](double at, burst const& each) { return at < each.from_s; });
    return after != bursts.begin() && now < std::prev(after)->to_s;
}

double service::failing_share(double now) const noexcept
{
    double const share = is_burst(now) ? of_.failures.share_in_bursts : of_.failures.share;
    bool const is_overloaded = of_.knee.in_service > 0 && in_service_ > of_.knee.in_service;
    return is_overloaded ? 1 - (1 - share) * (1 - of_.knee.failing) : share;
}

response_kind service::failure(dice& luck) const noexcept
{
    double const how = luck.share();
    if (how < of_.failures.hanging)
        return response_kind::silence;
    return how < of_.failures.hanging + of_.failures.resetting ? response_kind::reset : response_kind::failed;
}

std::optional<response> service::turned_away(double now, dice& luck, unsigned& refusals_left)
{
    bool const is_unlucky = luck.one_in(of_.refusals.share);
    if (now >= of_.outage.from_s && now < of_.outage.to_s)
        return response{of_.outage.hangs ? response_kind::silence : response_kind::failed};
    if (refusals_left > 0)
    {
        --refusals_left;
        return response{response_kind::throttled, of_.stubborn.hint};
    }
    if (is_unlucky)
        return response{response_kind::throttled, of_.refusals.hint};
    let_others_in(now);
    if (!limiter_.admits(now))
        return response{response_kind::throttled, limiter_.hint(now)};
    if (auto const number = places_at(of_, now); number != 0 && in_service_ >= number)
    {
        if (of_.place.answer == busy_answer::unavailable)
            return response{response_kind::unavailable};
        return response{response_kind::throttled, of_.place.hint};
    }
    return std::nullopt;
}

reception service::arrive(double now, dice& luck, unsigned& refusals_left)
{
    // Each visit draws as often, so that its luck does not depend on what else happens.
    auto const away = turned_away(now, luck, refusals_left);
    double const takes = of_.latency_s * (1 - 2 * of_.network) * spread_.draw(luck);
    double const health = luck.share();
    auto const failed = failure(luck);
    if (away)
        return {.response = *away};
    reception made{.takes_s = takes};
    if (health < failing_share(now))
        made.response.kind = failed;
    made.is_served = made.response.kind != response_kind::silence;
    if (made.is_served)
    {
        ++in_service_;
        if (of_.knee.in_service > 0)
            made.takes_s *= std::max(1.0, in_service_ / of_.knee.in_service);
    }
    return made;
}

}  // namespace batch_cancel::simulation
