#pragma once

#include "model/later.hpp"

#include <batch_cancel/errc.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace batch_cancel::core
{

/** Ends a run that has gone on for too long: altogether, or without any pair getting an outcome. */
class time_rule
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** @param patience      Longest time without an outcome while there are pairs to be settled; zero: any.
        @param max_duration  Longest time of the run; zero: any. */
    time_rule(duration patience, duration max_duration, time_point start) noexcept
        : patience_(patience)
        , ends_at_(end_of(start, max_duration))
        , since_(start)
    {
    }

    /** Take in that a pair got an outcome, or that there is something to do again after there was nothing. */
    void on_progress(time_point now) noexcept
    {
        since_ = now;
    }

    /** When something of this stops the run, if nothing happens until then. */
    time_point deadline() const noexcept
    {
        return std::min(ends_at_, end_of(since_, patience_));
    }

    /** Tell what stops a run that is to hold still, or has held still, until `when`; nothing if it may go on then. */
    std::optional<errc> stops_by(time_point when) const noexcept
    {
        if (outlasts(when, ends_at_))
            return errc::out_of_time;
        if (outlasts(when, end_of(since_, patience_)))
            return errc::patience_exhausted;
        return std::nullopt;
    }

private:
    // A limit without end is outlasted by nothing, not even by a pause without end.
    static bool outlasts(time_point when, time_point limit) noexcept
    {
        return limit != time_point::max() && when >= limit;
    }

    static time_point end_of(time_point since, duration limit) noexcept
    {
        return limit == duration::zero() ? time_point::max() : model::later(since, limit);
    }

    duration patience_;
    time_point ends_at_;
    time_point since_;
};

}  // namespace batch_cancel::core
