#include "wire/request_template.hpp"

#include <doctest/doctest.h>

#include <string>

using batch_cancel::engine_options;
using namespace batch_cancel::wire;

TEST_SUITE("request_template")
{
    TEST_CASE("request_template: the bytes of a cancel, all of them")
    {
        engine_options options;
        options.user_agent = "batch-cancel/1.0";
        request_template requests({}, options);
        requests.use_token("eyJ0.abc-_~");
        wiped_string out = "what was here before";
        requests.write_cancel(out, "add14989-0000-4000-8000-000000000001", "6a88de8d-7027-44c1-8674-03f826aa1704",
                              "11111111-2222-4333-8444-555555555555");
        CHECK(out == "POST /v1.0/solutions/migrations/crossTenantMigrationJobs/add14989-0000-4000-8000-000000000001"
                     "/users/6a88de8d-7027-44c1-8674-03f826aa1704/cancel HTTP/1.1\r\n"
                     "Host: graph.microsoft.com\r\n"
                     "User-Agent: batch-cancel/1.0\r\n"
                     "Accept: application/json\r\n"
                     "Content-Length: 0\r\n"
                     "Authorization: Bearer eyJ0.abc-_~\r\n"
                     "client-request-id: 11111111-2222-4333-8444-555555555555\r\n"
                     "\r\n");
    }

    TEST_CASE("request_template: endpoint, version and names in place of ids, each encoded as one segment")
    {
        engine_options options;
        options.api_version = "beta";
        request_template requests(batch_cancel::parse_endpoint("https://127.0.0.1:8443/graph/"), options);
        requests.use_token("t");
        wiped_string out;
        requests.write_cancel(out, "Wave 7/Süd?#%", "a b", "id");
        CHECK(out.starts_with("POST /graph/beta/solutions/migrations/crossTenantMigrationJobs/"
                              "Wave%207%2FS%C3%BCd%3F%23%25/users/a%20b/cancel HTTP/1.1\r\n"
                              "Host: 127.0.0.1:8443\r\n"
                              "Accept: application/json\r\n"));
    }

    TEST_CASE("request_template: another token replaces the one before")
    {
        request_template requests{{}, {}};
        wiped_string out;
        requests.use_token("first");
        requests.use_token("second");
        requests.write_cancel(out, "j", "t", "r");
        CHECK(out.find("first") == std::string::npos);
        CHECK(out.find("Authorization: Bearer second\r\n") != std::string::npos);
    }

    TEST_CASE("is_sendable_token: visible ASCII alone, so that no token can end its header line")
    {
        CHECK(is_sendable_token("eyJ0eXAi.OiJKV1Qi-_~+/="));
        for (int c = 0; c < 256; ++c)
        {
            std::string const token{'a', static_cast<char>(c), 'b'};
            CHECK(is_sendable_token(token) == (c > 0x20 && c < 0x7f));
        }
        CHECK_FALSE(is_sendable_token(""));
        CHECK(is_sendable_token(std::string(batch_cancel::longest_token, 'x')));
        CHECK_FALSE(is_sendable_token(std::string(batch_cancel::longest_token + 1, 'x')));
    }
}
