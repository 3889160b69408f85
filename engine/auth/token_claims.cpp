#include <batch_cancel/token_text.hpp>

#include "auth/base64url.hpp"

#include <simdjson.h>

#include <cmath>

namespace batch_cancel
{

namespace dom = simdjson::dom;
using wall_time = std::chrono::system_clock::time_point;

namespace
{

// Beyond the year 9999 a number is no time.
constexpr double latest_time = 253'402'300'799;

// The middle one of three parts; an encrypted token has five, and nobody but its reader can look into it.
std::optional<std::string_view> claims_part(std::string_view token)
{
    auto const first = token.find('.');
    auto const second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return std::nullopt;
    return token.substr(first + 1, second - first - 1);
}

std::optional<wall_time> time_of(dom::object claims, std::string_view name)
{
    double seconds = 0;
    if (claims[name].get(seconds) != simdjson::SUCCESS || !(std::abs(seconds) <= latest_time))
        return std::nullopt;
    return wall_time{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
}

std::vector<std::string> audiences_of(dom::object claims)
{
    std::vector<std::string> audiences;
    std::string_view one;
    dom::array several;
    if (claims["aud"].get(one) == simdjson::SUCCESS)
        audiences.emplace_back(one);
    else if (claims["aud"].get(several) == simdjson::SUCCESS)
    {
        for (auto const each : several)
            if (each.get(one) == simdjson::SUCCESS)
                audiences.emplace_back(one);
    }
    return audiences;
}

}  // namespace

std::optional<token_claims> read_token_claims(std::string_view token)
{
    auto const part = claims_part(token);
    auto const text = part ? auth::decode_base64url(*part) : std::nullopt;
    if (!text)
        return std::nullopt;
    dom::parser parser;
    dom::object claims;
    if (parser.parse(text->data(), text->size(), true).get(claims) != simdjson::SUCCESS)
        return std::nullopt;
    token_claims read{.expires = time_of(claims, "exp"),
                      .valid_from = time_of(claims, "nbf"),
                      .audiences = audiences_of(claims),
                      .tenant = {}};
    std::string_view tenant;
    if (claims["tid"].get(tenant) == simdjson::SUCCESS)
        read.tenant = tenant;
    return read;
}

}  // namespace batch_cancel
