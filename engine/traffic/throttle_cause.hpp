#pragma once

#include <chrono>

namespace batch_cancel::traffic
{

/** Whether the service throttles because of the pace: a lower pace is a hypothesis, and has to be shown to help.

    A limiter lets pass the same number of requests at a lower pace. What throttles at random, or for the sake of single tasks,
    lets pass fewer. So a *series* begins with the first pause: when the pace has come down to 0.6 of where it was, what is
    carried has come down as well, and the last pauses were single refusals, then slowing down does not help, unless nearly all
    refusals have gone. From then on the share that was refused at the low pace is taken to be there at any pace (`uncured`),
    and a *trial* goes back to where the series began. Pauses are *explained* while no more is refused than this share explains. One that is not ends the trial: there
    is a limit after all, and the next trial waits, for 10 s first, up to 300 s.

    A series needs 2 pauses to judge, 6 if its first pause was a run of refusals, as an empty bucket gives them. It ends when the
    pace grows again after a time in which 6 refusals were due and none came: slowing down did help.

    Rates are a second; times are the caller's. No I/O. */
class throttle_cause
{
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    /** What was sent between the ends of two pauses. */
    struct cycle
    {
        /** When its pause began; measured if none was set. */
        double pace = 0;
        bool has_pace = false;
        double admitted = 0;
        double refused = 0;
        /** Seconds, with its pause, and without. */
        double time = 0;
        double active = 0;
        /** Admitted a second, with the pause; of more than this cycle if that was short. */
        double carried = 0;
        /** Requests that were sent after the first one that was refused, before that was known. */
        double sent_meanwhile = 0;
        time_point ended{};
    };

    /** What to do about the pace after a pause. */
    struct advice
    {
        /** Go on searching, but not below `pace`. Otherwise take `pace`; 0 stands for none. */
        bool searches = true;
        double pace = 0;
    };

    advice on_cycle(cycle const& seen);

    /** A cycle has lasted so long without a refusal that the pace may grow.
        @param admitted  Since the last pause. */
    void on_quiet(double admitted) noexcept;

    /** A trial is on, and there was no refusal for a step.
        @param admitted  Since the last pause.
        @param quiet     Seconds since then. */
    void on_quiet_trial(double admitted, double quiet) noexcept;

    /** Share of requests that is throttled at any pace; 0: none is known. */
    double uncured() const noexcept
    {
        return uncured_;
    }

    bool is_trial() const noexcept
    {
        return uncured_ > 0;
    }

private:
    /** Since refusals began. */
    struct series
    {
        double from = 0;  // the pace then; 0: there is no series
        bool from_pace = false;
        bool from_run = false;  // its first pause was a run of refusals
        unsigned pauses = 0;    // after the first
        double best = 0;        // most carried by any of its cycles
        double high_requests = 0;
        double high_refused = 0;  // both in cycles above 0.75 of `from`
        double low_requests = 0;
        double low_refused = 0;  // both in cycles at 0.75 of `from` and below
    };

    /** Since the pace was let go. */
    struct trial
    {
        double pace_before = 0;
        double requests = 0;
        double refused = 0;
        unsigned pauses = 0;
        double factor = 0;  // of the next raise
        time_point raised_at{};
    };

    advice go_on_with_trial(cycle const& seen);
    advice give_up_trial(cycle const& seen);
    advice raise_pace(cycle const& seen);
    bool is_explained() const noexcept;
    void begin_series(cycle const& seen) noexcept;
    void add_to_series(cycle const& seen) noexcept;
    bool shows_no_help(cycle const& seen) const noexcept;
    advice begin_trial(cycle const& seen) noexcept;

    series series_{};
    trial trial_{};
    double uncured_{0};
    time_point no_trial_before_{};
    duration trial_wait_{};
};

}  // namespace batch_cancel::traffic
