#include "wire/url.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace batch_cancel::wire;

TEST_SUITE("url")
{
    TEST_CASE("url: every part of a proxy's address and of a next link")
    {
        auto const proxy = parse_url("http://user:pass%20word@Proxy.Example:3128");
        CHECK_FALSE(proxy.secure);
        CHECK(proxy.user_info == "user:pass%20word");
        CHECK(proxy.host == "proxy.example");
        CHECK(proxy.kind == url::host_kind::name);
        CHECK(proxy.port == 3128);
        CHECK(proxy.path.empty());
        CHECK_FALSE(proxy.query);

        auto const next = parse_url("https://graph.microsoft.com/v1.0/a(b='c')/users?$skiptoken=x/y?z&$top=999");
        CHECK(next.port == 443);
        CHECK(next.path == "/v1.0/a(b='c')/users");
        CHECK(next.query == "$skiptoken=x/y?z&$top=999");
        CHECK_FALSE(next.user_info);

        CHECK(parse_url("http://192.0.2.1?").query == "");
        CHECK(parse_url("https://@host/").user_info == "");
        CHECK(parse_url("https://[2001:DB8:0::1]/").host == "2001:db8::1");
        CHECK(parse_url("https://[2001:db8::1]").kind == url::host_kind::ipv6);
        CHECK(parse_url("https://192.0.2.1").kind == url::host_kind::ipv4);
    }

    TEST_CASE("url: what is refused is told without the URL, which may hold a password")
    {
        for (auto const* const text : {"https://user:secret@", "https://user:sec ret@host", "https://us[er:secret@host",
                                       "https://user:secret@host:0", "https://user:secret@host#x", "secret"})
        {
            CAPTURE(text);
            try
            {
                parse_url(text);
                FAIL_CHECK("taken");
            }
            catch (std::invalid_argument const& refused)
            {
                CHECK(std::string(refused.what()).find("cret") == std::string::npos);
            }
        }
    }
}
