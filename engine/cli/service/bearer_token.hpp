#pragma once

#include <batch_cancel/token_source.hpp>
#include <batch_cancel/token_text.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** A token source and what is known about it. */
struct bearer_token
{
    std::unique_ptr<token_source> source{};
    /** Empty if the token does not tell. */
    std::string tenant{};
    /** Where it comes from, for people: a path, or the variable's name. */
    std::string name{};
    /** What the token says about itself, if it is a JSON web token. */
    std::optional<token_claims> claims{};
    std::optional<std::chrono::system_clock::time_point> expires{};
    /** What an operator should know about its file; mostly empty. */
    std::string warning{};
};

/** Take the variable BATCH_CANCEL_TOKEN out of the environment, so that no program started later gets it.
    @return  Its value; empty if it is not set. */
secret_text take_token_variable();

/** Have a token by a file, if one is named, or else by a text.

    @param patience  How long to look again at a file that is empty or half-written. Blocks meanwhile.
    @par Errors  Throws usage_error: there is none, the file cannot be read, or what is there can be no token. */
bearer_token obtain_token(std::filesystem::path const& file, secret_text value,
                          std::chrono::steady_clock::duration patience = {});

/** The tenant that a token is for, as its claim `tid` says; empty if it has none or is no JWT. Nothing is verified: it is
    for people to see. */
std::string tenant_of(std::string_view token);

}  // namespace batch_cancel::cli
