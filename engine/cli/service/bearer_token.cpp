#include "cli/service/bearer_token.hpp"

#include "auth/file_start.hpp"
#include "cli/input/ids.hpp"
#include "cli/options/token_look.hpp"
#include "cli/options/usage_error.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t longest_token = 64 * 1024;
constexpr std::size_t longest_file =
    longest_token + 2;  // and a line end; the source that reads it later has the same bound

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    auto const first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

void check_token(std::string_view token, std::string const& origin)
{
    auto const is_visible = [](char byte) { return byte > ' ' && byte < 0x7f; };
    if (token.empty())
        throw usage_error{origin + " holds no token"};
    if (token.size() > longest_token || !std::all_of(token.begin(), token.end(), is_visible))
        throw usage_error{origin + " holds no bearer token: one line of visible ASCII characters is wanted"};
}

secret_text read_token_file(std::filesystem::path const& file)
{
    auto content = auth::read_start_of_file(file, longest_file + 1);
    auto const cause = errno;
    if (!content && cause != EISDIR && cause != EACCES && looks_like_token(file.native()))
        throw usage_error{
            "--token-file: there is no such file, and what was given looks like a token; the option wants "
            "the name of a file that holds one (a token itself may stand in BATCH_CANCEL_TOKEN)"};
    if (!content)
        throw usage_error{file.string() + ": the token file cannot be read: " + std::strerror(cause)};
    if (content->size() > longest_file)
        throw usage_error{file.string() + " holds more than 64 KiB, so it is no token"};
    return std::move(*content);
}

std::string decode_base64url(std::string_view part)
{
    std::string text{part};
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    auto const padding = (4 - text.size() % 4) % 4;
    text.append(padding, '=');
    std::string out(text.size() / 4 * 3, '\0');
    auto const size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<unsigned char const*>(text.data()), static_cast<int>(text.size()));
    if (size < 0)
        return {};
    out.resize(static_cast<std::size_t>(size) - std::min(padding, static_cast<std::size_t>(size)));
    return out;
}

}  // namespace

secret_text take_token_variable()
{
    constexpr auto name = "BATCH_CANCEL_TOKEN";
    auto* const value = std::getenv(name);
    if (value == nullptr)
        return {};
    secret_text token{trimmed(value)};
    // The memory of the environment can be read from outside even when the variable is gone.
    OPENSSL_cleanse(value, std::strlen(value));
    ::unsetenv(name);
    return token;
}

bearer_token obtain_token(std::filesystem::path const& file, secret_text value)
{
    if (!file.empty())
    {
        auto const content = read_token_file(file);
        auto const token = trimmed(content);
        check_token(token, file.string());
        // A pipe can be read but once.
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(file, ignored))
            return {.source = make_fixed_token(token), .tenant = tenant_of(token)};
        return {.source = make_file_token(file), .tenant = tenant_of(token)};
    }
    if (value.empty())
        throw usage_error{"there is no token: give --token-file FILE or set BATCH_CANCEL_TOKEN"};
    check_token(value, "BATCH_CANCEL_TOKEN");
    auto tenant = tenant_of(value);
    return {.source = make_fixed_token(std::move(value)), .tenant = std::move(tenant)};
}

std::string tenant_of(std::string_view token)
{
    auto const first = token.find('.');
    auto const second = token.find('.', first + 1);
    if (first == std::string::npos || second == std::string::npos)
        return {};
    auto const claims_text = decode_base64url(token.substr(first + 1, second - first - 1));
    boost::system::error_code error;
    auto const claims = boost::json::parse(claims_text, error);
    if (error || !claims.is_object())
        return {};
    auto const* const tenant = claims.as_object().if_contains("tid");
    if (tenant == nullptr || !tenant->is_string())
        return {};
    std::string const text{tenant->as_string().c_str()};
    return is_guid(text) ? text : std::string{};
}

}  // namespace batch_cancel::cli
