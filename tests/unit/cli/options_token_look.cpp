#include "cli/options/token_look.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace batch_cancel::cli;

TEST_SUITE("options_token_look")
{
    TEST_CASE("token_look: a token in the place of a file's name is known")
    {
        std::string const claims(30, 'c');
        CHECK(looks_like_token("eyJ0eXAi.eyJ0aWQi.c2ln"));
        CHECK(looks_like_token("eyJ"));
        CHECK(looks_like_token("./eyJ0eXAi.eyJ0aWQi.c2ln"));
        CHECK(looks_like_token("/run/h." + claims + ".iv.text.tag"));
        CHECK(looks_like_token("h-_." + claims + ".signature"));
        CHECK(looks_like_token(std::string(256, 'x')));
        for (std::string const& name :
             {std::string{"token"}, std::string{"/run/secrets/graph.token.txt"}, std::string{"a.b.c"}, std::string{},
              "./" + claims + ".of.txt", std::string(255, 'x')})
        {
            CAPTURE(name);
            CHECK_FALSE(looks_like_token(name));
        }
    }

    TEST_CASE("token_look: a message shows no JSON web token, and all the rest")
    {
        CHECK(without_tokens("not expected: --token=eyJ0eXAi.eyJ0aWQi.c2ln-_") == "not expected: --token=[token]");
        CHECK(without_tokens("eyJh.b.c: a number, not eyJd.e.f") == "[token]: a number, not [token]");
        CHECK(without_tokens("cannot open eyJh.k.i.t.g.") == "cannot open [token]");
        for (std::string const text : {"", "a.b.c: cannot be opened", "eyJ is no token", "keyJ.b.c", "eyJ"})
            CHECK(without_tokens(text) == text);
    }
}
