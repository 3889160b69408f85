#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace batch_cancel
{

/** What ends a run before its last pair. A pair that failed is a `result`, not an error. */
enum class errc
{
    /** The service refuses every credential. Pairs that met this stay unprocessed. */
    credentials_refused = 1,
    /** The token source has no token, or one that cannot be put into a header. */
    token_not_available,
    /** The journal could not be written. What an earlier commit covered stands; nothing was sent after it failed. */
    journal_not_writable,
    /** No connection has ever worked, and the cause will not pass by itself. No request was answered. */
    first_contact_failed,
    /** What answers does not speak HTTP: the answers to several pairs in a row could not be read. */
    not_http,
    /** So many pairs failed that the rest had better wait: engine_options::max_failed or max_failed_share. */
    halted,
    /** No pair got an outcome for as long as engine_options::patience, or the service asked to wait for longer. */
    patience_exhausted,
    /** engine_options::max_duration is over, or the service asked to wait beyond it. */
    out_of_time,
    /** engine_options::max_begun pairs have been sent. */
    pilot_done,
    /** An address or an option cannot be used; thrown where it is given. */
    bad_configuration,
    /** A journal is damaged, or is not a journal. */
    journal_not_readable,
    /** Another process is writing this journal. */
    journal_in_use,
    /** There is a file of the journal's name already. */
    journal_exists,
    /** The engine has another run under way. Nothing of this one was begun. */
    already_running,
    /** The pair source threw something other than a system_error; its text is in the summary's detail. What was in flight has
        been finished. */
    source_failed,
    /** The result sink threw something other than a system_error; its text is in the summary's detail. What was in flight has
        been finished and is in the journal. */
    sink_failed,
    /** Another part of the engine threw something other than a system_error; its text is in the summary's detail. */
    part_failed,
    /** The journal is of another run: of another service, API version, tenant or shard, say. Nothing was changed. */
    other_run,
    /** The input lacks pairs that the journal knows. What it has was sent. */
    input_incomplete,
    /** The service does not know the path of engine_options::api_version, and no cancel of this run was answered 202 or
        409. Pairs that met this stay unprocessed. */
    version_not_known,
    /** Thrown by token sources alone: there is no token yet, but there may be one in a moment, such as in a file that is being
        written. The engine asks again for up to engine_options::token_wait. */
    token_not_ready,
};

/** What a caller can do about the error that a run has completed with. Compare codes with these:
    `if (ec == condition::resumable)`. Each error of a run is one of the two; of an error that was thrown elsewhere they say nothing. */
enum class condition
{
    /** The run stopped short: what is journaled stands, and the rest can be resumed. Also every error that is not of the
        library's own category: operation_aborted after a stop, or the code of a system_error that source or sink threw. */
    resumable = 1,
    /** Something must be put right first; this process has sent nothing, or nothing that the service has understood. */
    misconfigured,
};

boost::system::error_category const& error_category() noexcept;
boost::system::error_category const& condition_category() noexcept;

inline boost::system::error_code make_error_code(errc e) noexcept
{
    return {static_cast<int>(e), error_category()};
}

inline boost::system::error_condition make_error_condition(condition c) noexcept
{
    return {static_cast<int>(c), condition_category()};
}

/** An error with a text made for people: what is wrong, where, and what would be right. `what` is that text alone. */
class described_error : public boost::system::system_error
{
public:
    described_error(boost::system::error_code code, std::string text)
        : system_error(code)
        , text_(std::move(text))
    {
    }

    char const* what() const noexcept override
    {
        return text_.c_str();
    }

private:
    std::string text_;
};

}  // namespace batch_cancel

template <>
struct boost::system::is_error_code_enum<batch_cancel::errc> : std::true_type
{
};

template <>
struct boost::system::is_error_condition_enum<batch_cancel::condition> : std::true_type
{
};
