#include "simulation/run/service_model.hpp"

#include <algorithm>
#include <cmath>

namespace batch_cancel::simulation
{

using namespace std::chrono_literals;

answer_words texts_of(attempt_log const& answered)
{
    auto message = "status " + std::to_string(answered.status) + " for task " + std::to_string(answered.task) +
                   ", attempt " + std::to_string(answered.number);
    if (answered.status < 400)
        return {.status = "Accepted", .message = std::move(message)};
    return {.message = std::move(message), .error_code = "code" + std::to_string(answered.status)};
}

std::string request_id_of(attempt_log const& answered)
{
    return "request-" + std::to_string(answered.task) + '-' + std::to_string(answered.number);
}

service_model::service_model(scenario const& of, time_point start)
    : scenario_(of)
    , start_(start)
    , bits_(of.seed * 2 + 1)
    , tasks_(of.pairs, nature::usual)
    , applied_(of.pairs, false)
    , attempts_(of.pairs, 0)
    , tokens_(of.limit ? of.limit->burst : 0)
    , filled_at_(start)
{
    for (auto& each : tasks_)
    {
        auto const at = chance();
        if (at < of.conflicts)
            each = nature::conflict;
        else if (at < of.conflicts + of.missing)
            each = nature::missing;
        else if (at < of.conflicts + of.missing + of.forbidden)
            each = nature::forbidden;
        else if (at < of.conflicts + of.missing + of.forbidden + of.poisoned)
            each = nature::poisoned;
    }
    auto const mark = [this](double share, nature as)
    {
        for (auto& each : tasks_)
        {
            if (share > 0 && chance() < share)
                each = as;
        }
    };
    mark(of.shunned, nature::shunned);
    mark(of.held, nature::held);
    mark(of.odd, nature::odd);
}

double service_model::chance()
{
    return std::uniform_real_distribution<>(0, 1)(bits_);
}

duration service_model::latency()
{
    std::lognormal_distribution<> spread(0, scenario_.latency_spread);
    auto const seconds = std::chrono::duration<double>(scenario_.latency).count() * spread(bits_);
    // Whole microseconds, so that no time is told differently by different clocks.
    return std::chrono::round<std::chrono::microseconds>(std::chrono::duration<double>(std::min(seconds, 20.0)));
}

bool service_model::accepts(std::uint64_t token, time_point now) const noexcept
{
    if (scenario_.token_lifetime == duration::zero())
        return true;
    auto const age = static_cast<std::uint64_t>((now - start_) / scenario_.token_lifetime);
    return token > age;
}

bool service_model::is_over_limit(time_point now)
{
    if (!scenario_.limit)
        return false;
    auto const& limit = *scenario_.limit;
    auto const passed = std::chrono::duration<double>(now - filled_at_).count();
    tokens_ = std::min(limit.burst, tokens_ + passed * limit.per_second);
    filled_at_ = now;
    bool const is_over = tokens_ < 1;
    if (!is_over)
        tokens_ -= 1;
    else if (limit.punishes)
        tokens_ = std::max(tokens_ - 0.5, -limit.burst);
    return is_over;
}

std::optional<fault> service_model::trouble_at(time_point now)
{
    for (auto const& each : scenario_.troubles)
    {
        if (now >= start_ + each.begins && now < start_ + each.ends && chance() < each.share)
            return each.kind;
    }
    return std::nullopt;
}

std::size_t service_model::on_request(request_facts const& asked, time_point now)
{
    attempt_log made{.task = asked.task,
                     .connection = asked.connection,
                     .client_request_id = asked.client_request_id,
                     .number = attempts_[asked.task]++,
                     .token = asked.token,
                     .started = now};
    made.answered = now + std::max<duration>(latency(), 1us);
    if (!accepts(asked.token, now) || tasks_[asked.task] == nature::shunned)
        made.status = 401;
    else if (is_over_limit(now))
    {
        made.status = 429;
        auto const wait = std::max(1.0, (1 - tokens_) / scenario_.limit->per_second);
        if (scenario_.limit->says == limiter::hint::fraction)
            made.retry_after = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(wait));
        else if (scenario_.limit->says != limiter::hint::none)
            made.retry_after = std::chrono::ceil<std::chrono::seconds>(std::chrono::duration<double>(wait));
    }
    else if (auto const with = trouble_at(now))
        treat(made, *with);
    else
        treat(made);
    if (made.is_unknown() && made.has_answer() && made.status != 503 && scenario_.hinting > 0 &&
        chance() < scenario_.hinting)
        made.retry_after = std::chrono::seconds(static_cast<int>(1 + chance() * 10));
    log_.push_back(std::move(made));
    return log_.size() - 1;
}

void service_model::carry_out(attempt_log& made)
{
    if (tasks_[made.task] == nature::usual && !applied_[made.task])
    {
        applied_[made.task] = true;
        made.applied = true;
    }
}

void service_model::treat(attempt_log& made)
{
    switch (tasks_[made.task])
    {
    case nature::usual:
        carry_out(made);
        made.status = made.applied ? 202 : 409;
        return;
    case nature::conflict:
        made.status = 409;
        return;
    case nature::missing:
        made.status = 404;
        return;
    case nature::forbidden:
        made.status = 403;
        return;
    case nature::poisoned:
        made.status = 500;
        return;
    case nature::shunned:
        made.status = 401;
        return;
    case nature::held:
        made.status = 429;
        made.retry_after = 1s;
        return;
    case nature::odd:
    {
        constexpr unsigned statuses[] = {200, 201, 302, 307, 400, 405, 410, 413, 422, 501, 505};
        made.status = statuses[made.task % std::size(statuses)];
        return;
    }
    }
}

void service_model::treat(attempt_log& made, fault with)
{
    constexpr unsigned errors[] = {500, 502, 504, 507, 524, 599};
    constexpr unsigned refusals[] = {408, 423, 425};
    auto const one_of = [this](auto const& choices)
    { return choices[static_cast<std::size_t>(chance() * static_cast<double>(std::size(choices)))]; };
    switch (with)
    {
    case fault::server_error:
        if (chance() < 0.5)
            carry_out(made);
        made.status = one_of(errors);
        return;
    case fault::unavailable:
        made.status = 503;
        return;
    case fault::push_back:
        made.status = 503;
        made.retry_after = std::chrono::seconds(static_cast<int>(1 + chance() * 5));
        return;
    case fault::throttle:
        made.status = chance() < 0.9 ? 429 : 509;
        if (chance() < 0.7)
            made.retry_after = std::chrono::seconds(static_cast<int>(1 + chance() * 20));
        return;
    case fault::not_now:
        made.status = one_of(refusals);
        return;
    case fault::reset_before:
        made.seen = visible::nothing;
        return;
    case fault::reset_after:
        carry_out(made);
        made.seen = visible::nothing;
        return;
    case fault::cut_header:
        carry_out(made);
        made.seen = visible::part_of_header;
        return;
    case fault::cut_body:
        treat(made);
        made.seen = visible::answer_cut;
        return;
    case fault::silence:
        if (chance() < 0.5)
            carry_out(made);
        made.seen = visible::silence;
        made.answered = time_point::max();
        return;
    case fault::garbage:
        if (chance() < 0.5)
            carry_out(made);
        made.seen = visible::garbage;
        return;
    }
}

}  // namespace batch_cancel::simulation
