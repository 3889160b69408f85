#include <batch_cancel/endpoint.hpp>
#include <batch_cancel/errc.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace batch_cancel;

namespace
{

// What a URL is refused with; empty if it is not.
std::string refusal(std::string const& url)
{
    try
    {
        parse_endpoint(url);
        return {};
    }
    catch (described_error const& refused)
    {
        CHECK(refused.code() == errc::bad_configuration);
        return refused.what();
    }
}

}  // namespace

TEST_SUITE("endpoint")
{
    TEST_CASE("parse_endpoint: roots of the service, and how they are written")
    {
        auto const graph = parse_endpoint("https://graph.microsoft.com");
        CHECK(graph.secure());
        CHECK(graph.host() == "graph.microsoft.com");
        CHECK(graph.port() == 443);
        CHECK(graph.base_path().empty());
        CHECK(graph.authority() == "graph.microsoft.com");
        CHECK(graph.to_url() == "https://graph.microsoft.com");
        CHECK(graph == endpoint{});

        struct
        {
            char const* given;
            char const* host;
            char const* written;
        } const roots[] = {
            {"HTTPS://Gateway.Example:8443/graph/root/", "gateway.example", "https://gateway.example:8443/graph/root"},
            {"https://[::1]:9000", "::1", "https://[::1]:9000"},
            {"https://[2001:DB8:0:0::1]/", "2001:db8::1", "https://[2001:db8::1]"},
            {"https://host:443/", "host", "https://host"},
            {"https://host:80/", "host", "https://host:80"},
            {"https://host:0443", "host", "https://host"},
            {"https://host:65535", "host", "https://host:65535"},
            {"http://localhost:80", "localhost", "http://localhost"},
            {"https://10.0.0.1", "10.0.0.1", "https://10.0.0.1"},
            // A name, though it begins with an address
            {"https://10.0.0.1.nip.io", "10.0.0.1.nip.io", "https://10.0.0.1.nip.io"},
            {"https://127.0.0.1evil.com/", "127.0.0.1evil.com", "https://127.0.0.1evil.com"},
            {"https://1.2.3.4a", "1.2.3.4a", "https://1.2.3.4a"},
            {"https://0xfg", "0xfg", "https://0xfg"},
            {"https://my_gateway-1.example", "my_gateway-1.example", "https://my_gateway-1.example"},
            {"https://xn--mnchen-3ya.example", "xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"},
            {"https://host/v1.0/graph", "host", "https://host/v1.0/graph"},
            {"https://host/alphabeta", "host", "https://host/alphabeta"},
            {"https://host/a%20b/c:d", "host", "https://host/a%20b/c:d"},
            {"https://host/...", "host", "https://host/..."},
        };
        for (auto const& [given, host, written] : roots)
        {
            CAPTURE(given);
            CHECK(refusal(given) == "");
            auto const read = parse_endpoint(given);
            CHECK(read.host() == host);
            CHECK(read.to_url() == written);
            CHECK(parse_endpoint(written) == read);
        }
    }

    TEST_CASE("parse_endpoint: plain http for loopback only")
    {
        for (std::string const host : {"127.0.0.1:8080", "127.255.255.254", "localhost", "LOCALHOST", "[::1]",
                                       "[0:0::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"})
        {
            CAPTURE(host);
            CHECK(refusal("http://" + host) == "");
            CHECK_FALSE(parse_endpoint("http://" + host).secure());
        }
        for (std::string const host :
             {"graph.microsoft.com", "10.0.0.1", "0.0.0.0", "[::]", "[::ffff:0.0.0.0]", "[::ffff:10.0.0.1]", "[::2]",
              "[::127.0.0.1]", "localhost.example.com", "notlocalhost", "127.0.0.1evil.com", "127.0.0.1.nip.io",
              "128.0.0.1", "127-0-0-1.example"})
        {
            CAPTURE(host);
            CHECK(refusal("http://" + host).find("loopback") != std::string::npos);
            CHECK(refusal("https://" + host) == "");
        }
    }

    TEST_CASE("parse_endpoint: what is refused says why, and what to write")
    {
        std::string const long_label(64, 'a');
        std::string long_name = "a";
        while (long_name.size() <= 253)
            long_name += ".aaaaaaaaa";
        std::pair<std::string, char const*> const refused[] = {
            {"", "not a URL"},
            {"graph.microsoft.com", "not a URL"},
            {"graph.microsoft.com:443", "not a URL"},
            {"//graph.microsoft.com", "not a URL"},
            {"://graph.microsoft.com", "not a URL"},
            {"https:/graph.microsoft.com", "not a URL"},
            {"ftp://graph.microsoft.com", "only https"},
            {"https://", "no host"},
            {"https:///v1", "no host"},
            {"https://:443", "no host"},
            {"https://host:", "port"},
            {"https://host:0", "port"},
            {"https://host:65536", "port"},
            {"https://host:70000", "port"},
            {"https://host:99999", "port"},
            {"https://host:4294967739", "port"},
            {"https://host:18446744073709552059", "port"},
            {"https://host:44e", "port"},
            {"https://host:abc/x", "port"},
            {"https://host:+443", "port"},
            {"https://host:-1", "port"},
            {"https://host:443:443", "port"},
            {"https://[::1]:x", "port"},
            {"https://[::1]443", "only a port may follow"},
            {"https://[::1", "not closed"},
            {"https://::1", "no host"},
            {"https://[localhost]", "not an IPv6 address"},
            {"https://[127.0.0.1]", "not an IPv6 address"},
            {"https://[v1.fe80::a]", "not an IPv6 address"},
            {"https://[fe80::1%25lo]", "scope"},
            {"https://[fe80::1%lo]", "scope"},
            {"https://[::1%251]", "scope"},
            {"https://127.1", "looks like an address"},
            {"https://127.0.1", "looks like an address"},
            {"https://0x7f.1", "looks like an address"},
            {"https://0x7f000001", "looks like an address"},
            {"https://0X7F.0.0.1", "looks like an address"},
            {"https://127.0.0.0x1", "looks like an address"},
            {"https://0x", "looks like an address"},
            {"https://2130706433", "looks like an address"},
            {"https://0177.0.0.1", "looks like an address"},
            {"https://127.0.0.01", "looks like an address"},
            {"https://256.0.0.1", "looks like an address"},
            {"https://1.2.3.4.5", "looks like an address"},
            {"https://example.1", "looks like an address"},
            {"https://127.0.0.1.", "dot too many"},
            {"https://graph.microsoft.com.", "dot too many"},
            {"https://localhost..", "dot too many"},
            {"https://.host", "dot too many"},
            {"https://a..b", "dot too many"},
            {"https://.", "dot too many"},
            {"https://-a.example", "hyphen"},
            {"https://a-.example", "hyphen"},
            {"https://" + long_label + ".example", "more than 63"},
            {"https://" + long_name, "longer than 253"},
            {"https://host/" + std::string(2048, 'a'), "longer than 2048"},
            {"https://a%2fb.example", "percent-encoded"},
            {"https://a%25b.example", "percent-encoded"},
            {"https://a%3a80", "percent-encoded"},
            {"https://a%3fb", "percent-encoded"},
            {"https://a%23b", "percent-encoded"},
            {"https://a%40b", "percent-encoded"},
            {"https://a%5cb", "percent-encoded"},
            {"https://a%20b", "percent-encoded"},
            {"https://a%00b", "percent-encoded"},
            {"https://a%0d%0ab.example", "percent-encoded"},
            {"https://%67raph.microsoft.com", "percent-encoded"},
            {"https://a%zz", "percent-encoded"},
            {"https://a b.example", "blank or a control character"},
            {" https://host", "blank or a control character"},
            {"https://host\n", "blank or a control character"},
            {"https://host\t/x", "blank or a control character"},
            {std::string("https://ho\0st", 13), "blank or a control character"},
            {"https://ho\x7fst", "blank or a control character"},
            {"https://host\\.example", "backslash"},
            {"https://host\\@evil.example", "user or password"},
            {"https://münchen.example", "xn--"},
            {"https://host/münchen", "percent-encoded"},
            {"https://１２７.0.0.1", "xn--"},
            {"https://a,b", "no host has"},
            {"https://a!b", "no host has"},
            {"https://a\"b", "no host has"},
            {"https://host?x=1", "query"},
            {"https://host/?", "query"},
            {"https://host#x", "fragment"},
            {"https://host/#", "fragment"},
            {"https://host/a?x#y", "fragment"},
            {"https://@host", "user or password"},
            {"https://user@host", "user or password"},
            {"https://user:password@host", "user or password"},
            {"https://host/a@b", "user or password"},
            {"https://host/../x", "goes up or nowhere"},
            {"https://host/a/.", "goes up or nowhere"},
            {"https://host/%2e%2E/x", "goes up or nowhere"},
            {"https://host/.%2e", "goes up or nowhere"},
            {"https://host//x", "two slashes"},
            {"https://host//", "two slashes"},
            {"https://host/a//b/", "two slashes"},
            {"https://host/a|b", "must be percent-encoded"},
            {"https://host/a%2", "must be percent-encoded"},
            {"https://graph.microsoft.com/v1.0", "--api-version v1.0"},
            {"https://graph.microsoft.com/v1.0/", "--api-version v1.0"},
            {"https://graph.microsoft.com/beta", "--api-version beta"},
            {"https://graph.microsoft.com/Beta/", "--api-version beta"},
            {"https://gateway.example/graph/V1.0", "--api-version v1.0"},
        };
        for (auto const& [url, why] : refused)
        {
            CAPTURE(url);
            auto const text = refusal(url);
            CHECK_MESSAGE(text.find("\" cannot be the service: ") != std::string::npos, text);
            CHECK_MESSAGE(text.find(why) != std::string::npos, text);
        }
    }

    TEST_CASE("parse_endpoint: what is refused is shown without user and password")
    {
        for (std::string const url : {"http://user:secret@127.0.0.1:9", "https://user:se/cret@host", "user:secret@host",
                                      "ftp://secret@host", "https://user:se cret@host", "https://a@secret@host?x=1"})
        {
            CAPTURE(url);
            auto const text = refusal(url);
            CHECK(text.find("cret") == std::string::npos);
            CHECK(text.find("…" + url.substr(url.rfind('@')) + "\" cannot be the service: ") != std::string::npos);
        }
    }

    TEST_CASE("endpoint: one that has been moved from still has its host")
    {
        auto first = parse_endpoint("https://a-host-with-a-long-name.example/base");
        auto const second = std::move(first);
        CHECK(first == second);
    }
}
