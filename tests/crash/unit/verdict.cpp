#include "verdict.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

using namespace batch_cancel::crash;

namespace
{

std::string result(std::string const& task, std::string const& outcome, std::string const& more = "")
{
    return R"({"type":"result","job_id":"J","task_id":")" + task + R"(","outcome":")" + outcome +
           R"(","reason":null,"attempts":1)" + more + "}\n";
}

cancel_event event(std::string const& task, unsigned status, std::size_t process = 0)
{
    return {.pair = "j," + task, .process = process, .status = status, .was_applied = status == 202, .met = {}};
}

constexpr std::string_view ambiguous = R"(,"ambiguous":true)";

// Two pairs and one process, as it should be.
struct sample
{
    run_trace run{.pairs = {"j,a", "j,b"},
                  .processes = {{}},
                  .events = {event("a", 202), event("b", 409)},
                  .journal = {},
                  .concurrency = 1};
    std::string journal = result("a", "accepted") + result("b", "conflict");
    std::string end = "{\"type\":\"summary\"}\n";

    std::vector<std::string> broken()
    {
        run.journal = read_journal(R"({"type":"run"})"
                                   "\n" +
                                   journal + end);
        return broken_promises(run);
    }

    bool breaks(std::string_view what)
    {
        auto const all = broken();
        return std::any_of(all.begin(), all.end(),
                           [&](auto const& each) { return each.find(what) != std::string::npos; });
    }

    // A second process finds nothing settled.
    void killed_once()
    {
        run.processes[0].was_killed = true;
        run.processes.emplace_back();
    }
};

}  // namespace

TEST_SUITE("verdict")
{
    TEST_CASE("verdict: nothing is broken where all is as it should be")
    {
        CHECK(sample{}.broken().empty());
    }

    TEST_CASE("verdict: a lost pair, a second result and a foreign pair are found")
    {
        sample fix;
        fix.journal = result("a", "accepted");
        CHECK(fix.breaks("lost"));
        fix.journal = result("a", "accepted") + result("b", "conflict") + result("B", "conflict");
        CHECK(fix.breaks("2 results"));
        fix.journal = result("a", "accepted") + result("b", "conflict") + result("c", "conflict");
        CHECK(fix.breaks("not in the input"));
    }

    TEST_CASE("verdict: a final result that is sent again is found")
    {
        sample fix;
        fix.killed_once();
        fix.run.processes[1].settled_before = {"j,b"};
        fix.run.events.push_back(event("b", 409, 1));
        CHECK(fix.breaks("sent again by process 1"));
    }

    TEST_CASE("verdict: a pair that may have been carried out twice has to be ambiguous")
    {
        sample fix;
        fix.killed_once();
        fix.run.events.push_back(event("b", 409, 1));
        CHECK(fix.breaks("may have been carried out twice"));
        fix.journal = result("a", "accepted") + result("b", "conflict", std::string(ambiguous));
        CHECK(fix.broken().empty());
    }

    TEST_CASE("verdict: throttling leaves nothing in doubt")
    {
        sample fix;
        fix.run.events.push_back(event("b", 429));
        fix.journal = result("a", "accepted") + result("b", "conflict", R"(,"attempts":2)");
        // The last of two members of one name counts.
        CHECK(fix.broken().empty());
    }

    TEST_CASE("verdict: our own cancel that became a conflict has to be ambiguous")
    {
        sample fix;
        fix.killed_once();
        fix.run.events = {event("a", 202), event("b", 202), event("b", 409, 1)};
        CHECK(fix.breaks("was cancelled by us"));
    }

    TEST_CASE("verdict: outcomes that the service knows nothing of are found")
    {
        sample fix;
        fix.journal = result("a", "conflict") + result("b", "accepted");
        CHECK(fix.breaks("accepted, but the service did not"));
        CHECK(fix.breaks("conflict, but the service never said so"));
    }

    TEST_CASE("verdict: more doubts than requests in flight are found")
    {
        sample fix;
        fix.journal = result("a", "accepted", std::string(ambiguous)) + result("b", "conflict", std::string(ambiguous));
        fix.killed_once();
        CHECK(fix.breaks("2 pairs are ambiguous by 1 kills"));
        fix.run.concurrency = 2;
        CHECK(fix.broken().empty());
    }

    TEST_CASE("verdict: an unreadable line and a missing end are found")
    {
        sample fix;
        fix.journal += "{\"type\":\n";
        CHECK(fix.breaks("line 4 of the journal"));
        fix.end.clear();
        CHECK(fix.breaks("does not end with the summary"));
    }

    TEST_CASE("verdict: with --on-ambiguous stop a second attempt is found")
    {
        sample fix;
        fix.run.stops_after_ambiguous = true;
        fix.run.events.push_back(event("b", 409));
        fix.journal = result("a", "accepted") + result("b", "conflict", std::string(ambiguous));
        CHECK(fix.breaks("sent again after an ambiguous attempt"));
    }
}
