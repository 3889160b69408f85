#pragma once

#include <batch_cancel/token_source.hpp>

#include <filesystem>
#include <memory>
#include <string>

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
std::string take_token_variable();

/** Have a token by a file, if one is named, or else by a text.

    The process can then no longer be looked into by others: neither a core dump nor a debugger of the same user gets it.

    @par Errors  Throws usage_error: there is none, the file cannot be read, or what is there can be no token. */
bearer_token obtain_token(std::filesystem::path const& file, std::string value);

/** The tenant that a token is for, as its claim `tid` says; empty if it has none or is no JWT. Nothing is verified: it is
    for people to see. */
std::string tenant_of(std::string const& token);

}  // namespace batch_cancel::cli
