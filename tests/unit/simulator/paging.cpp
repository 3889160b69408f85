#include "asker.hpp"

#include <simdjson.h>

#include <map>
#include <set>

using namespace simulator_tests;

namespace
{

struct walk_result
{
    std::map<std::string, int> ids{};
    std::vector<std::size_t> page_sizes{};
};

// Follows the links from a first page to the last.
walk_result walk(asker& fix, std::string path)
{
    constexpr std::string_view origin = "https://simulated:1";
    walk_result seen;
    simdjson::dom::parser parser;
    for (int pages = 0; pages < 1000; ++pages)
    {
        auto const page = fix.ask("GET", path);
        REQUIRE(page.status() == 200);
        auto const body = page.body();
        auto const document = parser.parse(body);
        REQUIRE(document.error() == simdjson::SUCCESS);
        std::size_t size = 0;
        for (simdjson::dom::element const member : document["value"])
        {
            ++seen.ids[std::string(member["id"].get_string().value())];
            ++size;
        }
        seen.page_sizes.push_back(size);
        std::string_view next;
        if (document["@odata.nextLink"].get(next) != simdjson::SUCCESS)
            return seen;
        REQUIRE(next.starts_with(origin));
        path = next.substr(origin.size());
    }
    FAIL("the pages have no end");
    return seen;
}

}  // namespace

TEST_SUITE("paging")
{
    TEST_CASE("paging: the pages of a job hold each of its tasks once")
    {
        asker fix({.jobs = 3, .tasks_per_job = 45});
        auto const seen = walk(fix, asker::root + "/" + fix.job(1) + "/users");
        CHECK(seen.page_sizes == std::vector<std::size_t>{20, 20, 5});
        CHECK(seen.ids.size() == 45);
        for (std::size_t task = 0; task < 45; ++task)
            CHECK(seen.ids.at(fix.task(1, task)) == 1);
    }

    TEST_CASE("paging: missing tasks are left out, and every listed task can be cancelled")
    {
        asker fix({.jobs = 3, .tasks_per_job = 200, .missing_share = 0.3});
        auto const seen = walk(fix, asker::root + "/Wave%20002/users?$top=7");
        CHECK(seen.ids.size() > 100);
        CHECK(seen.ids.size() < 180);
        for (auto const& [id, times] : seen.ids)
        {
            CHECK(times == 1);
            CHECK(fix.cancel(fix.job(1), id).status() == 202);
        }
        std::size_t not_found = 0;
        for (std::size_t task = 0; task < 200; ++task)
            not_found += fix.cancel(fix.job(1), fix.task(1, task)).status() == 404 ? 1 : 0;
        CHECK(not_found == 200 - seen.ids.size());
    }

    TEST_CASE("paging: $top sets the size of all pages, within bounds")
    {
        asker fix({.jobs = 45, .tasks_per_job = 2});
        CHECK(walk(fix, asker::root + "?$top=30").page_sizes == std::vector<std::size_t>{30, 15});
        CHECK(walk(fix, asker::root + "?%24top=5000").page_sizes == std::vector<std::size_t>{45});
        asker larger({.jobs = 1500, .tasks_per_job = 1});
        CHECK(walk(larger, asker::root + "?$top=5000").page_sizes == std::vector<std::size_t>{999, 501});
    }

    TEST_CASE("paging: the pages of the jobs hold each job once, and a full last page has no successor")
    {
        asker fix({.jobs = 40, .tasks_per_job = 1});
        auto const seen = walk(fix, "/beta/solutions/migrations/crossTenantMigrationJobs");
        CHECK(seen.page_sizes == std::vector<std::size_t>{20, 20});
        for (std::size_t job = 0; job < 40; ++job)
            CHECK(seen.ids.at(fix.job(job)) == 1);
    }

    TEST_CASE("paging: beyond the end there is an empty page")
    {
        asker fix({.jobs = 2, .tasks_per_job = 2});
        CHECK(walk(fix, asker::root + "?$skiptoken=99999999999").page_sizes == std::vector<std::size_t>{0});
        CHECK(walk(fix, asker::root + "/" + fix.job(0) + "/users?$skiptoken=99999999999").page_sizes ==
              std::vector<std::size_t>{0});
    }

    TEST_CASE("paging: with every pair known, a stranger's job has tasks too")
    {
        asker fix({.jobs = 1, .tasks_per_job = 30, .knows_every_pair = true});
        auto const seen = walk(fix, asker::root + "/Any%20batch/users");
        CHECK(seen.ids.size() == 30);
        for (auto const& [id, times] : seen.ids)
            CHECK(fix.cancel("any%20batch", id).status() == 202);
        for (auto const& [id, times] : walk(fix, asker::root + "/Any%20batch/users").ids)
            CHECK(fix.cancel("Any%20batch", id).status() == 409);
    }
}
