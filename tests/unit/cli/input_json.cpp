#include "cli/input/input_error.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

using ids = std::vector<std::pair<std::string, std::string>>;
using lines = std::vector<std::uint64_t>;

}  // namespace

TEST_SUITE("input_json")
{
    TEST_CASE("json: lines are objects with the names of the columns, in any case")
    {
        auto const read = read_pairs("{\"job_id\":\"j\",\"task_id\":\"t\"}\n"
                                     "{\"USER\":\"t2\",\"x\":{\"a\":[1]},\"batch\":\"Wave \\u0037\"}\r\n"
                                     "  {\"crossTenantMigrationJobId\":\"j3\",\"taskId\":\"t3\"}");
        CHECK(read.ids() == ids{{"j", "t"}, {"Wave 7", "t2"}, {"j3", "t3"}});
        CHECK(read.pairs[2].source == "in:3");
        CHECK(read.rejected.empty());
    }

    TEST_CASE("json: what is no object with two texts is rejected by itself")
    {
        auto const read =
            read_pairs("{\"job_id\":\"j\"}\n{\"task_id\":\"t\"}\n{\"job_id\":1,\"task_id\":\"t\"}\n[1]\n{\"a\":tru}\n"
                       "{\"job_id\":\"j\",\"task_id\":\"t\"} x\n{\"job_id\":\"j\",\"job_id\":\"k\",\"task_id\":\"t\"}\n"
                       "{\"job_id\":\"j\\u0000\",\"task_id\":\"t\"}\n{\"job_id\":\"j\",\"task_id\":\"a@b.c\"}\n"
                       "{\"job_id\":\"j\",\"task_id\":\"t\"}\n");
        CHECK(read.ids() == ids{{"j", "t"}});
        CHECK(read.rejected_lines() == lines{1, 2, 3, 4, 5, 6, 7, 8, 9});
    }

    TEST_CASE("json: carried members may be of any kind, and are empty where they are missing")
    {
        reading_rules const rules{.carry = {"upn", "n"}};
        auto const read = read_pairs("{\"job_id\":\"j\",\"task_id\":\"t\",\"UPN\":\"anna\",\"n\":[1, 2]}\n"
                                     "{\"job_id\":\"j\",\"task_id\":\"u\",\"n\":null}\n",
                                     rules);
        REQUIRE(read.pairs.size() == 2);
        CHECK(read.pairs[0].carried == std::vector<std::string>{"anna", "[1,2]"});
        CHECK(read.pairs[1].carried == std::vector<std::string>{"", ""});
    }

    TEST_CASE("json: of a journal the results are pairs, with their marks and carried values")
    {
        reading_rules const rules{.carry = {"upn"}};
        auto const read = read_pairs("{\"type\":\"run\",\"schema\":1,\"run_id\":\"x\"}\n"
                                     "{\"type\":\"admitted\",\"job_id\":\"j\",\"task_id\":\"t\"}\n"
                                     "{\"type\":\"result\",\"job_id\":\"j\",\"task_id\":\"t\",\"ambiguous\":true,"
                                     "\"carried\":{\"upn\":\"anna\"}}\n"
                                     "{\"type\":\"rejected\",\"file\":\"f\"}\n"
                                     "{\"type\":\"result\",\"job_id\":\"j\",\"task_id\":\"u\",\"ambiguous\":false}\n"
                                     "{\"type\":\"summary\"}\n",
                                     rules);
        CHECK(read.ids() == ids{{"j", "t"}, {"j", "u"}});
        CHECK(read.pairs[0].ambiguous);
        CHECK(read.pairs[0].carried == std::vector<std::string>{"anna"});
        CHECK_FALSE(read.pairs[1].ambiguous);
        CHECK(read.rejected.empty());
    }

    TEST_CASE("json: in other files a member named type means nothing")
    {
        CHECK(read_pairs("{\"type\":\"mailbox\",\"job_id\":\"j\",\"task_id\":\"t\"}\n").ids() == ids{{"j", "t"}});
    }

    TEST_CASE("json: a JSON array is named as such")
    {
        CHECK_THROWS_AS(read_pairs("[{\"job_id\":\"j\",\"task_id\":\"t\"}]\n"), input_error);
    }
}
