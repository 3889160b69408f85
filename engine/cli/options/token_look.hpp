#pragma once

#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Tell whether what was given as a file's name is rather a token: a JSON web token, or longer than a name can be. */
bool looks_like_token(std::string_view name);

/** A message in which a JSON web token that somebody gave in the place of something else is "[token]". */
std::string without_tokens(std::string text);

}  // namespace batch_cancel::cli
