#pragma once

#include <batch_cancel/secret_text.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace batch_cancel
{

/** Longest bearer token, in bytes. No server takes a longer header. */
inline constexpr std::size_t longest_token = 64 * 1024;

/** What a text holds that should hold a bearer token. */
struct token_reading
{
    /** Visible ASCII, at most `longest_token` bytes. Empty if there is none: `fault` says why. */
    secret_text token{};

    /** When it expires, as the JSON around the token or the token itself says. */
    std::optional<std::chrono::system_clock::time_point> expires{};

    /** What is there instead of a token, "holds a private key": goes on a sentence that names the text's origin. Has nothing
        of the text in it. */
    std::string fault{};

    /** The text is empty or half-written: there may be a token when it is read again. */
    bool is_unfinished = false;
};

/** Read a bearer token from the text of a file or a program.

    Understood: a token alone; blanks, line ends, quotes, a byte order mark or `Bearer ` around it; UTF-16; the JSON of the
    Azure CLI, of a token endpoint and of PowerShell (`accessToken`, `access_token`, `token` in any case). Throws nothing but
    std::bad_alloc. */
token_reading read_token(std::string_view text);

/** Read a bearer token from a file, as `read_token` does.

    @par Errors  Throws std::system_error with the system's cause if the file cannot be read. */
token_reading read_token_file(std::filesystem::path const& file);

/** What a JSON web token says about itself. Nothing is verified: it is for people and for decisions about waiting. */
struct token_claims
{
    std::optional<std::chrono::system_clock::time_point> expires{};
    std::optional<std::chrono::system_clock::time_point> valid_from{};
    /** For whom it is; nearly always one. */
    std::vector<std::string> audiences{};
    /** Id of the tenant; empty if it does not say. */
    std::string tenant{};
};

/** Read the claims of a JSON web token. Nothing if it is no such token: it is opaque then. */
std::optional<token_claims> read_token_claims(std::string_view token);

}  // namespace batch_cancel
