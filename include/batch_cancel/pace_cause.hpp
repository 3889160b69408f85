#pragma once

#include <cstdint>
#include <string_view>

namespace batch_cancel
{

/** What decides how much is sent at present. */
enum class pace_cause : std::uint8_t
{
    /** Nothing but the options. */
    unbounded,
    /** Few requests at once to begin with; more with each answer. */
    starting,
    /** The service has throttled: sent is what it has been seen to admit. */
    throttled,
    /** Answers come slower the more is asked at once. */
    slow_answers,
    /** Server errors, lost connections or answers that did not come. */
    failing,
    /** The service fails: single requests find out whether it has come back. */
    probing,
    /** Nothing is sent until there is another token. */
    awaiting_token,
};

/** Name a cause for log and metrics: "throttled", "slow answers". */
std::string_view to_string(pace_cause) noexcept;

}  // namespace batch_cancel
