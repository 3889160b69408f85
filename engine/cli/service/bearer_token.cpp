#include "cli/service/bearer_token.hpp"

#include "cli/input/ids.hpp"
#include "cli/options/token_look.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/service/exposed_file.hpp"

#include <openssl/crypto.h>

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

constexpr std::chrono::milliseconds between_looks{200};

token_reading read_file_once(std::filesystem::path const& file)
{
    try
    {
        return read_token_file(file);
    }
    catch (std::system_error const& failed)
    {
        bool const is_there =
            failed.code() == std::errc::is_a_directory || failed.code() == std::errc::permission_denied;
        if (!is_there && looks_like_token(file.native()))
            throw usage_error{
                "--token-file: there is no such file, and the value looks like a token; give the name of a file that "
                "holds one, or put the token into the variable BATCH_CANCEL_TOKEN"};
        throw usage_error{file.string() + ": the token file cannot be read: " + failed.code().message()};
    }
}

// A file that is just being written holds a token in a moment.
token_reading read_file(std::filesystem::path const& file, std::chrono::steady_clock::duration patience)
{
    std::error_code ignored;
    bool const is_regular = std::filesystem::is_regular_file(file, ignored);
    auto const until = std::chrono::steady_clock::now() + patience;
    auto had = read_file_once(file);
    while (is_regular && had.is_unfinished && std::chrono::steady_clock::now() < until)
    {
        std::this_thread::sleep_for(between_looks);
        had = read_file_once(file);
    }
    return had;
}

void require_token(token_reading const& had, std::string const& origin)
{
    if (had.token.empty())
        throw usage_error{origin + " " + had.fault + "; put a bearer token there, one line of visible ASCII"};
}

void note_claims(bearer_token& made, token_reading const& had)
{
    made.claims = read_token_claims(had.token);
    made.expires = had.expires;
    made.tenant = tenant_of(had.token);
}

}  // namespace

secret_text take_token_variable()
{
    constexpr auto name = "BATCH_CANCEL_TOKEN";
    auto* const value = std::getenv(name);
    if (value == nullptr)
        return {};
    secret_text token{std::string_view{value}};
    // The memory of the environment can be read from outside even when the variable is gone.
    OPENSSL_cleanse(value, std::strlen(value));
    ::unsetenv(name);
    return token;
}

bearer_token obtain_token(std::filesystem::path const& file, secret_text value,
                          std::chrono::steady_clock::duration patience)
{
    bearer_token made;
    if (file.empty())
    {
        if (value.empty())
            throw usage_error{"there is no token: give --token-file FILE or set BATCH_CANCEL_TOKEN"};
        auto const had = read_token(value);
        made.name = "BATCH_CANCEL_TOKEN";
        require_token(had, made.name);
        note_claims(made, had);
        made.source = make_fixed_token(had.token);
        return made;
    }
    auto const had = read_file(file, patience);
    made.name = file.string();
    require_token(had, made.name);
    note_claims(made, had);
    made.warning = exposure_text(file);
    // A pipe can be read but once.
    std::error_code ignored;
    made.source = std::filesystem::is_regular_file(file, ignored) ? make_file_token(file) : make_fixed_token(had.token);
    return made;
}

std::string tenant_of(std::string_view token)
{
    auto const claims = read_token_claims(token);
    return claims && is_guid(claims->tenant) ? claims->tenant : std::string{};
}

}  // namespace batch_cancel::cli
