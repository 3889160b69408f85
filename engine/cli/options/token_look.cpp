#include "cli/options/token_look.hpp"

#include <algorithm>
#include <climits>

namespace batch_cancel::cli
{

namespace
{

constexpr std::string_view token_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

// What a JSON web token begins with: the Base64 text of {" is that.
constexpr std::string_view token_sign = "eyJ";

// Three parts of Base64 are hardly shorter.
constexpr std::size_t shortest_token = 40;

// Three if it is signed, five if it is encrypted; and a sentence may end behind it.
bool has_parts(std::string_view word)
{
    return std::count(word.begin(), word.end(), '.') >= 2;
}

bool is_in_word(std::string_view text, std::size_t at)
{
    return at != 0 && token_letters.find(text[at - 1]) != std::string_view::npos;
}

}  // namespace

bool looks_like_token(std::string_view name)
{
    name.remove_prefix(std::min(name.rfind('/') + 1, name.size()));
    bool const is_token = has_parts(name) && name.size() >= shortest_token &&
                          name.find_first_not_of(token_letters) == std::string_view::npos;
    return is_token || name.size() > NAME_MAX || name.starts_with(token_sign);
}

std::string without_tokens(std::string text)
{
    constexpr std::string_view instead = "[token]";
    for (auto at = text.find(token_sign); at != std::string::npos; at = text.find(token_sign, at + instead.size()))
    {
        auto const end = std::min(text.find_first_not_of(token_letters, at), text.size());
        if (!is_in_word(text, at) && has_parts(std::string_view{text}.substr(at, end - at)))
            text.replace(at, end - at, instead);
    }
    return text;
}

}  // namespace batch_cancel::cli
