#include "limiter.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace batch_cancel::simulation
{

namespace
{

char const* name_of(limit_kind kind)
{
    switch (kind)
    {
    case limit_kind::none:
        return "no limit";
    case limit_kind::bucket:
        return "bucket";
    case limit_kind::punishing_bucket:
        return "punishing bucket";
    case limit_kind::window:
        return "window";
    case limit_kind::sliding:
        return "sliding window";
    }
    return "";
}

char const* name_of(hint_kind kind)
{
    switch (kind)
    {
    case hint_kind::exact:
        return "exact hint";
    case hint_kind::whole_seconds:
        return "whole-second hint";
    case hint_kind::none:
        return "no hint";
    }
    return "";
}

}  // namespace

double rate_at(limiter_options const& options, double now) noexcept
{
    return options.changed_rate > 0 && now >= options.changes_at_s ? options.changed_rate : options.per_second;
}

std::string to_string(limiter_options const& options)
{
    if (options.kind == limit_kind::none)
        return name_of(options.kind);
    char text[160];
    bool const windows = options.kind == limit_kind::window || options.kind == limit_kind::sliding;
    int length = std::snprintf(text, sizeof text, "%s %.1f/s, %s %.1f%s, %s", name_of(options.kind), options.per_second,
                               windows ? "length" : "burst", windows ? options.window_s : options.burst,
                               windows ? " s" : "", name_of(options.hint));
    std::string made(text, static_cast<std::size_t>(length));
    if (options.changed_rate > 0)
    {
        length = std::snprintf(text, sizeof text, ", %.1f/s after %.0f s", options.changed_rate, options.changes_at_s);
        made.append(text, static_cast<std::size_t>(length));
    }
    return made;
}

limiter::limiter(limiter_options const& options)
    : options_(options)
    , level_(options.kind == limit_kind::bucket || options.kind == limit_kind::punishing_bucket ? options.burst : 0)
{
}

double limiter::burst() const
{
    // A burst is so many seconds of the rate, whatever the rate has become.
    return std::max(1.0, options_.burst * rate_at(updated_) / options_.per_second);
}

double limiter::window_size() const
{
    return std::max(1.0, std::round(rate_at(updated_ * options_.window_s - options_.phase_s) * options_.window_s));
}

void limiter::advance_bucket(double now)
{
    level_ = std::min(burst(), level_ + rate_at(now) * (now - updated_));
    updated_ = now;
}

bool limiter::admits(double now)
{
    switch (options_.kind)
    {
    case limit_kind::none:
        return true;
    case limit_kind::bucket:
    case limit_kind::punishing_bucket:
        advance_bucket(now);
        if (level_ >= 1)
        {
            level_ -= 1;
            return true;
        }
        if (options_.kind == limit_kind::punishing_bucket)
            level_ = std::max(-burst(), level_ - 1);
        return false;
    case limit_kind::window:
    case limit_kind::sliding:
        break;
    }
    double const number = std::floor((now + options_.phase_s) / options_.window_s);
    if (number != updated_)
    {
        previous_ = number == updated_ + 1 ? level_ : 0;
        level_ = 0;
        updated_ = number;
    }
    if (options_.kind == limit_kind::window)
    {
        if (level_ + 1 > window_size())
            return false;
        ++level_;
        return true;
    }
    double const gone = (now + options_.phase_s) / options_.window_s - number;
    ++level_;
    return level_ + previous_ * (1 - gone) <= window_size();
}

double limiter::wait(double now) const
{
    if (options_.kind == limit_kind::bucket || options_.kind == limit_kind::punishing_bucket)
        return (1 - level_) / rate_at(now);
    double const next_window = (updated_ + 1) * options_.window_s - options_.phase_s - now;
    if (options_.kind == limit_kind::window)
        return next_window;
    // The weight of the window before falls evenly; what this window has seen weighs as much in the next.
    double const size = window_size();
    if (level_ + 1 <= size && previous_ > 0)
        return std::max(0.0, options_.window_s * (level_ + 1 - size) / previous_ + next_window);
    return next_window + options_.window_s * std::max(0.0, 1 - (size - 1) / level_);
}

std::optional<std::chrono::milliseconds> limiter::hint(double now) const
{
    if (options_.hint == hint_kind::none)
        return std::nullopt;
    double const seconds = std::max(0.001, wait(now));
    double const ms = options_.hint == hint_kind::whole_seconds ? 1000 * std::ceil(seconds) : std::ceil(1000 * seconds);
    return std::chrono::milliseconds(static_cast<std::int64_t>(ms));
}

}  // namespace batch_cancel::simulation
