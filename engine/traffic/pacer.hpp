#pragma once

#include "traffic/even_rate.hpp"
#include "traffic/throttle_cause.hpp"

namespace batch_cancel::traffic
{

/** How fast requests may be started, learnt from what the service refuses: nothing holds them back until it first throttles;
    from then on they are spaced evenly, at a pace between what it is known to admit and what it has refused, unless the
    refusals turn out to be the same at any pace (`throttle_cause`).

    The search halves the distance between the two by ratio, as BIC-TCP does between the last window that was carried and
    the one that lost (Xu, Harfoush, Rhee, 2004); that bounds the share of refusals and still finds a raised limit quickly.
    That refused calls count against a quota too is from Microsoft Graph's throttling guidance; counting a rate over whole
    cycles with their pauses, rather than in the moment before the refusal, is what keeps quotas by fixed windows, where AWS's
    adaptive mode sees but the burst, from being overrated.

    - A *pause* begins with a refusal and ends when the gate opens; a *cycle* runs from the end of one to the end of the next.
    - `kept` = admitted / time of the cycle, pause included; after a climb of its last two steps, but no less than the pace
      that was held before it. `refused` = the pace then, or admitted / time before the pause if that is less (of the last
      step alone, if that was quicker and had 10 requests); at the first pause, which follows a burst, 4 * kept at most.
    - The next pace is 0.985 * kept * (refused / kept)^b. b is 1/2, and falls to 0 as the share of requests refused of late
      (forgotten over a minute) nears 2.5 %.
    - A pause after less than 2.5 s tells little by itself: it is joined with 4 s of the cycle before, and the pace falls by
      20 % at least. If the very first requests of a cycle are refused, the pause was too short, not the pace too high: it
      counts as one with the pause before.
    - The first refusal of all is forgotten if it is alone in its pause and little has been sent yet: it may be one of a kind.
    - Without a refusal, the pace goes to the geometric mean of itself and `refused` every 3 s and 20 requests; within 10 % of
      it, it holds for 20 s (10 s when the cycle has lasted 20 s already), then grows by 1.5 %, 3 %, 6 % ... up to 40 % each 3
      to 4 s. Once 4 s' worth of requests were sent beyond the pace that was held, more than any burst, the limit has risen:
      steps grow by 50 %, in 2 to 4 s each.
    - Several processes on one limit (shards) take up quickly what others leave: they hold for 2.5 s and grow each second, by
      3 %, 6 % ... 50 % of the most that they have carried, so that whoever has come off worst catches up.
    - It does not grow while more than 1.5 % of requests were refused of late, for 24 s at the most; and never while something
      else than the pace holds requests back.

    Everything is a few comparisons an answer; powers are taken at the ends of pauses and steps alone. */
class pacer
{
public:
    using time_point = even_rate::time_point;
    using duration = even_rate::duration;

    /** @param sharers  Processes that share the limit, this one included. */
    explicit pacer(unsigned sharers = 1) noexcept
        : is_shared_(sharers > 1)
    {
    }

    /** Whether a pace is set. */
    bool is_on() const noexcept
    {
        return starts_.per_second() > 0;
    }

    /** Starts a second; 0: unbounded. What a pause has taught counts from the first start after it. */
    double per_second() const noexcept
    {
        return starts_.per_second();
    }

    /** Earliest time for the next start, as far as the pace goes; the gate has its own say. One start is due at a time: what
        a pause or idle lanes have left unused is lost, so that a run starts again gently. */
    time_point next_start() const noexcept
    {
        return starts_.next_start();
    }

    /** A request is started. */
    void on_start(time_point now) noexcept;

    /** The service took a request, whatever it made of it: an answer that is none of throttling. */
    void on_admitted() noexcept
    {
        ++admitted_;
    }

    /** A throttling answer.

        Many come for one pause. Answers to what was started before the pause began say nothing new of the pace.
        @param started        When its request was started.
        @param pause_ends     When the gate opens, by all that is known now.
        @param sent_meanwhile Requests that were sent after it, before it was answered. */
    void on_throttled(time_point started, time_point now, time_point pause_ends, double sent_meanwhile) noexcept;

    /** A throttling answer that says nothing of the pace: its time does not count. Parameters as of `on_throttled`. */
    void skip_pause(time_point now, time_point pause_ends) noexcept;

private:
    /** What a cycle has shown. */
    struct spell
    {
        double admitted{0};
        double time{0};   // seconds, its pause included
        double pause{0};  // seconds of it

        void add(spell const& other, double share) noexcept;
    };

    void end_pause() noexcept;
    bool is_forgotten() const noexcept;
    spell close_cycle(bool first, bool pause_too_short) const noexcept;
    throttle_cause::cycle cycle_of(spell const& seen, double pace) const noexcept;
    void begin_cycle() noexcept;
    double pace_after(spell const& seen, double pace, bool pause_too_short) noexcept;
    void learn_refused_pace(spell const& seen, double pace) noexcept;
    void end_step(time_point now) noexcept;
    void climb(time_point now) noexcept;
    void grow(double pace) noexcept;
    bool has_risen() const noexcept;
    void begin_step(time_point now) noexcept;
    double step_length(time_point now) const noexcept;
    bool is_bound(time_point now) const noexcept;
    void remember(time_point now) noexcept;
    double refused_share() const noexcept;

    bool is_shared_;
    even_rate starts_{};
    throttle_cause cause_{};
    bool has_throttled_{false};
    unsigned forgotten_{0};      // pauses that taught nothing
    bool paused_{false};         // throttled, and nothing started since
    bool refused_first_{false};  // the pause began with one of the first requests of its cycle
    time_point pause_began_{};
    time_point pause_ends_{};
    time_point skipped_to_{};
    double sent_meanwhile_{0};
    double refused_in_cycle_{0};

    time_point cycle_began_{};  // end of the last pause, or the first start
    double admitted_{0};        // since then
    spell last_{};              // the cycle before

    // Where what is counted as this cycle's rate begins: after a long climb, the step before the one that failed.
    time_point measured_from_{};
    double not_measured_{0};  // admitted in the cycle before that

    time_point step_began_{};
    time_point step_ends_{};
    double admitted_at_step_{0};
    double starts_in_step_{0};

    double refused_pace_{0};
    double held_pace_{0};     // the pace before it began to grow; 0: it has not in this cycle
    double growth_{0};        // of the present step over the one before; 0: searching or holding
    double beyond_held_{0};   // seconds' worth of requests sent beyond held_pace_ since
    double most_carried_{0};  // by any cycle

    time_point remembered_at_{};
    double admitted_remembered_{0};  // of this cycle, in admitted_of_late_ already
    double refusals_{0};             // not yet in refused_of_late_
    double admitted_of_late_{0};     // both fade with time
    double refused_of_late_{0};
};

}  // namespace batch_cancel::traffic
