#pragma once

#include <string>

namespace batch_cancel::cli
{

/** The version of the program, and those of Boost, OpenSSL and simdjson. */
std::string version_text();

}  // namespace batch_cancel::cli
