#pragma once

#include <batch_cancel/pair.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel
{

/** How a pair ended. */
enum class outcome : std::uint8_t
{
    /** The service answered 202: the cancel was taken. */
    accepted,
    /** The service answered 409: the task cannot be cancelled, or is terminal already. */
    conflict,
    /** Anything else; `reason` says what. */
    failed,
};

/** Why a pair failed. The names are those of the journal and the report. */
enum class reason : std::uint8_t
{
    /** The pair did not fail. */
    none,
    not_found,
    unauthorized,
    forbidden,
    bad_request,
    throttled,
    timeout,
    connection,
    server_error,
    unexpected_status,
    unreadable_response,
    /** Not sent again after a crash, by request. */
    interrupted,
};

/** Number of enumerators of `reason`, `none` included. */
inline constexpr std::size_t reason_count = 12;

/** Name an outcome as journal and report do. */
std::string_view to_string(outcome) noexcept;

/** Name a reason as journal and report do; `none` is the empty string. */
std::string_view to_string(reason) noexcept;

/** Find an outcome by its name. */
std::optional<outcome> outcome_from(std::string_view name) noexcept;

/** Find a reason by its name; the empty string is `none`. */
std::optional<reason> reason_from(std::string_view name) noexcept;

/** The final record of one pair. Texts from the service are valid UTF-8, at most 2 KiB each, and otherwise as sent:
    escape them for where they are shown. An empty text means that there was none. */
struct result
{
    batch_cancel::pair pair{};
    batch_cancel::outcome outcome = outcome::failed;
    batch_cancel::reason reason = reason::none;

    /** HTTP status of the last answer; 0 when the last attempt had none. */
    unsigned status = 0;

    /** Cancels written to a connection for this pair, `pair.earlier_attempts` included. */
    unsigned attempts = 0;

    /** Some attempt's effect is unknown: it may have been carried out while its answer was lost. */
    bool ambiguous = false;

    /** `status` of the cancel response. */
    std::string service_status{};
    /** `message` of the cancel response or of the Graph error; for an attempt without an answer, what went wrong. */
    std::string message{};
    /** `error.code` of the Graph error. */
    std::string error_code{};
    /** The service's `request-id` of the last answer. */
    std::string request_id{};
    /** The `client-request-id` that was sent with the last attempt. */
    std::string client_request_id{};
    /** Retry-After of the last answer, if it had a readable one. */
    std::optional<std::chrono::milliseconds> retry_after{};

    /** Last attempt: first byte handed over to last byte read. */
    std::chrono::nanoseconds latency{};
    /** First attempt's start to the last one's end, waiting included. */
    std::chrono::nanoseconds total{};
    /** When the outcome was known. */
    std::chrono::system_clock::time_point time{};
};

}  // namespace batch_cancel
