#include "core/verdict.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel;
using namespace batch_cancel::core;

namespace
{

verdict of(unsigned status, bool has_retry_after = false)
{
    return judge({.status = status, .has_retry_after = has_retry_after});
}

}  // namespace

TEST_SUITE("verdict")
{
    TEST_CASE("judge: 202 is accepted and 409 a conflict, and nothing else is either")
    {
        for (unsigned status = 100; status < 600; ++status)
        {
            CHECK((of(status).outcome == outcome::accepted) == (status == 202));
            CHECK((of(status).outcome == outcome::conflict) == (status == 409));
        }
        CHECK(of(202) == verdict{.outcome = outcome::accepted});
        CHECK(of(409) == verdict{.outcome = outcome::conflict});
    }

    TEST_CASE("judge: what may have been carried out is ambiguous, what was certainly refused is not")
    {
        for (unsigned status = 100; status < 600; ++status)
        {
            bool const may_have_worked = status == 500 || status == 502 || status == 503 || status == 504 ||
                                         status == 507 || status == 599 || (status >= 520 && status <= 529);
            CHECK_MESSAGE(of(status).ambiguous == may_have_worked, status);
        }
        CHECK_FALSE(of(503, true).ambiguous);
        for (auto const how :
             {lost_answer::timeout, lost_answer::broken_off, lost_answer::broken_off_reused, lost_answer::unreadable})
            CHECK(judge(how).ambiguous);
    }

    TEST_CASE("judge: final failures, each with its reason")
    {
        auto const fails = [](unsigned status, reason why)
        {
            CHECK_MESSAGE(of(status).step == next_step::settle, status);
            CHECK_MESSAGE(of(status).reason == why, status);
        };
        fails(404, reason::not_found);
        CHECK(judge({.status = 404, .unknown_segment = true}).reason == reason::bad_request);
        fails(403, reason::forbidden);
        for (unsigned const status : {400u, 402u, 405u, 410u, 411u, 412u, 413u, 415u, 422u, 424u, 431u, 451u, 499u})
            fails(status, reason::bad_request);
        for (unsigned const status : {501u, 505u, 506u, 508u, 510u, 511u, 530u, 598u})
            fails(status, reason::server_error);
        for (unsigned const status : {101u, 200u, 201u, 204u, 206u, 300u, 301u, 302u, 304u, 307u, 308u})
            fails(status, reason::unexpected_status);
    }

    TEST_CASE("judge: what is tried again, and how")
    {
        for (unsigned const status : {408u, 421u, 423u, 425u, 500u, 502u, 503u, 504u, 507u, 520u, 599u})
        {
            CHECK_MESSAGE(of(status).step == next_step::retry_after_backoff, status);
            CHECK_MESSAGE(of(status).drop_connection, status);
        }
        CHECK(of(408).reason == reason::timeout);
        CHECK(of(423).reason == reason::unexpected_status);
        CHECK(of(502).reason == reason::server_error);
        for (auto const& throttled : {of(429), of(429, true), of(509), of(503, true)})
            CHECK(throttled == verdict{.step = next_step::retry_when_gate_opens, .reason = reason::throttled});
        CHECK(of(401).step == next_step::retry_with_other_token);
        CHECK(judge({.status = 403, .insufficient_claims = true}).step == next_step::retry_with_other_token);
        CHECK(judge(lost_answer::broken_off_reused).step == next_step::retry_at_once);
        CHECK(judge(lost_answer::broken_off).step == next_step::retry_after_backoff);
    }

    TEST_CASE("shows_authentication: not what a front end says before it looks at the token")
    {
        for (unsigned const status : {200u, 202u, 400u, 404u, 409u, 422u})
            CHECK_MESSAGE(shows_authentication(status), status);
        for (unsigned const status : {101u, 401u, 403u, 408u, 421u, 425u, 429u, 500u, 503u})
            CHECK_MESSAGE(!shows_authentication(status), status);
    }
}
