#include "cli/commands/run_ending.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/asio/error.hpp>

#include <csignal>

namespace batch_cancel::cli
{

namespace
{

std::string_view input_stop_name(input_stop stop) noexcept
{
    return stop == input_stop::max_pairs ? "max_pairs" : stop == input_stop::max_rejected ? "max_rejected" : "input";
}

std::string_view signal_name(int signal) noexcept
{
    return signal == SIGHUP ? "SIGHUP" : signal == SIGTERM ? "SIGTERM" : "SIGINT";
}

// A pilot that was as long as its input has left nothing over.
bool has_stopped_short(run_facts const& facts) noexcept
{
    bool const sent_all = facts.input_complete && facts.pairs.unprocessed == 0;
    return facts.error && !(facts.error == errc::pilot_done && sent_all);
}

run_ending judge_limit(boost::system::error_code const& error) noexcept
{
    constexpr auto code = exit_code::stopped_by_limit;
    if (error == errc::halted)
        return {code, "halt"};
    if (error == errc::patience_exhausted)
        return {code, "patience"};
    if (error == errc::out_of_time)
        return {code, "max_duration"};
    if (error == errc::pilot_done)
        return {code, "limit"};
    if (error == errc::not_http)
        return {code, "no_http"};
    return {};
}

run_ending judge_error(run_facts const& facts) noexcept
{
    bool const sent = facts.requests.sent != 0;
    auto const& error = facts.error;
    if (error == errc::credentials_refused)
        return {exit_code::credentials_refused, "credentials"};
    if (error == errc::token_not_available)
        return {sent ? exit_code::credentials_refused : exit_code::not_usable, "credentials"};
    // A cancel that was in flight may have been answered 202 all the same.
    if (error == errc::version_not_known)
        return {facts.answered != 0 ? exit_code::stopped_by_limit : exit_code::not_usable, "version"};
    if (error == errc::first_contact_failed)
        return {exit_code::not_usable, "first_contact"};
    auto const limit = judge_limit(error);
    bool const is_limit = !limit.stopped_by.empty();
    if (facts.signal != 0 && (is_limit || error == boost::asio::error::operation_aborted))
        return {exit_code_of_signal(facts.signal), signal_name(facts.signal)};
    if (is_limit)
        return limit;
    // What else ends a run is an input that could not be read on.
    return {sent ? exit_code::stopped_by_limit : exit_code::not_usable, "input"};
}

}  // namespace

run_ending judge_ending(run_facts const& facts) noexcept
{
    if (facts.journal_failed || facts.error == errc::journal_not_writable)
        return {exit_code::not_written, "journal"};
    if (has_stopped_short(facts))
        return judge_error(facts);
    if (facts.stopped_input != input_stop::none)
        return {exit_code::stopped_by_limit, input_stop_name(facts.stopped_input)};
    auto const& pairs = facts.pairs;
    if (pairs.pairs == 0 && facts.other_shards == 0)
        return {exit_code::not_usable, {}};
    bool const all_accepted = pairs.failed == 0 && pairs.unprocessed == 0 && (pairs.conflict == 0 || facts.conflict_ok);
    return {all_accepted && facts.rejected == 0 ? exit_code::all_well : exit_code::not_all_well, {}};
}

}  // namespace batch_cancel::cli
