#include "journal/stop_name.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/asio/error.hpp>

namespace batch_cancel::journal_format
{

namespace
{

std::string_view name_of(errc why) noexcept
{
    switch (why)
    {
    case errc::halted:
        return "halt";
    case errc::patience_exhausted:
        return "patience";
    case errc::out_of_time:
        return "max_duration";
    case errc::pilot_done:
        return "limit";
    case errc::not_http:
        return "no_http";
    case errc::credentials_refused:
    case errc::token_not_available:
    case errc::token_not_ready:
        return "credentials";
    case errc::first_contact_failed:
        return "first_contact";
    case errc::version_not_known:
        return "version";
    case errc::journal_not_writable:
        return "journal";
    case errc::sink_failed:
        return "output";
    case errc::part_failed:
        return "internal";
    // What else ends a run is an input that could not be read on.
    case errc::source_failed:
    case errc::input_incomplete:
    case errc::bad_configuration:
    case errc::journal_not_readable:
    case errc::journal_in_use:
    case errc::journal_exists:
    case errc::already_running:
    case errc::other_run:
        break;
    }
    return "input";
}

}  // namespace

std::string_view stop_name(boost::system::error_code error) noexcept
{
    if (!error)
        return {};
    if (error == boost::asio::error::operation_aborted)
        return "cancelled";
    return error.category() == error_category() ? name_of(static_cast<errc>(error.value())) : "input";
}

}  // namespace batch_cancel::journal_format
