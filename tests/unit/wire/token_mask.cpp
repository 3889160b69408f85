#include "wire/token_mask.hpp"

#include <doctest/doctest.h>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using batch_cancel::wire::token_mask;

namespace
{

std::string const jwt = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiJ4In0.c2lnbmF0dXJl";

std::string hidden(std::string text, std::string_view token = jwt)
{
    token_mask const mask{token};
    mask.hide(text);
    return text;
}

// By OpenSSL rather than by the code under test.
std::string base64(std::string_view text)
{
    std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
    auto const size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<unsigned char const*>(text.data()), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string base64url(std::string_view text)
{
    auto out = base64(text);
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    return out.substr(0, out.find('='));
}

std::string each_byte_as(char const* format, std::string_view text)
{
    std::string out;
    for (char const letter : text)
    {
        char piece[16];
        std::snprintf(piece, sizeof piece, format, static_cast<unsigned>(static_cast<unsigned char>(letter)));
        out += piece;
    }
    return out;
}

std::string percent(std::string_view text, char const* format)
{
    std::string out;
    for (char const letter : text)
    {
        bool const is_reserved =
            std::string_view("!\"#$%&'()*+,/:;<=>?@[\\]^`{|}").find(letter) != std::string_view::npos;
        out += is_reserved ? each_byte_as(format, {&letter, 1}) : std::string(1, letter);
    }
    return out;
}

std::vector<std::string> forms_of(std::string const& token, std::string const& before)
{
    return {before + token,
            base64(before + token),
            base64url(before + token),
            each_byte_as("%02x", token),
            each_byte_as("%02X", token),
            each_byte_as("%%%02x", token),
            each_byte_as("%%%02X", token),
            percent(token, "%%%02x"),
            percent(token, "%%%02X")};
}

using random_engine = std::mt19937_64;

std::size_t up_to(random_engine& random, std::size_t most)
{
    return static_cast<std::size_t>(random() % (most + 1));
}

std::string random_token(random_engine& random)
{
    constexpr std::string_view base64url_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bool const is_opaque = random() % 3 == 0;
    std::string token;
    for (auto left = 16 + up_to(random, 600); left != 0; --left)
        token += is_opaque ? static_cast<char>('!' + up_to(random, '~' - '!')) : base64url_letters[up_to(random, 63)];
    return token;
}

std::string random_guid(random_engine& random)
{
    char out[40];
    std::snprintf(out, sizeof out, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(random()),
                  static_cast<unsigned>(random() & 0xffff), static_cast<unsigned>(random() & 0xffff),
                  static_cast<unsigned>(random() & 0xffff), static_cast<unsigned long long>(random() & 0xffffffffffff));
    return out;
}

// What services say: words, ids, links, and JSON that was put into a text.
std::string random_text(random_engine& random)
{
    static std::vector<std::string> const pieces{
        "The task cannot be cancelled any more. ",
        "https://graph.microsoft.com/v1.0/solutions/migrations/jobs('",
        "{\"error\":{\"code\":\"Conflict\",\"innerError\":{",
        "Ein Wort mit \xc3\xbc und \xe2\x82\xac, ",
        "\x01\xff\xfe",
        "MicrosoftGraphCrossTenantMigrationService/TaskNotCancellableException: ",
        "0000000000000000",
        "/users/"};
    std::string text;
    for (auto left = up_to(random, 8); left != 0; --left)
        text += random() % 3 == 0 ? random_guid(random) : pieces[up_to(random, pieces.size() - 1)];
    return text;
}

// Ways to write one character, of HTML, links, JSON and the logs of servers.
std::string escaped(random_engine& random, char letter)
{
    static constexpr std::array<char const*, 12> formats{"&#%u;",    "&#%03u;", "&#x%x;",  "&#x%X;",
                                                         "&#X00%x;", "%%%02x",  "%%%02X",  "%%u%04x",
                                                         "\\u%04x",  "\\u%04X", "\\x%02x", "\\u{%x}"};
    if (letter == '/' && random() % 4 == 0)
        return "\\/";
    if (letter == '+' && random() % 4 == 0)
        return " ";
    return each_byte_as(formats[up_to(random, formats.size() - 1)], {&letter, 1});
}

std::string partly_escaped(random_engine& random, std::string_view text, std::size_t one_in)
{
    std::string out;
    for (char const letter : text)
    {
        // What a backslash, an ampersand or a percent sign as it is means depends on what follows.
        bool const is_mark = std::string_view("&%\\").find(letter) != std::string_view::npos;
        if (is_mark || up_to(random, one_in - 1) == 0)
            out += escaped(random, letter);
        else
            out += letter;
    }
    return out;
}

std::string replaced(std::string text, std::string_view each, std::string_view by)
{
    for (auto at = text.find(each); at != std::string::npos; at = text.find(each, at + by.size()))
        text.replace(at, each.size(), by);
    return text;
}

// All runs that must not be seen.
bool shows(std::string const& text, std::string const& form)
{
    for (std::size_t at = 0; at + 16 <= form.size(); ++at)
        if (text.find(form.substr(at, 16)) != std::string::npos)
            return true;
    return false;
}

}  // namespace

TEST_SUITE("token_mask")
{
    TEST_CASE("token_mask: a token that is sent back is hidden, whole or cut, wherever it stands")
    {
        CHECK(hidden("Authorization: Bearer " + jwt + "\r\nHost: x") == "Authorization: Bearer [token]\r\nHost: x");
        CHECK(hidden(jwt) == "[token]");
        CHECK(hidden(jwt + " and " + jwt) == "[token] and [token]");
        CHECK(hidden("Bearer " + jwt.substr(0, 20)) == "Bearer [token]");
        CHECK(hidden("its end is " + jwt.substr(jwt.size() - 16)) == "its end is [token]");
        CHECK(hidden("\"" + jwt.substr(20, 30) + "\"") == "\"[token]\"");
        CHECK(hidden(jwt.substr(30, 16)) == "[token]");
    }

    TEST_CASE("token_mask: its encoded forms are hidden too, whatever stands before it")
    {
        for (std::string const before : {"", "x", "xy", "Bearer "})
        {
            CHECK(hidden("got " + base64(before + jwt) + ".") == "got [token]");
            CHECK(hidden("got " + base64(before + jwt.substr(20, 14)) + " so").find(base64(jwt.substr(21, 9))) ==
                  std::string::npos);
        }
        CHECK(hidden("got " + each_byte_as("%02x", jwt) + " so") == "got [token] so");
        CHECK(hidden("got " + each_byte_as("%%%02X", jwt.substr(40)) + " so") == "got [token] so");
    }

    TEST_CASE("token_mask: other texts stay as they are")
    {
        for (std::string const text :
             {"", "a cancel was accepted", "eyJ0eXAi", "eyJ0eXAiOiJKV1Q and iLCJhbGciOiJSUz",
              "Cancellation request for task 6a88de8d-7027-44c1-8674-03f826aa1704 was accepted."})
            CHECK(hidden(text) == text);
    }

    TEST_CASE("token_mask: a token with each character escaped is hidden")
    {
        for (auto const* const format :
             {"&#%u;", "&#x%x;", "&#x%04X;", "%%%02x", "%%u%04X", "\\u%04x", "\\x%02X", "\\%03o"})
        {
            CAPTURE(format);
            CHECK(hidden("got " + each_byte_as(format, jwt) + " so") == "got [token] so");
            CHECK(hidden("<b>" + each_byte_as(format, jwt.substr(20, 16)) + "</b>") == "<b>[token]</b>");
        }
        CHECK(hidden("got " + each_byte_as("&#%u", jwt) + " so") == "got [token] so");
        CHECK(hidden("got " + each_byte_as("&#%u;", jwt.substr(20, 15)) + " so") ==
              "got " + each_byte_as("&#%u;", jwt.substr(20, 15)) + " so");
    }

    TEST_CASE("token_mask: no piece of a token with a few escaped characters is seen")
    {
        std::string const opaque = "EwB4A8l6+BAAUs5H/kcA3==qZ0i8/Yt+m2Q";
        for (std::string const plus : {"+", "&#43;", "&#x2B;", "&plus;", "\\u002b", "%2B", " "})
            for (std::string const slash : {"/", "&#47;", "&sol;", "\\u002F", "%2f", "\\/", "\\\\/"})
                for (std::string const equals : {"=", "&#61;", "&#x3d;", "&equals;", "\\u003D", "%3D"})
                {
                    auto const sent_back = replaced(replaced(replaced(opaque, "+", plus), "/", slash), "=", equals);
                    CAPTURE(sent_back);
                    CHECK(hidden("token=\"" + sent_back + "\" refused", opaque) == "token=\"[token]\" refused");
                }
    }

    TEST_CASE("token_mask: forms of forms are hidden")
    {
        std::string const opaque = "EwB4A8l6+BAAUs5H/kcA3==qZ0i8/Yt+m2Q";
        CHECK(hidden("got " + replaced(opaque, "+", "%252B") + " so", opaque) == "got [token] so");
        CHECK(hidden("got " + replaced(opaque, "+", "&amp;#43;") + " so", opaque) == "got [token] so");
        CHECK(hidden("got " + replaced(opaque, "+", "\\u0026#43;") + " so", opaque) == "got [token] so");
        CHECK(hidden("got " + each_byte_as("&#%u;", base64(jwt)) + " so") == "got [token] so");
        CHECK(hidden("got " + each_byte_as("\\u%04x", each_byte_as("%02x", jwt)) + " so") == "got [token] so");
        CHECK(hidden("got " + replaced(base64("a~~~" + jwt), "/", "\\/") + " so", "a~~~" + jwt) == "got [token] so");
    }

    TEST_CASE("token_mask: a token in which an escape stands by chance is hidden as it is, and escaped")
    {
        std::string const opaque = "ab%2Bcdef&#43;ghi\\u002bjklm";
        CHECK(hidden("got \"" + opaque + "\"", opaque) == "got \"[token]\"");
        CHECK(hidden("got " + each_byte_as("&#%u;", opaque) + " so", opaque) == "got [token] so");
        CHECK(hidden("got " + percent(opaque, "%%%02x") + " so", opaque) == "got [token] so");
    }

    TEST_CASE("token_mask: several tokens in one text, each in its own form, and what is no escape")
    {
        CHECK(hidden("100 % & \\ " + jwt + " &#x; %zz \\q " + each_byte_as("&#%u;", jwt) + " &#99999999999; %") ==
              "100 % & \\ [token] &#x; %zz \\q [token] &#99999999999; %");
        for (std::string const text : {"&", "%", "\\", "&#", "&#x", "%4", "%u004", "\\u00", "\\u{41", "\\x4", "&#x41",
                                       "50 % of C:\\users\\new & old &lt;b&gt; 'it&#39;s' %20 \\u00e4\\n&#8364;"})
            CHECK(hidden(std::string(16, ' ') + text) == std::string(16, ' ') + text);
    }

    TEST_CASE("token_mask: of a short token all of it is hidden; one that would be found in words is not looked for")
    {
        CHECK(hidden("say opaque-8 now", "opaque-8") == "say [token] now");
        CHECK(hidden("say opaque- now", "opaque-8") == "say opaque- now");
        CHECK(hidden("not 0123456789abcd, but 0123456789abcde", "0123456789abcde") ==
              "not 0123456789abcd, but [token]");
        CHECK(hidden("an old word", "old") == "an old word");
        CHECK(hidden("an old word", "") == "an old word");
    }

    TEST_CASE("token_mask: a token of one letter, and the longest one")
    {
        CHECK(hidden("a " + std::string(17, 'x') + " b", std::string(5000, 'x')) == "a [token] b");
        CHECK(hidden("a " + std::string(15, 'x') + " b", std::string(5000, 'x')) == "a xxxxxxxxxxxxxxx b");
        random_engine random(7);
        std::string token;
        while (token.size() < 64 * 1024)
            token += random_token(random);
        CHECK(hidden("end " + token.substr(token.size() - 40), token).find(token.substr(token.size() - 16)) ==
              std::string::npos);
    }

    TEST_CASE("token_mask: any part of any form, in any text; and texts without one are untouched")
    {
        random_engine random(20261122);
        for (int round = 0; round != 40; ++round)
        {
            auto const token = random_token(random);
            CAPTURE(token);
            token_mask const mask{token};
            for (int texts = 0; texts != 40; ++texts)
            {
                auto const forms = forms_of(token, std::string(up_to(random, 5), '.'));
                auto const& form = forms[up_to(random, forms.size() - 1)];
                auto const length = 16 + up_to(random, form.size() - 16);
                auto const part = form.substr(up_to(random, form.size() - length), length);
                auto const before = random_text(random);
                auto const after = random_text(random);
                auto text = before;
                mask.hide(text);
                CHECK(text == before);
                text = before + ' ' + part + ' ' + after;
                mask.hide(text);
                // Letters at the ends of the base64 form belong to what stands around the token, too.
                for (auto const& each : forms_of(token, {}))
                    CHECK_FALSE(shows(text, each));
                CHECK(text.starts_with(before + ' '));
                CHECK(text.ends_with(' ' + after));
            }
        }
    }

    TEST_CASE("token_mask: any mixture of escapes, in any text")
    {
        random_engine random(20261123);
        for (int round = 0; round != 40; ++round)
        {
            auto const token = random_token(random);
            CAPTURE(token);
            token_mask const mask{token};
            for (int texts = 0; texts != 40; ++texts)
            {
                auto const length = 16 + up_to(random, token.size() - 16);
                auto const part = token.substr(up_to(random, token.size() - length), length);
                auto const sent_back = partly_escaped(random, part, 1 + up_to(random, 40));
                CAPTURE(sent_back);
                auto const before = random_text(random);
                auto const after = random_text(random);
                auto text = before + '\n' + sent_back + '\n' + after;
                mask.hide(text);
                CHECK(text == before + "\n[token]\n" + after);
            }
        }
    }
}
