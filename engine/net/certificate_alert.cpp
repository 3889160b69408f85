#include "net/certificate_alert.hpp"

#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace batch_cancel::net
{

namespace
{

constexpr int first_alert = SSL_AD_BAD_CERTIFICATE;
constexpr int last_alert = SSL_AD_UNKNOWN_CA;

// The number of the alert that an error is; 0 if it is none.
int alert_number(boost::system::error_code const& error) noexcept
{
    if (error.category() != boost::asio::error::get_ssl_category())
        return 0;
    auto const code = static_cast<unsigned long>(error.value());
    auto const reason = ERR_GET_REASON(code);
    bool const is_alert = ERR_GET_LIB(code) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET;
    return is_alert ? reason - SSL_AD_REASON_OFFSET : 0;
}

}  // namespace

bool is_certificate_alert(boost::system::error_code const& error) noexcept
{
    auto const alert = alert_number(error);
    return (alert >= first_alert && alert <= last_alert) || alert == SSL_AD_CERTIFICATE_REQUIRED;
}

std::string describe_certificate_alert(boost::system::error_code const& alert)
{
    switch (alert_number(alert))
    {
    case SSL_AD_CERTIFICATE_REQUIRED:
        return "requires a client certificate";
    case SSL_AD_UNKNOWN_CA:
        return "does not trust the issuer of the client certificate";
    case SSL_AD_CERTIFICATE_EXPIRED:
        return "does not accept the client certificate: it has expired";
    case SSL_AD_CERTIFICATE_REVOKED:
        return "does not accept the client certificate: it has been revoked";
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
        return "does not accept the client certificate: its kind is not supported";
    default:
        return "does not accept the client certificate: " + alert.message();
    }
}

}  // namespace batch_cancel::net
