#pragma once

#include "simulation/run/run_book.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace batch_cancel::simulation
{

/** Ways in which an engine may be wrong, which the oracle must find. */
enum class planted : std::uint8_t
{
    none,
    /** A pair that was pulled is forgotten. */
    lost_pair,
    /** A result reaches the journal and no one else. */
    lost_result,
    /** An answer is credited to the pair whose request came before, its status being right. */
    wrong_answer,
    /** Half of Retry-After is taken for the whole. */
    early_request,
    /** It is taken for half as much again. */
    long_pause,
    /** An answer of unknown effect is taken for a refusal. */
    hidden_ambiguity,
    /** What is in flight when the run is aborted is not said to be ambiguous. */
    quiet_abort,
    /** Requests are written twice. */
    sent_twice,
    attempt_too_many,
    attempt_too_few,
    /** Nothing is held of --on-ambiguous stop. */
    never_stops_a_pair,
    /** What fails is sent again at once, five times. */
    retry_storm,
    one_more_in_flight,
    /** The run goes on for a while when it is told to stop. */
    late_stop,
    /** Half of the failures that may be stop the run; or twice as many do. */
    hasty_halt,
    late_halt,
    /** Half the patience; or twice. */
    impatient,
    too_patient,
    /** Some pairs less than a pilot may begin with are begun; or one more. */
    short_pilot,
    long_pilot,
    /** Half more than --rate. */
    too_quick,
    /** A connection that is refused late is taken for one that broke. */
    refusal_taken_for_loss,
};

struct planted_fault
{
    planted what = planted::none;
    std::string_view name{};
    /** The promise that it breaks, as the oracle names it. */
    std::string_view breaks{};
    /** Whenever it has been at work, the run is wrong. Others change what would be right otherwise in some runs only. */
    bool is_always_wrong = false;
};

inline constexpr std::array<planted_fault, 23> planted_faults{{
    {planted::lost_pair, "lost-pair", "RC-01", true},
    {planted::lost_result, "lost-result", "RC-01", true},
    {planted::wrong_answer, "wrong-answer", "RC-02", false},
    {planted::early_request, "early-request", "RC-15", false},
    {planted::long_pause, "long-pause", "RC-15", false},
    {planted::hidden_ambiguity, "hidden-ambiguity", "RC-04", false},
    {planted::quiet_abort, "quiet-abort", "RC-04", true},
    {planted::sent_twice, "sent-twice", "RC-05", true},
    {planted::attempt_too_many, "attempt-too-many", "RC-05", false},
    {planted::attempt_too_few, "attempt-too-few", "effort", false},
    {planted::never_stops_a_pair, "never-stops-a-pair", "RC-05", false},
    {planted::retry_storm, "retry-storm", "RC-17", false},
    {planted::one_more_in_flight, "one-more-in-flight", "RC-27", false},
    {planted::late_stop, "late-stop", "RC-20", false},
    {planted::hasty_halt, "hasty-halt", "cause", false},
    {planted::late_halt, "late-halt", "cause", false},
    {planted::impatient, "impatient", "cause", false},
    {planted::impatient, "impatient-with-a-pair", "effort", false},
    {planted::too_patient, "too-patient", "cause", false},
    {planted::short_pilot, "short-pilot", "cause", false},
    {planted::long_pilot, "long-pilot", "cause", false},
    {planted::too_quick, "too-quick", "rate", false},
    {planted::refusal_taken_for_loss, "refusal-taken-for-loss", "RC-02", false},
}};

/** Makes an engine wrong in one way, from where it meets its surroundings: its options, the wire, its records. */
class saboteur
{
public:
    saboteur(planted what, scenario const& of);

    /** What the engine takes its options to be. */
    engine_options const& options() const noexcept
    {
        return options_;
    }

    /** Hand a request to the service.
        @return  Index of the attempt whose answer the engine gets. */
    std::size_t deliver(service_model& to, request_facts const& asked, time_point now);

    /** What the engine takes the answer to be. */
    attempt_log shown(service_model const& by, std::size_t index);

    bool loses_pair(std::size_t task);
    bool loses_result(std::size_t task);

    /** Change the record of a pair that is left over. */
    void leave(pair& left);

    /** The engine does not hear of a stop before. */
    duration stop_delay() const noexcept;

    /** The engine does not hear why connections are refused. */
    bool hides_refusals() noexcept;

    /** It has done something, other than by the options. */
    bool was_at_work() const noexcept
    {
        return works_ != 0;
    }

private:
    bool is(planted what) const noexcept
    {
        return what_ == what;
    }

    planted what_;
    engine_options options_;
    std::size_t works_{0};
};

}  // namespace batch_cancel::simulation
