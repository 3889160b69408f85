#include "simulator/route.hpp"

#include <doctest/doctest.h>

#include <string>

namespace simulator = batch_cancel::simulator;
using simulator::resource;

namespace
{

simulator::route parse(std::string const& target)
{
    simulator::route parsed;
    simulator::parse_route(target, parsed);
    return parsed;
}

std::string const root = "/v1.0/solutions/migrations/crossTenantMigrationJobs";

}  // namespace

TEST_SUITE("route")
{
    TEST_CASE("parse_route: knows all resources of the migration service, in both versions")
    {
        CHECK(parse(root).names == resource::jobs);
        CHECK(parse(root + "/").names == resource::jobs);
        CHECK(parse(root + "/j").names == resource::job);
        CHECK(parse(root + "/j/cancel").names == resource::job_cancel);
        CHECK(parse(root + "/j/users").names == resource::tasks);
        CHECK(parse(root + "/j/users/t").names == resource::task);
        CHECK(parse(root + "/j/users/t/cancel").names == resource::task_cancel);
        CHECK(parse("/BETA/Solutions/MIGRATIONS/crosstenantmigrationjobs/j/USERS/t/Cancel").names ==
              resource::task_cancel);
        CHECK(parse("/beta/solutions/migrations/crossTenantMigrationJobs").version == "beta");
    }

    TEST_CASE("parse_route: decodes ids")
    {
        auto const parsed = parse(root + "/Wave%20001%2F%C3%A4/users/a%2Bb");
        CHECK(parsed.names == resource::task);
        CHECK(parsed.job == "Wave 001/\xc3\xa4");
        CHECK(parsed.task == "a+b");
        CHECK(parse(root + "/a%2").names == resource::nothing);
        CHECK(parse(root + "/a%zz").names == resource::nothing);
    }

    TEST_CASE("parse_route: takes keys in parentheses, with doubled quotes")
    {
        auto const parsed = parse(root + "(displayName='O''Neil%20001')/users/t/cancel");
        CHECK(parsed.names == resource::task_cancel);
        CHECK(parsed.job == "O'Neil 001");
        CHECK(parse(root + "(%27j%27)/users").job == "j");
        CHECK(parse(root + "('j')/users('t')/cancel").task == "t");
        for (auto const* const wrong : {"()", "('')", "('a'b')", "('a''')x", "(a)", "(other='a')", "('a"})
            CHECK(parse(root + wrong).names == resource::nothing);
    }

    TEST_CASE("parse_route: reads the paging options and lets others pass")
    {
        auto const parsed = parse(root + "?$top=7&%24skiptoken=40&$select=id");
        CHECK(parsed.names == resource::jobs);
        CHECK(parsed.top == 7);
        CHECK(parsed.skip == 40);
        CHECK(parse(root + "?$TOP=3").top == 3);
        for (auto const* const wrong : {"?$top=0", "?$top=x", "?$top=", "?$top=-1", "?$skiptoken=x", "?a=%zz"})
            CHECK(parse(root + wrong).names == resource::bad_query);
    }

    TEST_CASE("parse_route: tells an unknown version from an unknown path")
    {
        for (auto const* const wrong : {"", "/", "*", "/v2.0/solutions", "v1.0/solutions"})
            CHECK(parse(wrong).names == resource::no_version);
        for (auto const* const wrong : {"/v1.0", "/v1.0/me", "/v1.0/solutions/migrations", "/v1.0//solutions"})
            CHECK(parse(wrong).names == resource::nothing);
        for (auto const* const wrong : {"/j/groups", "/j/users/t/stop", "/j/users/t/cancel/x", "//users/t/cancel"})
            CHECK(parse(root + wrong).names == resource::nothing);
    }

    TEST_CASE("parse_route: nothing of an earlier target is left")
    {
        simulator::route parsed;
        simulator::parse_route(root + "/j/users/t?$top=5&$skiptoken=3", parsed);
        simulator::parse_route(root, parsed);
        CHECK(parsed.job.empty());
        CHECK(parsed.task.empty());
        CHECK(!parsed.top);
        CHECK(parsed.skip == 0);
    }
}
