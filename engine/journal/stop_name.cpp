#include "journal/stop_name.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/asio/error.hpp>

namespace batch_cancel::journal_format
{

std::string_view stop_name(boost::system::error_code error) noexcept
{
    if (!error)
        return {};
    if (error == boost::asio::error::operation_aborted)
        return "cancelled";
    if (error == errc::halted)
        return "halt";
    if (error == errc::patience_exhausted)
        return "patience";
    if (error == errc::out_of_time)
        return "max_duration";
    if (error == errc::pilot_done)
        return "limit";
    if (error == errc::not_http)
        return "no_http";
    if (error == errc::credentials_refused || error == errc::token_not_available)
        return "credentials";
    if (error == errc::first_contact_failed)
        return "first_contact";
    if (error == errc::journal_not_writable)
        return "journal";
    if (error == errc::sink_failed)
        return "output";
    // What else ends a run is an input that could not be read on.
    return "input";
}

}  // namespace batch_cancel::journal_format
