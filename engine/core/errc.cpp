#include <batch_cancel/errc.hpp>

namespace batch_cancel
{

namespace
{

class own_category final : public boost::system::error_category
{
public:
    char const* name() const noexcept override
    {
        return "batch_cancel";
    }

    std::string message(int value) const override
    {
        switch (static_cast<errc>(value))
        {
        case errc::credentials_refused:
            return "the service refuses these credentials";
        case errc::token_not_available:
            return "no token can be had";
        case errc::journal_not_writable:
            return "the journal cannot be written";
        case errc::first_contact_failed:
            return "the service cannot be reached";
        case errc::not_http:
            return "the peer does not speak HTTP";
        case errc::halted:
            return "too many pairs failed";
        case errc::patience_exhausted:
            return "no pair got an outcome for too long";
        case errc::out_of_time:
            return "the time for the run is over";
        case errc::pilot_done:
            return "the pilot's pairs have been sent";
        case errc::bad_configuration:
            return "the configuration cannot be used";
        case errc::journal_not_readable:
            return "the journal cannot be read";
        case errc::journal_in_use:
            return "another process is writing the journal";
        case errc::journal_exists:
            return "the journal exists already";
        case errc::already_running:
            return "the engine has another run under way";
        case errc::source_failed:
            return "the source of pairs failed";
        case errc::sink_failed:
            return "the sink for results failed";
        case errc::part_failed:
            return "a part of the engine failed";
        case errc::other_run:
            return "the journal is of another run";
        case errc::input_incomplete:
            return "the input lacks pairs that the journal knows";
        case errc::version_not_known:
            return "the service does not know this version of the API";
        case errc::token_not_ready:
            return "there is no token yet";
        }
        return "unknown error";
    }
};

class own_condition_category final : public boost::system::error_category
{
public:
    char const* name() const noexcept override
    {
        return "batch_cancel.condition";
    }

    std::string message(int value) const override
    {
        return static_cast<condition>(value) == condition::resumable ? "stopped short; the rest can be run later"
                                                                     : "something must be put right first";
    }

    bool equivalent(boost::system::error_code const& code, int value) const noexcept override
    {
        // System, TLS and resolver codes end a run that was under way.
        if (code.category() != batch_cancel::error_category())
            return code.failed() && static_cast<condition>(value) == condition::resumable;
        switch (static_cast<errc>(code.value()))
        {
        case errc::credentials_refused:
        case errc::journal_not_writable:
        case errc::not_http:
        case errc::halted:
        case errc::patience_exhausted:
        case errc::out_of_time:
        case errc::pilot_done:
        case errc::source_failed:
        case errc::sink_failed:
        case errc::part_failed:
        case errc::input_incomplete:
            return static_cast<condition>(value) == condition::resumable;
        case errc::token_not_available:
        case errc::token_not_ready:
        case errc::first_contact_failed:
        case errc::bad_configuration:
        case errc::journal_not_readable:
        case errc::journal_in_use:
        case errc::journal_exists:
        case errc::already_running:
        case errc::other_run:
        case errc::version_not_known:
            return static_cast<condition>(value) == condition::misconfigured;
        }
        return false;
    }
};

}  // namespace

boost::system::error_category const& error_category() noexcept
{
    static own_category const instance;
    return instance;
}

boost::system::error_category const& condition_category() noexcept
{
    static own_condition_category const instance;
    return instance;
}

}  // namespace batch_cancel
