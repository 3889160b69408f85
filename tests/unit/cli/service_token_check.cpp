#include "cli/service/token_check.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::cli;
using namespace std::chrono_literals;

namespace
{

std::chrono::system_clock::time_point const now{1'795'400'000s};

bearer_token token_for(std::vector<std::string> audiences, std::chrono::seconds left)
{
    bearer_token made;
    made.source = make_fixed_token("x");
    made.name = "t";
    made.expires = now + left;
    made.claims =
        token_claims{.expires = made.expires, .valid_from = {}, .audiences = std::move(audiences), .tenant = {}};
    return made;
}

std::string refusal(std::string const& url, std::string const& audience)
{
    auto const service = parse_endpoint(url);
    return check_token(token_for({audience}, 1h), {.service = service}, now).refusal;
}

}  // namespace

TEST_SUITE("service_token_check")
{
    TEST_CASE("token_check: a token of another service or cloud, but for loopback and what is opaque")
    {
        std::string const graph = "https://graph.microsoft.com";
        for (std::string const audience : {"https://graph.microsoft.com", "https://graph.microsoft.com/",
                                           "HTTPS://Graph.Microsoft.com/", "00000003-0000-0000-c000-000000000000"})
        {
            CHECK(refusal(graph, audience).empty());
            CHECK(refusal("https://graph.example", audience).empty());
        }
        CHECK(refusal("https://graph.microsoft.us", "https://graph.microsoft.us").empty());
        CHECK(refusal(graph, "https://management.azure.com").find("management.azure.com, not for Microsoft Graph") !=
              std::string::npos);
        CHECK_FALSE(refusal(graph, "https://graph.microsoft.us").empty());
        CHECK_FALSE(refusal("https://graph.microsoft.us", graph).empty());
        CHECK_FALSE(refusal("https://graph.example", "https://management.azure.com").empty());
        for (std::string const local : {"https://127.0.0.1:8443", "https://localhost", "http://[::1]:8080",
                                        "https://[::ffff:127.0.0.1]", "https://127.9.9.9"})
            CHECK(refusal(local, "anybody").empty());
        auto const service = parse_endpoint(graph);
        CHECK(check_token({}, {.service = service}, now).refusal.empty());
        CHECK(check_token(token_for({}, 1h), {.service = service}, now).refusal.empty());
        CHECK(check_token(token_for({"other", graph}, 1h), {.service = service}, now).refusal.empty());
    }

    TEST_CASE("token_check: a token that has expired, or expires before the run can end")
    {
        auto const service = parse_endpoint("https://graph.microsoft.com");
        auto const graph = token_for({"https://graph.microsoft.com"}, -90s);
        auto const late = check_token(graph, {.service = service}, now);
        CHECK(late.refusal.find("expired") != std::string::npos);
        CHECK(late.warning.empty());
        auto const warning = [&](std::chrono::seconds left, std::uint64_t pairs, double rate)
        {
            auto const found = check_token(token_for({"https://graph.microsoft.com"}, left),
                                           {.service = service, .pairs = pairs, .rate = rate}, now);
            CHECK(found.refusal.empty());
            return found.warning;
        };
        CHECK(warning(1h, 100'000, 0).empty());  // nobody knows how long they take
        CHECK(warning(1h, 3'599, 1).empty());
        CHECK(warning(1h, 7'200, 1).find("7,200 pairs take at least") != std::string::npos);
        CHECK(warning(5min, 10, 0).find("expires in") != std::string::npos);
        CHECK(warning(5min, 10, 0).find("--token-file") != std::string::npos);
    }
}
