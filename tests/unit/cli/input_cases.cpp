#include "cli/input/input_error.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

using ids = std::vector<std::pair<std::string, std::string>>;

std::string const job = "add14989-0000-4000-8000-000000000001";
std::string const task = "6a88de8d-0000-4000-8000-000000000001";

struct written_form
{
    char const* what;
    std::string text;
};

// One pair each, as programs write it.
std::vector<written_form> understood_forms()
{
    return {
        {"braces without a header", "{" + job + "},{" + task + "}\n"},
        {"braces", "job_id,task_id\n{" + job + "},{" + task + "}\n"},
        {"CR alone", "job_id,task_id\r" + job + "," + task + "\r"},
        {"a type in quotes", "\"#TYPE Selected.X\"\r\n\"job_id\",\"task_id\"\r\n\"" + job + "\",\"" + task + "\"\r\n"},
        {"a type", "#TYPE Selected.X\r\n\"job_id\",\"task_id\"\r\n\"" + job + "\",\"" + task + "\"\r\n"},
        {"rows of commas",
         ",,,\r\njob_id,task_id,,\r\n" + job + "," + task + ",,\r\n,,,\r\n , ,\t,\r\n\"\",\"\",,\r\n"},
        {"a line about the separator", "sep=;\r\njob_id;task_id\r\n" + job + ";" + task + "\r\n"},
        {"a quoted line about the separator", "\"sep=;\"\r\njob_id;task_id\r\n" + job + ";" + task + "\r\n"},
        {"a separator of its own", "sep=|\njob_id|task_id|a,b;c\n" + job + "|" + task + "|x\n"},
        {"formulas for texts", "job_id,task_id\n=\"" + job + "\",=\"" + task + "\"\n"},
        {"formulas for texts in quotes",
         "\"job_id\",\"task_id\"\n\"=\"\"" + job + "\"\"\",\"=\"\"" + task + "\"\"\"\n"},
        {"formulas without a header", "=\"" + job + "\",=\"{" + task + "}\"\n"},
        {"two byte order marks", "\xef\xbb\xbf\xef\xbb\xbfjob_id,task_id\n" + job + "," + task + "\n"},
        {"a mark before a quote", "\xef\xbb\xbf\"job_id\",\"task_id\"\n\"" + job + "\",\"" + task + "\"\n"},
        {"CR, LF and CRLF", "job_id,task_id\r\n\r# c\n" + job + "," + task + "\r\n\n"},
        {"identity mapping",
         "batch,UserPrincipalName,TargetExternalDirectoryObjectId\n" + job + ",a@b.c," + task + "\n"},
    };
}

}  // namespace

TEST_SUITE("input_cases")
{
    TEST_CASE("cases: forms that programs write are understood, in blocks of any size")
    {
        for (auto const& form : understood_forms())
            for (auto const block : {1UL, 3UL, 100'000UL})
            {
                CAPTURE(form.what);
                CAPTURE(block);
                auto const read = read_pairs(form.text, {}, block);
                CHECK(read.ids() == ids{{job, task}});
                CHECK(read.rejected.empty());
            }
    }

    TEST_CASE("cases: ANSI is refused with its true cause, in the header and behind it")
    {
        for (std::string const& text : {"job_id;task_id;Gr\xf6\xdf"
                                        "e\n" +
                                            job + ";" + task + ";1\n",
                                        "job_id,task_id,Name\n" + job + "," + task + ",M\xfcller\n"})
        {
            CHECK_THROWS_WITH_AS(read_pairs(text), doctest::Contains("--encoding windows-1252"), encoding_error);
            CHECK(read_pairs(text, {.encoding = input_encoding::windows_1252}).ids() == ids{{job, task}});
        }
    }

    TEST_CASE("cases: lines that end with CR alone are counted, and only whole ones are taken")
    {
        auto const read = read_pairs("job_id,task_id,note\rj,t,\"a\rb\r\nc\"\rj,u\r\n\rj,v");
        CHECK(read.ids() == ids{{"j", "t"}, {"j", "u"}, {"j", "v"}});
        CHECK(read.pairs[1].source == "in:5");
        CHECK(read.pairs[2].source == "in:7");
    }

    TEST_CASE("cases: many lines with CR alone take no longer than with LF")
    {
        std::string text = "job_id,task_id\r";
        for (int i = 0; i != 200'000; ++i)
            text += "j,t\r";
        CHECK(read_pairs(text).pairs.size() == 200'000);
        CHECK(read_pairs(text + std::string(3'000'000, 'y') + "\rj,u\r").rejected_lines() ==
              std::vector<std::uint64_t>{200'002});
    }

    TEST_CASE("cases: columns may be named for headers that are not known")
    {
        reading_rules const named{.job_column = "Batch Id", .task_column = "object"};
        CHECK(read_pairs("UPN,object,batch id,user\na@b.c,t,j,anna\n", named).ids() == ids{{"j", "t"}});
        CHECK(read_pairs("{\"Batch Id\":\"j\",\"Object\":\"t\",\"user\":\"x\"}\n", named).ids() == ids{{"j", "t"}});
        CHECK(read_pairs("batch,object,user\nj,t,anna\n", {.task_column = "object"}).ids() == ids{{"j", "t"}});
        CHECK_THROWS_WITH_AS(read_pairs("job_id,task_id\nj,t\n", named), doctest::Contains("it has: job_id, task_id"),
                             input_error);
        CHECK_THROWS_AS(read_pairs(job + "," + task + "\n", named), input_error);
    }

    TEST_CASE("cases: a first row that is no header and has no GUID is refused with the remedies")
    {
        CHECK_THROWS_WITH_AS(read_pairs("Batch Id,Object Id\n"), doctest::Contains("--columns job=NAME,task=NAME"),
                             input_error);
    }
}
