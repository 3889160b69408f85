#include "cli/commands/run_ending.hpp"

#include "journal/stop_name.hpp"

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

bool is_limit(boost::system::error_code const& error) noexcept
{
    return error == errc::halted || error == errc::patience_exhausted || error == errc::out_of_time ||
           error == errc::pilot_done || error == errc::not_http;
}

// What stops a run at its first contact. A cancel that was in flight may have been answered 202 all the same.
bool is_first_contact(boost::system::error_code const& error) noexcept
{
    return error == errc::version_not_known || error == errc::first_contact_failed;
}

exit_code code_of(run_facts const& facts) noexcept
{
    bool const sent = facts.requests.sent != 0;
    auto const& error = facts.error;
    if (error == errc::credentials_refused)
        return exit_code::credentials_refused;
    if (error == errc::token_not_available)
        return sent ? exit_code::credentials_refused : exit_code::not_usable;
    if (is_first_contact(error))
        return facts.answered != 0 ? exit_code::stopped_by_limit : exit_code::not_usable;
    return sent || is_limit(error) ? exit_code::stopped_by_limit : exit_code::not_usable;
}

run_ending judge_error(run_facts const& facts) noexcept
{
    auto const& error = facts.error;
    if (facts.signal != 0 && (is_limit(error) || error == boost::asio::error::operation_aborted))
        return {exit_code_of_signal(facts.signal), signal_name(facts.signal)};
    return {code_of(facts), journal_format::stop_name(error)};
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
