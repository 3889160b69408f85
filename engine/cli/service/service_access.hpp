#pragma once

#include "cli/options/run_options.hpp"
#include "cli/service/bearer_token.hpp"
#include "cli/service/hosted_simulator.hpp"

#include <batch_cancel/endpoint.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <memory>
#include <optional>
#include <string>

namespace batch_cancel::cli
{

/** Whom a run talks to, and by what right. */
struct service_access
{
    /** Set if the run is against one. */
    std::unique_ptr<hosted_simulator> simulator{};
    tls_transport_options connecting{};
    bearer_token token{};
    std::string endpoint_url{};
};

/** What a service is wanted for. */
enum class purpose : bool
{
    /** To check what is needed to send something; a simulator is not started. */
    check,
    /** To send something. */
    send,
};

/** The service that options name, unless that is the simulator.
    @par Errors  Throws described_error: the endpoint is none. */
endpoint service_root(run_options const& options);

/** Find out what options say about the service. Connects nowhere.

    @param token  Value of the token variable.
    @par Errors  Throws usage_error, system_error or std::invalid_argument. */
service_access prepare_service(run_options const& options, secret_text token, purpose what_for);

}  // namespace batch_cancel::cli
