#include "hostile_run.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;

namespace
{

// "token-1", and after each refusal the next one, up to a last one.
class numbered_tokens final : public token_source
{
public:
    explicit numbered_tokens(std::uint64_t last)
        : last_(last)
    {
    }

    boost::asio::awaitable<access_token> get(std::uint64_t refused) override
    {
        ++asked_;
        ++under_way_;
        most_at_once_ = std::max(most_at_once_, under_way_);
        // Others get their turns, in which they might ask too.
        for (int turn = 0; turn < 20; ++turn)
            co_await boost::asio::post(boost::asio::use_awaitable);
        --under_way_;
        if (refused == current_ && current_ < last_)
            ++current_;
        access_token given{"token-" + std::to_string(current_), current_};
        co_return given;
    }

    std::size_t asked() const noexcept
    {
        return asked_;
    }

    std::size_t most_at_once() const noexcept
    {
        return most_at_once_;
    }

private:
    std::uint64_t last_;
    std::uint64_t current_{1};
    std::size_t asked_{0};
    std::size_t under_way_{0};
    std::size_t most_at_once_{0};
};

constexpr char const* plain_challenge = "";
constexpr char const* claims_challenge =
    "WWW-Authenticate: Bearer realm=\"\", error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"\r\n";

fault_reply refusal(unsigned status, std::string const& challenge = plain_challenge)
{
    auto const number = std::to_string(status);
    return {.bytes = "HTTP/1.1 " + number + " Refused\r\n" + challenge + "Content-Length: 0\r\n\r\n", .applied = false};
}

struct credentials_run : hostile_run
{
    explicit credentials_run(std::uint64_t last_token)
        : hostile_run({.max_in_flight = 8})
    {
        auto made = std::make_unique<numbered_tokens>(last_token);
        source = made.get();
        tokens = std::move(made);
    }

    std::size_t pairs_asked_for() const
    {
        std::set<std::string> asked;
        for (auto const& request : server.requests())
            asked.insert(request.task_id);
        return asked.size();
    }

    std::size_t most_requests_of_a_pair() const
    {
        std::map<std::string, std::size_t> counts;
        std::size_t most = 0;
        for (auto const& request : server.requests())
            most = std::max(most, ++counts[request.task_id]);
        return most;
    }

    // Stopped for the credentials, soon, and nothing is lost.
    void check_refused()
    {
        CHECK(error() == errc::credentials_refused);
        CHECK(error() == condition::resumable);
        CHECK(made().pairs.settled() == 0);
        CHECK(made().pairs.ambiguous == 0);
        CHECK(pairs_asked_for() <= 50);
        CHECK(source->most_at_once() == 1);
        CHECK(std::none_of(journal.leavings.begin(), journal.leavings.end(),
                           [](pair const& left) { return left.ambiguous; }));
    }

    numbered_tokens* source;
};

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("D19: 401 to everything, and no other token: the run stops, and every pair is left for later")
    {
        for (auto const* challenge : {plain_challenge, claims_challenge})
        {
            credentials_run fix(1);
            fix.server.answer_others([=](asked_request const&) { return refusal(401, challenge); });
            fix.cancel(numbered("task", 200));
            fix.check_refused();
            CHECK(fix.source->asked() <= 1 + 50);
        }
    }

    TEST_CASE("D19: 401 to everything, whatever the token")
    {
        credentials_run fix(1'000'000);
        fix.server.answer_others([](asked_request const&) { return refusal(401); });
        fix.cancel(numbered("task", 200));
        fix.check_refused();
    }

    TEST_CASE("D19: 401 to old tokens alone: one refresh, and each pair goes once more")
    {
        credentials_run fix(2);
        fix.server.answer_others([](asked_request const& request)
                                 { return request.token == "token-1" ? refusal(401) : take_it(request); });
        fix.cancel(numbered("task", 100));
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 100);
        CHECK(fix.made().pairs.ambiguous == 0);
        CHECK(fix.source->asked() == 2);
        CHECK(fix.source->most_at_once() == 1);
        CHECK(fix.most_requests_of_a_pair() == 2);
        CHECK(fix.server.requests().size() <= 100 + 8);
    }

    TEST_CASE("D19: a token that expires in mid-run, by 401 or by a claims challenge: one refresh, nobody fails")
    {
        for (auto const& refused : {refusal(401), refusal(401, claims_challenge), refusal(403, claims_challenge)})
        {
            CAPTURE(refused.bytes);
            credentials_run fix(2);
            fix.server.answer_others(
                [&, asked = 0](asked_request const& request) mutable
                {
                    bool const is_expired = ++asked > 60 && request.token == "token-1";
                    return is_expired ? refused : take_it(request);
                });
            fix.cancel(numbered("task", 200));
            CHECK(!fix.error());
            CHECK(fix.made().pairs.accepted == 200);
            CHECK(fix.made().pairs.ambiguous == 0);
            CHECK(fix.source->asked() == 2);
            CHECK(fix.most_requests_of_a_pair() <= 2);
            CHECK(fix.server.requests().size() <= 200 + 8);
            CHECK(fix.events_of(engine_event::kind::token_renewed).size() == 1);
        }
    }

    TEST_CASE("D19: 403 to everything: the run stops, and every pair is left for later")
    {
        for (auto const* challenge : {plain_challenge, claims_challenge})
        {
            credentials_run fix(1);
            fix.server.answer_others([=](asked_request const&) { return refusal(403, challenge); });
            fix.cancel(numbered("task", 200));
            fix.check_refused();
        }
    }

    TEST_CASE("D19: 403 to fewer pairs than the limit, and to nothing else, stops the run too")
    {
        credentials_run fix(1);
        fix.server.answer_others([](asked_request const&) { return refusal(403); });
        fix.cancel(numbered("task", 5));
        fix.check_refused();
    }

    TEST_CASE("D19: 401 and 403 to some pairs among others that are taken fail those pairs alone")
    {
        credentials_run fix(1);
        fix.options.max_failed_share = 0;
        fix.server.answer_others(
            [](asked_request const& request)
            {
                bool const is_early = request.task_id.size() < 8;  // task-1 to task-99
                if (is_early && request.task_id.ends_with('3'))
                    return refusal(401);
                if (is_early && request.task_id.ends_with('7'))
                    return refusal(403);
                return take_it(request);
            });
        fix.cancel(numbered("task", 200));
        CHECK(!fix.error());
        CHECK(fix.made().pairs.accepted == 180);
        CHECK(fix.made().pairs.failed_by_reason[static_cast<std::size_t>(reason::unauthorized)] == 10);
        CHECK(fix.made().pairs.failed_by_reason[static_cast<std::size_t>(reason::forbidden)] == 10);
        CHECK(fix.made().pairs.ambiguous == 0);
    }
}
