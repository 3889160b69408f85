#include "cli/input/input_error.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

using ids = std::vector<std::pair<std::string, std::string>>;
using lines = std::vector<std::uint64_t>;

}  // namespace

TEST_SUITE("input_delimited")
{
    TEST_CASE("delimited: the first line tells comma, semicolon and tab apart")
    {
        CHECK(read_pairs("job_id,task_id\nj,t\n").ids() == ids{{"j", "t"}});
        CHECK(read_pairs("job_id;task_id;a,b\nj;t;1,2\n").ids() == ids{{"j", "t"}});
        CHECK(read_pairs("job_id\ttask_id\nj\tt\n").ids() == ids{{"j", "t"}});
        CHECK(read_pairs("Wave 1; North," + guid_a + "\n").ids() == ids{{"Wave 1; North", guid_a}});
        CHECK(read_pairs(guid_a + ";" + guid_b + "\n").ids() == ids{{guid_a, guid_b}});
    }

    TEST_CASE("delimited: a format that is given holds against what the content looks like")
    {
        CHECK(read_pairs("job_id,task_id\nj,t\n", {.format = input_format::csv}).ids() == ids{{"j", "t"}});
        CHECK(read_pairs("job_id\ttask_id\nj,x\tt;y\n", {.format = input_format::tsv}).ids() == ids{{"j,x", "t;y"}});
        CHECK_THROWS_AS(read_pairs("job_id\ttask_id\nj\tt\n", {.format = input_format::csv}), input_error);
        CHECK_THROWS_AS(read_pairs("job_id,task_id\nj,t\n", {.format = input_format::tsv}), input_error);
    }

    TEST_CASE("delimited: quotes hold delimiters, doubled quotes, blanks and line ends")
    {
        auto const read = read_pairs("job_id,task_id,note\n\"Wave, \"\"7\"\"\",\"t\",\"two\nlines\"\n\" j \",t2,x\n");
        CHECK(read.ids() == ids{{"Wave, \"7\"", "t"}, {"j", "t2"}});
        CHECK(read.pairs[0].source == "in:2");
        CHECK(read.pairs[1].source == "in:4");
    }

    TEST_CASE("delimited: blanks around unquoted ids and around quotes are trimmed")
    {
        CHECK(read_pairs("job_id , task_id\n  j 1\t, t \n \"j2\" ,\"t2\" \r\n").ids() ==
              ids{{"j 1", "t"}, {"j2", "t2"}});
        CHECK(read_pairs("job_id\ttask_id\n j \t t \n").ids() == ids{{"j", "t"}});
    }

    TEST_CASE("delimited: a header may be quoted and go on over a line end")
    {
        CHECK(read_pairs("\"job_id\",\"a\nnote\",\"task_id\"\nj,n,t\n").ids() == ids{{"j", "t"}});
    }

    TEST_CASE("delimited: a quote inside an unquoted field stands for itself")
    {
        CHECK(read_pairs("job_id,task_id\n5\" disk,t\n").ids() == ids{{"5\" disk", "t"}});
    }

    TEST_CASE("delimited: a quote that is not closed takes only its own line with it")
    {
        auto const read = read_pairs("job_id,task_id\nj1,t1\n\"j2,t2\nj3,t3\n\"j4\",\"t4\"\nj5,t5\n");
        CHECK(read.ids() == ids{{"j1", "t1"}, {"j3", "t3"}, {"j4", "t4"}, {"j5", "t5"}});
        CHECK(read.rejected_lines() == lines{3});
    }

    TEST_CASE("delimited: a quote in the last column that is not closed within 64 KiB takes only its own line with it")
    {
        std::string text = "job_id,task_id,note\nj1,t1,\"open\n";
        for (int i = 0; i != 10'000; ++i)
            text += "j" + std::to_string(i + 2) + ",t,\n";
        text += "j,last,\"closed\"\n";
        auto const read = read_pairs(text);
        CHECK(read.pairs.size() == 10'001);
        CHECK(read.rejected_lines() == lines{2});
        CHECK(read.pairs.back().task_id == "last");
    }

    TEST_CASE("delimited: a quoted field of 64 KiB is read, one byte more is not")
    {
        std::string const most(64 * 1024, 'x');
        CHECK(read_pairs("job_id,task_id,note\nj,t,\"" + most + "\"\nj2,t2,\n").pairs.size() == 2);
        auto const read = read_pairs("job_id,task_id,note\nj,t,\"" + most + "x\"\nj2,t2,\n");
        CHECK(read.ids() == ids{{"j2", "t2"}});
        CHECK(read.rejected_lines() == lines{2});
    }

    TEST_CASE("delimited: text after a closing quote rejects the line")
    {
        auto const read = read_pairs("job_id,task_id\n\"j\"x,t\n\"j\"\"x\",t\n");
        CHECK(read.ids() == ids{{"j\"x", "t"}});
        CHECK(read.rejected_lines() == lines{2});
    }

    TEST_CASE("delimited: an id that seems to go on over a line end rejects its first line only")
    {
        auto const read = read_pairs("job_id,task_id\n\"j1,t1\nj2,t2\n\",\nj3,t3\n");
        CHECK(read.ids() == ids{{"j2", "t2"}, {"j3", "t3"}});
        CHECK(read.rejected_lines() == lines{2, 4});
    }

    TEST_CASE("delimited: a row without one of its ids is rejected, a quoted one over all its lines")
    {
        auto const read = read_pairs("job_id,task_id,note\nj\n,t\nj,,\"two\nlines\"\nj,t,\n");
        CHECK(read.ids() == ids{{"j", "t"}});
        CHECK(read.rejected == std::vector<std::pair<std::uint64_t, std::string>>{
                                   {2, "no task id"}, {3, "no job id"}, {4, "no task id"}});
    }

    TEST_CASE("delimited: a first row that cannot be read is not guessed about")
    {
        CHECK_THROWS_AS(read_pairs("job\xff,task_id\nj,t\n", {.encoding = input_encoding::utf_8}), input_error);
        CHECK_THROWS_AS(read_pairs("\"job_id,task_id\nj,t\n"), input_error);
        auto const read = read_pairs("\"" + guid_a + "," + guid_b + "\n" + guid_b + "," + guid_a + "\n");
        CHECK(read.ids() == ids{{guid_b, guid_a}});
        CHECK(read.rejected_lines() == lines{1});
    }
}
