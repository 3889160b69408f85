#pragma once

#include <batch_cancel/token_source.hpp>

#include <filesystem>
#include <memory>
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
};

/** Take the variable BATCH_CANCEL_TOKEN out of the environment, so that no program started later gets it.
    @return  Its value, without the blanks around it; empty if it is not set. */
secret_text take_token_variable();

/** Have a token by a file, if one is named, or else by a text.

    @par Errors  Throws usage_error: there is none, the file cannot be read, or what is there can be no token. */
bearer_token obtain_token(std::filesystem::path const& file, secret_text value);

/** The tenant that a token is for, as its claim `tid` says; empty if it has none or is no JWT. Nothing is verified: it is
    for people to see. */
std::string tenant_of(std::string_view token);

}  // namespace batch_cancel::cli
