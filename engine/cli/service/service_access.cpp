#include "cli/service/service_access.hpp"

#include "cli/options/usage_error.hpp"
#include "cli/options/values.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

// For a token file that is just being written. Whoever named an empty one is told soon.
constexpr run_options::duration longest_start = std::chrono::seconds{5};

tls_transport_options connecting_options(run_options const& options)
{
    tls_transport_options connecting{.service = {},
                                     .ca_file = options.ca_file,
                                     .certificate_file = options.certificate_file,
                                     .key_file = options.key_file,
                                     .key_password_file = options.key_password_file,
                                     .connect_timeout = options.connect_timeout,
                                     .resolve_overrides = {}};
    for (auto const& text : options.resolve)
        connecting.resolve_overrides.push_back(parse_resolve_override(text));
    return connecting;
}

// So that a file that cannot be used is known before anything is asked or written.
void check_files(tls_transport_options const& connecting)
{
    if (connecting.ca_file.empty() && connecting.certificate_file.empty() && connecting.key_file.empty())
        return;
    boost::asio::io_context nowhere;
    make_tls_transport(nowhere.get_executor(), connecting);
}

}  // namespace

endpoint service_root(run_options const& options)
{
    return parse_endpoint(options.endpoint.empty() ? cloud_root(options.cloud) : options.endpoint);
}

service_access prepare_service(run_options const& options, secret_text token, purpose what_for)
{
    service_access access{.connecting = connecting_options(options)};
    if (options.simulate && what_for == purpose::check)
        access.endpoint_url = "the simulator";
    else if (options.simulate)
    {
        auto simulated = options.simulated;
        simulated.knows_every_pair = true;
        access.simulator = std::make_unique<hosted_simulator>(simulated);
        access.endpoint_url = access.simulator->endpoint_url();
        access.connecting.service = parse_endpoint(access.endpoint_url);
        access.connecting.ca_file = access.simulator->ca_file();
        access.token.source = make_fixed_token(access.simulator->token());
    }
    else
    {
        access.connecting.service = service_root(options);
        access.endpoint_url = access.connecting.service.to_url();
        check_files(access.connecting);
        access.token = obtain_token(options.token_file, std::move(token),
                                    what_for == purpose::send ? std::min(options.token_wait, longest_start)
                                                              : run_options::duration{});
    }
    return access;
}

}  // namespace batch_cancel::cli
