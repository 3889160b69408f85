#include "core/last_responses.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel;
using batch_cancel::core::last_responses;

TEST_SUITE("last_responses")
{
    TEST_CASE("last_responses: counted by status, the most frequent first, and what came instead of one")
    {
        last_responses seen;
        CHECK(seen.text().empty());
        for (int i = 0; i < 39; ++i)
            seen.add(500, reason::server_error);
        CHECK(seen.text() == "HTTP 500: 39 of 39");
        seen.add(0, reason::timeout);
        seen.add(0, reason::timeout);
        seen.add(429, reason::throttled);
        CHECK(seen.text() == "HTTP 500: 39 of 42, no response (timeout): 2 of 42, HTTP 429: 1 of 42");
    }

    TEST_CASE("last_responses: what holds a run up, in words")
    {
        last_responses seen;
        for (int i = 0; i < 250; ++i)
            seen.add(i % 2 == 0 ? 202 : 409, reason::none);
        CHECK(seen.troubles().empty());
        for (int i = 0; i < 22; ++i)
            seen.add(500, reason::server_error);
        CHECK(seen.troubles() == "HTTP 500: 22 of 100 responses");
        seen.add(0, reason::timeout);
        CHECK(seen.troubles() == "HTTP 500: 22 of 100 responses, no response (timeout): 1");
    }

    TEST_CASE("last_responses: connections that could not be made count as well")
    {
        last_responses seen;
        seen.add(202, reason::none);
        seen.add(connect_step::client_certificate);
        seen.add(connect_step::client_certificate);
        CHECK(seen.text() == "no connection (client certificate): 2 of 3, HTTP 202: 1 of 3");
        CHECK(seen.troubles() == "no connection (client certificate): 2 of 3 responses");
    }

    TEST_CASE("last_responses: only the last hundred count")
    {
        last_responses seen;
        for (int i = 0; i < 250; ++i)
            seen.add(202, reason::none);
        for (int i = 0; i < 60; ++i)
            seen.add(503, reason::server_error);
        CHECK(seen.text() == "HTTP 503: 60 of 100, HTTP 202: 40 of 100");
    }
}
