#pragma once

#include <string>
#include <string_view>

namespace batch_cancel::wire
{

/** Replace what a peer has sent back of a secret by "[token]": some echo the request's fields in what they say about it. Looks
    for the secret's beginning, since texts are cut, and takes away all that goes on like a token. */
void hide_secret(std::string& text, std::string_view secret);

}  // namespace batch_cancel::wire
