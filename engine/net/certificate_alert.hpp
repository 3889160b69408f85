#pragma once

#include <boost/system/error_code.hpp>

#include <string>

namespace batch_cancel::net
{

/** Tell whether an error is a TLS alert about our certificate: alerts 42 to 48 and 116 (RFC 8446 section 6.2). With TLS 1.3
    it may come after the handshake has ended on our side, and even after a request has been sent. */
bool is_certificate_alert(boost::system::error_code const& error) noexcept;

/** What the alert says of the client certificate, as the end of a sentence about the peer.
    @pre is_certificate_alert(alert) */
std::string describe_certificate_alert(boost::system::error_code const& alert);

}  // namespace batch_cancel::net
