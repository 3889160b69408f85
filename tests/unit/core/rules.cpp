#include "core/contact_rule.hpp"
#include "core/credential_rule.hpp"
#include "core/unreadable_rule.hpp"
#include "core/version_rule.hpp"
#include "support/test_start.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace batch_cancel;
using namespace batch_cancel::core;
using namespace std::chrono_literals;

namespace
{

ticket refused_with(unsigned status)
{
    ticket made;
    made.record.status = status;
    made.is_token_refused = status == 401;
    made.token_generation = 1;
    made.refused_at = test_start;
    return made;
}

}  // namespace

TEST_SUITE("rules")
{
    TEST_CASE("contact_rule: what a second try cannot change gives up at first contact")
    {
        for (auto const step : {connect_step::certificate, connect_step::protocol, connect_step::resolve,
                                connect_step::proxy_sign_in, connect_step::client_certificate})
        {
            traffic::random_bits random(1);
            contact_rule rule;
            CHECK(rule.on_failure(step, test_start, random) == contact_rule::decision::give_up);
        }
    }

    TEST_CASE("contact_rule: three failures give up at first contact, none later")
    {
        traffic::random_bits random(1);
        contact_rule rule;
        CHECK(rule.one_at_a_time());
        CHECK(rule.on_failure(connect_step::connect, test_start, random) == contact_rule::decision::try_again);
        CHECK(rule.next_try() > test_start);
        CHECK(rule.on_failure(connect_step::handshake, test_start, random) == contact_rule::decision::try_again);
        CHECK(rule.on_failure(connect_step::connect, test_start, random) == contact_rule::decision::give_up);

        contact_rule worked;
        worked.on_success(test_start, random);
        CHECK_FALSE(worked.one_at_a_time());
        for (int i = 0; i < 100; ++i)
            CHECK(worked.on_failure(connect_step::certificate, test_start, random) ==
                  contact_rule::decision::try_again);
        CHECK(worked.one_at_a_time());
        CHECK(worked.next_try() <= test_start + 30s);
        worked.on_success(test_start, random);
        CHECK_FALSE(worked.one_at_a_time());
    }

    TEST_CASE("contact_rule: a refused client certificate gives up until a connection has answered, made or not")
    {
        traffic::random_bits random(1);
        contact_rule rule;
        rule.on_success(test_start, random);
        CHECK(rule.on_failure(connect_step::client_certificate, test_start, random) == contact_rule::decision::give_up);

        contact_rule answered;
        answered.on_success(test_start, random);
        answered.on_first_answer();
        CHECK(answered.on_failure(connect_step::client_certificate, test_start, random) ==
              contact_rule::decision::try_again);
    }

    TEST_CASE("contact_rule: connections that are made and then refused are tried one at a time, ever more slowly")
    {
        traffic::random_bits random(1);
        contact_rule rule;
        rule.on_success(test_start, random);
        rule.on_first_answer();
        CHECK_FALSE(rule.one_at_a_time());
        auto now = test_start;
        unsigned tries = 0;
        for (; now < test_start + 10min; ++tries)
        {
            now = std::max(now, rule.next_try());
            rule.on_success(now, random);
            CHECK((rule.one_at_a_time() || tries == 0));
            CHECK(rule.on_failure(connect_step::client_certificate, now, random) == contact_rule::decision::try_again);
        }
        CHECK(tries < 100);
        CHECK(rule.next_try() > now);
        rule.on_success(now, random);
        CHECK(rule.next_try() > now);
        rule.on_first_answer();
        CHECK_FALSE(rule.one_at_a_time());
        CHECK(rule.next_try() <= now);
    }

    TEST_CASE("credential_rule: twenty refusals and nothing else are the credentials' fault")
    {
        credential_rule rule;
        for (std::size_t i = 0; i < credential_rule::limit; ++i)
        {
            CHECK_FALSE(rule.is_refused());
            auto refused = refused_with(i % 2 == 0 ? 401 : 403);
            REQUIRE(rule.wants(refused));
            rule.put_aside(std::move(refused));
        }
        CHECK(rule.is_refused());
        CHECK(rule.take_aside().size() == credential_rule::limit);
    }

    TEST_CASE("credential_rule: a working answer lets go: a refused token is tried once more, a 403 fails")
    {
        credential_rule rule;
        rule.put_aside(refused_with(401));
        rule.put_aside(refused_with(403));
        auto released = rule.on_working_answer(1, test_start + 1s);
        REQUIRE(released.size() == 2);
        CHECK_FALSE(released[0].is_settled);
        CHECK(released[1].is_settled);
        CHECK_FALSE(rule.has_aside());
        CHECK_FALSE(rule.wants(refused_with(403)));  // from now on it is the pair's own
        CHECK_FALSE(rule.wants(released[0]));        // so is its second refusal
        CHECK(rule.wants(refused_with(401)));
    }

    TEST_CASE("credential_rule: an answer asked for before the refusal, or with another token, says nothing of it")
    {
        credential_rule rule;
        rule.put_aside(refused_with(401));
        CHECK(rule.on_working_answer(1, test_start - 1s).empty());
        CHECK(rule.on_working_answer(2, test_start + 1s).empty());
        CHECK(rule.has_aside());
        auto const released = rule.on_other_token();
        REQUIRE(released.size() == 1);
        CHECK_FALSE(released[0].is_settled);
        CHECK_FALSE(released[0].refusal_tried_again);
    }

    TEST_CASE("version_rule: a path that is not known stops the run until a cancel was answered 202 or 409")
    {
        for (unsigned const status : {400u, 404u, 405u})
        {
            version_rule rule;
            CHECK_FALSE(rule.on_answer({.status = status}));
            CHECK(rule.on_answer({.status = status, .unknown_segment = true}));
            CHECK(rule.on_answer({.status = status, .unknown_segment = true}));
            CHECK_FALSE(rule.on_answer({.status = 500, .unknown_segment = true}));
        }
        for (unsigned const known : {202u, 409u})
        {
            version_rule rule;
            CHECK_FALSE(rule.on_answer({.status = known}));
            CHECK_FALSE(rule.on_answer({.status = 400, .unknown_segment = true}));
        }
    }

    TEST_CASE("unreadable_rule: ten different pairs in a row, one that is tried again counts once")
    {
        unreadable_rule rule;
        ticket same;
        for (int i = 0; i < 50; ++i)
            CHECK_FALSE(rule.on_unreadable(same));
        for (int i = 0; i < 8; ++i)
        {
            ticket other;
            CHECK_FALSE(rule.on_unreadable(other));
        }
        rule.on_readable();
        for (int i = 0; i < 9; ++i)
        {
            ticket other;
            CHECK_FALSE(rule.on_unreadable(other));
        }
        CHECK(rule.on_unreadable(same));
    }
}
