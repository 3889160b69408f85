#include "cli/options/version_text.hpp"

#include <boost/version.hpp>

#include <openssl/crypto.h>

#include <simdjson.h>

namespace batch_cancel::cli
{

std::string version_text()
{
    auto const boost_version = std::to_string(BOOST_VERSION / 100'000) + "." +
                               std::to_string(BOOST_VERSION / 100 % 1000) + "." + std::to_string(BOOST_VERSION % 100);
    return "batch-cancel " BATCH_CANCEL_VERSION "\nBoost " + boost_version + "\nOpenSSL " +
           OpenSSL_version(OPENSSL_VERSION_STRING) + "\nsimdjson " + std::to_string(simdjson::SIMDJSON_VERSION_MAJOR) +
           "." + std::to_string(simdjson::SIMDJSON_VERSION_MINOR) + "." +
           std::to_string(simdjson::SIMDJSON_VERSION_REVISION);
}

}  // namespace batch_cancel::cli
