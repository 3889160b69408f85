#include "truth.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;

namespace
{

// One task, accepted in one attempt, truly told; each case below spoils one thing.
struct told
{
    told()
    {
        said.pair.job_id = "job";
        said.pair.task_id = "a";
        said.outcome = outcome::accepted;
        said.attempts = 1;
        said.message = "echo job/a";
        known.applied = {"a"};
        known.requests = {{"a", 1}};
        made.pairs.pairs = 1;
        made.pairs.count(said);
        made.requests.attempts = 1;
    }

    std::vector<std::string> untruths() const
    {
        std::vector<result> const results(times, said);
        std::vector<pair> const leavings;
        return test::untruths({"a"}, known,
                              {.results = results, .leavings = leavings, .made = made, .stopped = stopped});
    }

    // Found, and nothing beside it.
    bool finds(std::string const& words) const
    {
        auto const found = untruths();
        return found.size() == 1 && found.front().find(words) != std::string::npos;
    }

    void recount()
    {
        made.pairs = {};
        made.pairs.pairs = 1;
        made.pairs.count(said);
    }

    service_books known{};
    result said{};
    summary made{};
    std::size_t times = 1;
    bool stopped = false;
};

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("truth: the comparison itself finds each kind of lie, and none where there is none")
    {
        told fix;
        CHECK(fix.untruths().empty());
        SUBCASE("a pair without record")
        {
            fix.times = 0;
            CHECK(fix.untruths().front() == "a has 0 records");
            fix.stopped = true;
            CHECK(fix.untruths().front() == "a has 0 records");
        }
        SUBCASE("a pair with two")
        {
            fix.times = 2;
            CHECK(fix.untruths().front() == "a has 2 records");
        }
        SUBCASE("accepted, and not carried out")
        {
            fix.known.applied.clear();
            CHECK(fix.finds("accepted and was not carried out"));
        }
        SUBCASE("carried out, and neither accepted nor flagged")
        {
            fix.said.outcome = outcome::conflict;
            fix.recount();
            CHECK(fix.finds("nothing says so"));
            fix.said.ambiguous = true;
            fix.recount();
            CHECK(fix.untruths().empty());
        }
        SUBCASE("an answer to another pair")
        {
            fix.said.message = "echo job/b";
            CHECK(fix.finds("was credited with"));
        }
        SUBCASE("a request that was not recorded")
        {
            fix.known.requests["a"] = 2;
            CHECK(fix.finds("more often than recorded"));
        }
        SUBCASE("attempts that do not add up")
        {
            fix.made.requests.attempts = 2;
            CHECK(fix.finds("attempts do not add up"));
        }
    }
}
