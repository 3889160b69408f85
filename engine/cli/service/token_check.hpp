#pragma once

#include "cli/service/bearer_token.hpp"

#include <batch_cancel/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace batch_cancel::cli
{

/** What is to be sent with a token. */
struct token_use
{
    endpoint const& service;
    /** 0 if that is not known. */
    std::uint64_t pairs = 0;
    /** Most cancels a second; 0 if nothing bounds them. */
    double rate = 0;
};

/** What a token says about itself that speaks against sending with it. */
struct token_findings
{
    /** Why the service will refuse it; empty if nothing is known. */
    std::string refusal{};
    /** Why it may be refused before the run ends; empty likewise. */
    std::string warning{};
};

/** Look at what a token says about itself: whether it has expired, expires too soon, or is not for Microsoft Graph. Nothing is
    found in one that is opaque. Against a loopback address any audience will do. */
token_findings check_token(bearer_token const& token, token_use const& use, std::chrono::system_clock::time_point now);

}  // namespace batch_cancel::cli
