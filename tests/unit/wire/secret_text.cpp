#include <batch_cancel/secret_text.hpp>

#include "wire/wiped_string.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using batch_cancel::secret_text;

TEST_SUITE("secret_text")
{
    TEST_CASE("secret_text: what it is made from and compared with")
    {
        secret_text const none;
        CHECK(none.empty());
        CHECK(none == "");
        secret_text const first = "a secret";
        secret_text const second = std::string_view("a secret");
        std::string const text = "a secret";
        secret_text const third = text;
        CHECK(first == second);
        CHECK(third == text);
        CHECK(first.size() == 8);
        CHECK(first != "another");
        CHECK(std::string(std::string_view(first)) == text);
    }

    TEST_CASE("secret_text: a text that is taken over is gone from where it was")
    {
        for (std::size_t const length : {5u, 500u})
        {
            std::string text(length, 'x');
            auto const* const memory = text.data();
            secret_text taken = std::move(text);
            CHECK(text.empty());
            CHECK(std::string_view(memory, length) == std::string(length, '\0'));
            auto const moved = std::move(taken);
            CHECK(taken.empty());
            CHECK(moved == std::string(length, 'x'));
        }
    }

    TEST_CASE("secret_text: copies live by themselves")
    {
        secret_text first = "one";
        auto second = first;
        first = "other";
        CHECK(second == "one");
        second = first;
        CHECK(second == "other");
    }

    TEST_CASE("wipe: the whole room of a text, not only what it holds now")
    {
        std::string text(100, 'x');
        text.resize(3);
        auto const* const memory = text.data();
        batch_cancel::wire::wipe(text);
        CHECK(text.empty());
        CHECK(std::string_view(memory, 100) == std::string(100, '\0'));
    }
}
