#include "core/verdict.hpp"

namespace batch_cancel::core
{

namespace
{

constexpr verdict settled(outcome as) noexcept
{
    return {.step = next_step::settle, .outcome = as};
}

constexpr verdict failed(reason why) noexcept
{
    return {.step = next_step::settle, .outcome = outcome::failed, .reason = why};
}

constexpr verdict again(next_step step, reason if_last) noexcept
{
    return {.step = step, .outcome = outcome::failed, .reason = if_last, .drop_connection = true};
}

constexpr verdict again_ambiguous(next_step step, reason if_last) noexcept
{
    auto result = again(step, if_last);
    result.ambiguous = true;
    return result;
}

constexpr verdict throttled() noexcept
{
    return {.step = next_step::retry_when_gate_opens, .outcome = outcome::failed, .reason = reason::throttled};
}

verdict judge_client_error(answer_facts const& answer) noexcept
{
    switch (answer.status)
    {
    case 401:
        return {.step = next_step::retry_with_other_token, .reason = reason::unauthorized};
    case 403:
        if (answer.insufficient_claims)
            return {.step = next_step::retry_with_other_token, .reason = reason::forbidden};
        return failed(reason::forbidden);
    case 404:
        return failed(answer.unknown_segment ? reason::bad_request : reason::not_found);
    case 408:  // the service did not get the whole request (RFC 9110 section 15.5.9)
        return again(next_step::retry_after_backoff, reason::timeout);
    case 421:
    case 423:
    case 425:
        return again(next_step::retry_after_backoff, reason::unexpected_status);
    case 429:
        return throttled();
    default:
        return failed(reason::bad_request);
    }
}

verdict judge_server_error(answer_facts const& answer) noexcept
{
    switch (answer.status)
    {
    case 509:
        return throttled();
    case 503:
        if (answer.has_retry_after)
            return throttled();
        return again_ambiguous(next_step::retry_after_backoff, reason::server_error);
    // A gateway answers these for a backend that may have finished its work.
    case 500:
    case 502:
    case 504:
    case 507:
    case 599:
        return again_ambiguous(next_step::retry_after_backoff, reason::server_error);
    default:
        if (answer.status >= 520 && answer.status <= 529)
            return again_ambiguous(next_step::retry_after_backoff, reason::server_error);
        return failed(reason::server_error);
    }
}

}  // namespace

verdict judge(answer_facts const& answer) noexcept
{
    if (answer.status == 202)
        return settled(outcome::accepted);
    if (answer.status == 409)
        return settled(outcome::conflict);
    if (answer.status >= 400 && answer.status < 500)
        return judge_client_error(answer);
    if (answer.status >= 500)
        return judge_server_error(answer);
    return failed(reason::unexpected_status);
}

bool names_unknown_path(answer_facts const& answer) noexcept
{
    return answer.unknown_segment && (answer.status == 400 || answer.status == 404 || answer.status == 405);
}

bool shows_authentication(unsigned status) noexcept
{
    switch (status)
    {
    case 401:
    case 403:
    case 408:
    case 421:
    case 425:
    case 429:
        return false;
    default:
        return status >= 200 && status < 500;
    }
}

verdict judge(lost_answer how) noexcept
{
    switch (how)
    {
    case lost_answer::timeout:
        return again_ambiguous(next_step::retry_after_backoff, reason::timeout);
    case lost_answer::broken_off_reused:
        return again_ambiguous(next_step::retry_at_once, reason::connection);
    case lost_answer::unreadable:
        return again_ambiguous(next_step::retry_after_backoff, reason::unreadable_response);
    case lost_answer::broken_off:
        break;
    }
    return again_ambiguous(next_step::retry_after_backoff, reason::connection);
}

}  // namespace batch_cancel::core
