#include "wire/unescaped_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using batch_cancel::wire::may_have_escapes;
using batch_cancel::wire::unescaped_text;

namespace
{

std::string once(std::string_view source)
{
    unescaped_text text(source);
    text.unescape();
    return std::string(text.text());
}

}  // namespace

TEST_SUITE("unescaped_text")
{
    TEST_CASE("unescaped_text: the escapes of HTML, links and JSON, in any mixture")
    {
        CHECK(once("a&#43;b&#x2B;c&#X2b;d&plus;e&#0000043;f&#43&#x2Bg") == "a+b+c+d+e+f++g");
        CHECK(once("a%2Bb%2bc%u002Bd%U002b") == "a+b+c+d+");
        CHECK(once("a\\u002Bb\\u{2b}c\\x2bd\\053e\\/f\\\"g\\\\h") == "a+b+c+d+e/f\"g\\h");
        CHECK(once("&#x2f;%2F\\u002f\\/") == "////");
        CHECK(once("a&#32;b%20c") == "a b c");
    }

    TEST_CASE("unescaped_text: what is no escape of a visible character stays as it is")
    {
        for (std::string_view const source : {"",
                                              "a word",
                                              "&",
                                              "&;",
                                              "&#",
                                              "&#;",
                                              "&#x",
                                              "&#x;",
                                              "&#xg;",
                                              "&nothing;",
                                              "&plus",
                                              "&nbsp;",
                                              "%",
                                              "%2",
                                              "%g0",
                                              "%u",
                                              "%u002",
                                              "\\",
                                              "\\u",
                                              "\\u002",
                                              "\\u{",
                                              "\\u{}",
                                              "\\u{2b",
                                              "\\x",
                                              "\\x2",
                                              "\\05",
                                              "\\n",
                                              "\\q",
                                              "&#-43;",
                                              "%-2",
                                              "&#10;",
                                              "%0a",
                                              "\\u0000",
                                              "&#8364;",
                                              "&#127;",
                                              "%80",
                                              "\\u20ac",
                                              "&#99999999999999999999;",
                                              "&#x100000041;"})
        {
            CAPTURE(source);
            unescaped_text text(source);
            CHECK_FALSE(text.unescape());
            CHECK(text.text() == source);
        }
    }

    TEST_CASE("unescaped_text: layer by layer")
    {
        unescaped_text text("%25252B&amp;amp;");
        CHECK(text.unescape());
        CHECK(text.text() == "%252B&amp;");
        CHECK(text.unescape());
        CHECK(text.text() == "%2B&");
        CHECK(text.unescape());
        CHECK(text.text() == "+&");
        CHECK_FALSE(text.unescape());
    }

    TEST_CASE("unescaped_text: knows where each character stood")
    {
        unescaped_text text("a%252Bb&#43;");
        text.unescape();
        text.unescape();
        REQUIRE(text.text() == "a+b+");
        CHECK(text.source_of(0) == 0);
        CHECK(text.source_of(1) == 1);
        CHECK(text.source_of(2) == 6);
        CHECK(text.source_of(3) == 7);
        CHECK(text.source_of(4) == 12);
    }

    TEST_CASE("unescaped_text: a text that may have escapes is found wherever their first character stands")
    {
        for (std::size_t size = 0; size != 70; ++size)
        {
            std::string text(size, 'x');
            CHECK_FALSE(may_have_escapes(text));
            for (char const mark : {'&', '%', '\\'})
                for (std::size_t at = 0; at != size; ++at)
                {
                    text[at] = mark;
                    CHECK(may_have_escapes(text));
                    text[at] = 'x';
                }
        }
    }
}
