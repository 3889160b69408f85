#include "cli/input/columns.hpp"
#include "cli/input/input_error.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

using ids = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_SUITE("input_columns")
{
    TEST_CASE("columns: every known name is found in any order and case")
    {
        for (std::string const job : {"job_id", "jobId", "crossTenantMigrationJobId", "BATCH", "Job_Id"})
            for (std::string const task : {"task_id", "taskId", "crossTenantMigrationTaskId", "User", "USER_ID",
                                           "TargetExternalDirectoryObjectId"})
            {
                CAPTURE(job);
                CAPTURE(task);
                CHECK(read_pairs(job + "," + task + "\nj,t\n").ids() == ids{{"j", "t"}});
                CHECK(read_pairs(task + ",note," + job + "\nt,n,j\n").ids() == ids{{"j", "t"}});
            }
    }

    TEST_CASE("columns: of several names for one thing the more exact one counts")
    {
        CHECK(read_pairs("batch,user,job_id,task_id\nWave 1,anna@contoso.com,j,t\n").ids() == ids{{"j", "t"}});
    }

    TEST_CASE("columns: a header without one of the two is an error that tells the names")
    {
        CHECK_THROWS_WITH_AS(
            read_pairs("job_id,name\nj,t\n"),
            "in:1: the header has no column of task ids, such as task_id; it has: job_id, name; say which "
            "columns hold the ids with --columns job=NAME,task=NAME",
            input_error);
        CHECK_THROWS_AS(read_pairs("\n# c\nuser;x\n"), input_error);
        CHECK_THROWS_AS(read_pairs("batch\n" + guid_a + "\n"), input_error);
    }

    TEST_CASE("columns: a report's column with a name like a formula is found by that name")
    {
        auto const read = read_pairs("job_id,task_id,outcome,'=upn,''x\nj,t,accepted,a,'+b\n",
                                     {.format = {}, .carry = {"=upn", "'x"}});
        REQUIRE(read.pairs.size() == 1);
        CHECK(read.pairs[0].carried == std::vector<std::string>{"a", "+b"});
        // In no report it is a part of the name.
        CHECK_THROWS_AS(read_pairs("job_id,task_id,'=upn\nj,t,a\n", {.format = {}, .carry = {"=upn"}}), input_error);
    }

    TEST_CASE("columns: a name that is there twice is an error")
    {
        CHECK_THROWS_AS(read_pairs("job_id,task_id,JOB_ID\na,b,c\n"), input_error);
    }

    TEST_CASE("columns: without a header the first two count, and the first row must hold a GUID")
    {
        CHECK(read_pairs(guid_a + "," + guid_b + ",note\n" + guid_b + "," + guid_a + "\n").ids() ==
              ids{{guid_a, guid_b}, {guid_b, guid_a}});
        CHECK(read_pairs("Wave 7," + guid_b).ids() == ids{{"Wave 7", guid_b}});
        CHECK_THROWS_AS(read_pairs("Wave 7,somebody\n"), input_error);
        CHECK_THROWS_AS(read_pairs("a,b," + guid_a + "\n"), input_error);
        CHECK_THROWS_AS(read_pairs(guid_a + "\n"), input_error);
    }

    TEST_CASE("columns: carried values come along in the order asked for")
    {
        reading_rules const rules{.carry = {"UPN", "note"}};
        auto const read = read_pairs("note,job_id,upn,task_id\n \"a, b\" ,j, anna@x ,t\n,j,,u\nonly,j2\n", rules);
        REQUIRE(read.pairs.size() == 2);
        CHECK(read.pairs[0].carried == std::vector<std::string>{"anna@x", "a, b"});
        CHECK(read.pairs[1].carried == std::vector<std::string>{"", ""});
        CHECK(read.rejected_lines() == std::vector<std::uint64_t>{4});
    }

    TEST_CASE("columns: a carried column that is not there is an error")
    {
        reading_rules const rules{.carry = {"upn"}};
        CHECK_THROWS_AS(read_pairs("job_id,task_id\nj,t\n", rules), input_error);
        CHECK_THROWS_AS(read_pairs(guid_a + "," + guid_b + "\n", rules), input_error);
    }

    TEST_CASE("columns: an ambiguous mark stays, and in our own reports a quote before a formula is taken off")
    {
        auto const read =
            read_pairs("job_id,task_id,outcome,ambiguous\n'=1+1,'-x,failed,true\n''a,t,failed,FALSE\n'b,u,,\n");
        CHECK(read.ids() == ids{{"=1+1", "-x"}, {"'a", "t"}, {"'b", "u"}});
        CHECK(read.pairs[0].ambiguous);
        CHECK_FALSE(read.pairs[1].ambiguous);
        CHECK_FALSE(read.pairs[2].ambiguous);
    }

    TEST_CASE("columns: in any other file a quote before a formula belongs to the id")
    {
        CHECK(read_pairs("job_id,task_id\n'=1,t\n").ids() == ids{{"'=1", "t"}});
    }

    TEST_CASE("columns: many carried columns in reverse order cost no square of their number")
    {
        std::vector<std::string> names;
        std::string header = "job_id,task_id";
        std::string object = R"({"job_id":"j","task_id":"t")";
        for (int i = 0; i != 20'000; ++i)
        {
            names.push_back("c" + std::to_string(i));
            header += "," + names.back();
            object += ",\"" + names.back() + "\":\"\"";
        }
        reading_rules const reversed{.carry = {names.rbegin(), names.rend()}};
        std::string text = header + "\n";
        std::string lines;
        for (int i = 0; i != 20; ++i)
        {
            text += "j,t\n" + header + "\n";  // joined with itself
            lines += object + "}\n";
        }
        CHECK(read_pairs(text, reversed).pairs.size() == 20);
        auto const read = read_pairs(lines, reversed);
        CHECK(read.pairs.size() == 20);
        CHECK(read.pairs.back().carried.size() == 20'000);
    }
}
