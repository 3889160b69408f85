#include "asker.hpp"

#include "simulator/tokens.hpp"

using namespace simulator_tests;
using namespace std::chrono_literals;
using simulator::token_mint;
using verdict = token_mint::verdict;

TEST_SUITE("tokens")
{
    TEST_CASE("token_mint: takes its own tokens until their lifetime is over")
    {
        token_mint::time_point const start{1h};
        token_mint mint(1, 60s, start);
        auto const first = "Bearer " + mint.issue(start);
        auto const second = "bearer " + mint.issue(start + 30s);
        CHECK(first.substr(7) != second.substr(7));
        CHECK(mint.check(first, start + 59s) == verdict::good);
        CHECK(mint.check(first, start + 60s) == verdict::expired);
        CHECK(mint.check(second, start + 60s) == verdict::good);
        CHECK(mint.check(first, start + 60s) == verdict::expired);
        CHECK(mint.check(second, start + 90s) == verdict::expired);
    }

    TEST_CASE("token_mint: without a lifetime tokens do not age, but can be revoked")
    {
        token_mint::time_point const start{1h};
        token_mint mint(1, 0s, start);
        auto const early = "Bearer " + mint.issue(start);
        CHECK(mint.check(early, start + 10'000h) == verdict::good);
        mint.revoke();
        CHECK(mint.check(early, start) == verdict::expired);
        CHECK(mint.check("Bearer " + mint.issue(start), start) == verdict::good);
    }

    TEST_CASE("token_mint: refuses what it never issued")
    {
        token_mint::time_point const start{1h};
        token_mint mint(1, 0s, start);
        auto token = mint.issue(start);
        CHECK(mint.check("", start) == verdict::absent);
        CHECK(mint.check("Bearer ", start) == verdict::absent);
        CHECK(mint.check(token, start) == verdict::absent);
        CHECK(mint.check("Basic " + token, start) == verdict::absent);
        CHECK(mint.check("Bearer x", start) == verdict::unreadable);
        CHECK(mint.check("Bearer " + token + "0", start) == verdict::unreadable);
        CHECK(mint.check("Bearer " + token_mint(2, 0s, start).issue(start), start) == verdict::unreadable);
        token.back() = token.back() == '0' ? '1' : '0';
        CHECK(mint.check("Bearer " + token, start) == verdict::unreadable);
    }

    TEST_CASE("service: a request without a good token is refused and carries nothing out")
    {
        asker fix({.token_lifetime = 10s});
        auto const path = asker::root + "/" + fix.job(0) + "/users/" + fix.task(0, 0) + "/cancel";
        auto const without = fix.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        CHECK(without.status() == 401);
        CHECK(without.holds("\"InvalidAuthenticationToken\""));
        CHECK(without.holds("Access token is empty."));
        CHECK(without.holds("\r\nWWW-Authenticate: Bearer "));
        fix.now += 10s;
        auto const late = fix.cancel(fix.job(0), fix.task(0, 0));
        CHECK(late.status() == 401);
        CHECK(late.holds("the token is expired."));
        CHECK(fix.counts().unauthorized == 2);
        CHECK(fix.counts().tasks_asked == 0);
        fix.token = fix.service.tokens().issue(fix.now);
        CHECK(fix.cancel(fix.job(0), fix.task(0, 0)).status() == 202);
    }
}
