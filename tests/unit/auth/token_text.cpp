#include <batch_cancel/token_text.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

using namespace batch_cancel;
using namespace std::chrono_literals;

namespace
{

std::string in_utf16(std::string_view text, bool is_little)
{
    std::string out = is_little ? "\xff\xfe" : "\xfe\xff";
    for (char const c : text)
    {
        out += is_little ? c : '\0';
        out += is_little ? '\0' : c;
    }
    return out;
}

std::string const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3OTU0MDAwMDB9.c2lnbmF0dXJl";  // {"exp":1795400000}

}  // namespace

TEST_SUITE("token_text")
{
    TEST_CASE("read_token: a token in all that people and programs put around it")
    {
        std::string const token = "opaque.0123-_~+/=";
        for (std::string const& text :
             {token, token + "\n", "  " + token + "\r\n", "\xef\xbb\xbf" + token + "\r\n", "\"" + token + "\"\n",
              "'" + token + "'", "Bearer " + token, "bearer \t" + token + "\n", "\"Bearer " + token + "\"",
              "Authorization: Bearer " + token + "\r\n", in_utf16(token + "\r\n", true), in_utf16(token, false),
              in_utf16(token, true).substr(2), std::string(token + std::string(40, '\0')),
              R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":3599})",
              R"({"accessToken":")" + token + R"(","expiresOn":"2026-11-22 03:04:05.000000","tenant":"x"})",
              "\xef\xbb\xbf{\r\n  \"Token\": \"" + token + "\",\r\n  \"ExpiresOn\": \"x\"\r\n}\r\n",
              in_utf16(R"({"AccessToken":"Bearer )" + token + R"("})", true)})
        {
            CAPTURE(text);
            auto const read = read_token(text);
            CHECK(read.token == token);
            CHECK(read.fault.empty());
            CHECK_FALSE(read.is_unfinished);
            CHECK_FALSE(read.expires);
        }
    }

    TEST_CASE("read_token: when it expires, by the JSON around it or by itself")
    {
        auto const expiry = [](std::string_view text)
        {
            auto const read = read_token(text);
            CHECK_FALSE(read.token.empty());
            return read.expires ? read.expires->time_since_epoch() / 1s : 0;
        };
        CHECK(expiry(R"({"accessToken":"x","expires_on":1795400001})") == 1795400001);
        CHECK(expiry(R"({"access_token":"x","expires_on":"1795400001"})") == 1795400001);
        CHECK(expiry(R"({"accessToken":"x","expires_on":"soon"})") == 0);
        CHECK(expiry(R"({"accessToken":"x","expires_on":1e300})") == 0);
        CHECK(expiry(jwt) == 1795400000);
        CHECK(expiry(R"({"expires_on":1,"accessToken":")" + jwt + "\"}") == 1795400000);
    }

    TEST_CASE("read_token: what may be a token in a moment")
    {
        for (std::string const& text :
             {std::string(), std::string("\n"), std::string("\xef\xbb\xbf"), std::string(100, '\0'),
              std::string("\xff\xfe"), std::string("\"half"), std::string("Bearer "), std::string("\""),
              std::string(R"({"accessToken":"ey)"), std::string("{"), jwt.substr(0, 12), jwt.substr(0, 40),
              jwt.substr(0, jwt.rfind('.') + 1), std::string(R"({"accessToken":""})")})
        {
            CAPTURE(text);
            auto const read = read_token(text);
            CHECK(read.token.empty());
            CHECK(read.is_unfinished);
            CHECK_FALSE(read.fault.empty());
        }
    }

    TEST_CASE("read_token: what is no token is named, and not shown")
    {
        struct other
        {
            std::string text;
            std::string_view said;
        };
        for (auto const& [text, said] :
             {other{"-----BEGIN PRIVATE KEY-----\ncanary\n", "a private key"},
              other{"-----BEGIN RSA PRIVATE KEY-----", "a private key"},
              other{"-----BEGIN CERTIFICATE-----\ncanary\n", "certificate"},
              other{R"({"refresh_token":"canary"})", "without accessToken"},
              other{R"({"accessToken":{"canary":1}})", "without accessToken"},
              other{R"({"error":"invalid_grant","error_description":"canary"})", "error answer"},
              other{R"(["canary"])", "a JSON list"}, other{R"({"accessToken":"canary",}})", "cannot be read"},
              other{"<html>canary</html>", "XML or HTML"}, other{"export TOKEN=eyJcanary", "assignment"},
              other{"canary word", "several words"}, other{"canary\ncanary", "several words or lines"},
              other{"canar\xc3\xbf", "characters that no token has"},
              other{in_utf16("canary", true) + "\x11\x11", "characters that no token has"},
              other{std::string(64 * 1024 + 1, 'c'), "64 KiB"}, other{std::string(1024 * 1024, ' '), "64 KiB"}})
        {
            CAPTURE(said);
            auto const read = read_token(text);
            CHECK(read.token.empty());
            CHECK_FALSE(read.is_unfinished);
            CHECK(read.fault.find(said) != std::string::npos);
            CHECK(read.fault.find("canar") == std::string::npos);
            CHECK(read.fault.find(';') == std::string::npos);  // behind it comes the remedy, which others give
        }
        std::string longest(64 * 1024, 'c');
        longest += "\r\n";
        CHECK(read_token(longest).token.size() == 64 * 1024);
    }

    TEST_CASE("read_token_claims: what a JSON web token says, and nothing of what is none")
    {
        // {"aud":"https://graph.microsoft.com","exp":1795400000,"nbf":1795396400.5,"tid":"t"}
        auto const claims = read_token_claims(
            "h.eyJhdWQiOiJodHRwczovL2dyYXBoLm1pY3Jvc29mdC5jb20iLCJleHAiOjE3OTU0MDAwMDAsIm5iZiI6MTc5NTM5NjQwMC41LCJ0aWQi"
            "OiJ0In0.s");
        REQUIRE(claims);
        CHECK(claims->audiences == std::vector<std::string>{"https://graph.microsoft.com"});
        CHECK(claims->expires->time_since_epoch() == 1795400000s);
        CHECK(claims->valid_from->time_since_epoch() == 1795396400s);
        CHECK(claims->tenant == "t");
        for (auto const* const other : {"", "opaque", "a.b", "a.b.c", "a..c", "..", "a.!!.c", "a.e30.c.d.e", "a.W10.c"})
        {
            CAPTURE(other);
            CHECK_FALSE(read_token_claims(other));
        }
        CHECK(read_token_claims("a.e30.c"));                                 // {}
        CHECK_FALSE(read_token_claims("a.eyJleHAiOi0xZTMwMH0.c")->expires);  // {"exp":-1e300}
    }
}
