#include "wire/secret_text.hpp"

#include <algorithm>

namespace batch_cancel::wire
{

namespace
{

// A shorter one would be found in words.
constexpr std::size_t shortest = 8;

// The header of a JSON web token is longer than this, so that another token may be hidden too.
constexpr std::size_t beginning = 16;

constexpr std::string_view token_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=";

}  // namespace

void hide_secret(std::string& text, std::string_view secret)
{
    constexpr std::string_view instead = "[token]";
    auto const sign = secret.substr(0, beginning);
    if (secret.size() < shortest)
        return;
    for (auto at = text.find(sign); at != std::string::npos; at = text.find(sign, at + instead.size()))
    {
        auto const end = text.find_first_not_of(token_letters, at + sign.size());
        text.replace(at, std::min(end, text.size()) - at, instead);
    }
}

}  // namespace batch_cancel::wire
