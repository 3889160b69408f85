#include "wire/secret_text.hpp"

#include <doctest/doctest.h>

#include <string>

using batch_cancel::wire::hide_secret;

namespace
{

std::string const secret = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiJ4In0.c2lnbmF0dXJl";

std::string hidden(std::string text)
{
    hide_secret(text, secret);
    return text;
}

}  // namespace

TEST_SUITE("secret_text")
{
    TEST_CASE("secret_text: a token that is sent back is hidden, whole or cut, wherever it stands")
    {
        CHECK(hidden("Authorization: Bearer " + secret + "\r\nHost: x") == "Authorization: Bearer [token]\r\nHost: x");
        CHECK(hidden(secret) == "[token]");
        CHECK(hidden(secret + " and " + secret) == "[token] and [token]");
        CHECK(hidden("Bearer " + secret.substr(0, 20)) == "Bearer [token]");
    }

    TEST_CASE("secret_text: other texts stay as they are")
    {
        for (std::string const text : {"", "a cancel was accepted", "eyJ0eXAi"})
            CHECK(hidden(text) == text);
        std::string text = "an old word";
        hide_secret(text, "old");
        hide_secret(text, "");
        CHECK(text == "an old word");
    }
}
