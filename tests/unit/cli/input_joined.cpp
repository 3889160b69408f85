#include "cli/input/input_error.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

using ids = std::vector<std::pair<std::string, std::string>>;
using lines = std::vector<std::uint64_t>;

std::string const mark = "\xef\xbb\xbf";

}  // namespace

TEST_SUITE("input_joined")
{
    TEST_CASE("joined: byte order marks, repeated headers and their companions are skipped at the start of any line")
    {
        auto const read = read_pairs(mark + "job_id,task_id\n" + guid_a + "," + guid_b + "\n" + mark +
                                     "job_id,task_id\n" + guid_b + "," + guid_a + "\n" + mark + "\n\"#TYPE X\"\r\n" +
                                     mark + mark + "\"JOB_ID\",\"task_id\"\n" + mark + guid_a + "," + guid_a + "\n");
        CHECK(read.ids() == ids{{guid_a, guid_b}, {guid_b, guid_a}, {guid_a, guid_a}});
        CHECK(read.rejected.empty());
        CHECK(read.comments == 3);
        CHECK(read.pairs.back().source == "in:8");
    }

    TEST_CASE("joined: a header is skipped whatever further columns it has, if those that count are where they were")
    {
        CHECK(read_pairs(guid_a + "," + guid_b + "\njob_id,task_id,note\n" + guid_b + "," + guid_a + ",x\n")
                  .pairs.size() == 2);
        CHECK(read_pairs("batch;user\nj;t\nbatch;user;note\nj;u;x\n").pairs.size() == 2);
        CHECK(read_pairs("sep=;\nbatch;user\nj;t\nsep=;\nbatch;user\nj;u\n").pairs.size() == 2);
    }

    TEST_CASE("joined: a second header with other columns is named, not misread")
    {
        auto const first = "job_id,task_id\n" + guid_a + "," + guid_b + "\n";
        for (auto const* const second :
             {"task_id,job_id\n", "job_id,name,task_id\n", "job_id,name\n", "job_id\n", "job_id;task_id\n",
              "job_id\ttask_id\n", "job_id,task_id,outcome,ambiguous\n", "sep=;\n", "\"task_id\",\"job_id\"\n"})
        {
            CAPTURE(second);
            CHECK_THROWS_WITH_AS(read_pairs(first + second + "x,y\n"), doctest::Contains("in:3: "), input_error);
            CHECK_THROWS_WITH_AS(read_pairs(first + second + "x,y\n"), doctest::Contains("joined"), input_error);
        }
        CHECK_THROWS_AS(read_pairs("job_id,task_id,upn\nj,t,x\njob_id,task_id,dept,upn\nj,t,x\n", {.carry = {"upn"}}),
                        input_error);
    }

    TEST_CASE("joined: names that are values make no row a header")
    {
        CHECK(read_pairs("job_id,task_id,note\nbatch," + guid_a + ",x\nuser,t,user\nj,u,batch\n").pairs.size() == 3);
    }
}
