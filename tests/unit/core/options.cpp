#include <batch_cancel/errc.hpp>
#include <batch_cancel/options.hpp>

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>

#include <limits>
#include <stdexcept>
#include <string>

using namespace batch_cancel;

TEST_SUITE("options")
{
    TEST_CASE("validate: every bound is named")
    {
        CHECK_NOTHROW(validate({}));
        auto const refused = [](engine_options const& options, char const* member)
        {
            try
            {
                validate(options);
                FAIL_CHECK(member);
            }
            catch (std::invalid_argument const& failed)
            {
                CHECK(std::string(failed.what()).find(member) != std::string::npos);
            }
        };
        refused({.api_version = "v1.0/../x"}, "api_version");
        refused({.api_version = ""}, "api_version");
        refused({.max_in_flight = 0}, "max_in_flight");
        refused({.max_in_flight = 4097}, "max_in_flight");
        refused({.attempt_timeout = std::chrono::seconds(0)}, "attempt_timeout");
        refused({.max_attempts = 0}, "max_attempts");
        refused({.max_rate = -1}, "max_rate");
        refused({.max_rate = std::numeric_limits<double>::quiet_NaN()}, "max_rate");
        refused({.patience = std::chrono::seconds(-1)}, "patience");
        refused({.max_duration = std::chrono::seconds(-1)}, "max_duration");
        refused({.max_failed_share = 1.5}, "max_failed_share");
        refused({.user_agent = "a\r\nb"}, "user_agent");
    }

    TEST_CASE("condition: what can be resumed and what must be put right")
    {
        CHECK(make_error_code(errc::credentials_refused) == condition::resumable);
        CHECK(make_error_code(errc::journal_not_writable) == condition::resumable);
        CHECK(make_error_code(errc::first_contact_failed) == condition::misconfigured);
        CHECK(make_error_code(errc::first_contact_failed) != condition::resumable);
        CHECK(boost::system::error_code() != condition::resumable);
        CHECK(make_error_code(boost::asio::error::operation_aborted) == condition::resumable);
        CHECK(make_error_code(boost::asio::error::operation_aborted) != condition::misconfigured);
        for (auto const e : {errc::halted, errc::patience_exhausted, errc::out_of_time, errc::pilot_done,
                             errc::not_http, errc::credentials_refused, errc::journal_not_writable, errc::source_failed,
                             errc::sink_failed, errc::part_failed, errc::input_incomplete})
        {
            CHECK(make_error_code(e) == condition::resumable);
            CHECK(make_error_code(e) != condition::misconfigured);
            CHECK(make_error_code(e).message() != "unknown error");
        }
        for (auto const e : {errc::token_not_available, errc::first_contact_failed, errc::bad_configuration,
                             errc::journal_not_readable, errc::journal_in_use, errc::journal_exists,
                             errc::already_running, errc::other_run})
        {
            CHECK(make_error_code(e) != condition::resumable);
            CHECK(make_error_code(e) == condition::misconfigured);
            CHECK(make_error_code(e).message() != "unknown error");
        }
        CHECK_FALSE(make_error_code(errc::not_http).message().empty());
    }
}
