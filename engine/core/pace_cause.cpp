#include <batch_cancel/pace_cause.hpp>

namespace batch_cancel
{

std::string_view to_string(pace_cause cause) noexcept
{
    switch (cause)
    {
    case pace_cause::unbounded:
        return "unbounded";
    case pace_cause::starting:
        return "starting";
    case pace_cause::throttled:
        return "throttled";
    case pace_cause::slow_answers:
        return "slow answers";
    case pace_cause::failing:
        return "failing";
    case pace_cause::probing:
        return "probing";
    case pace_cause::awaiting_token:
        return "waiting for a token";
    }
    return "unknown";
}

}  // namespace batch_cancel
