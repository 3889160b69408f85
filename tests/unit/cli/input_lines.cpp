#include "cli/input/input_error.hpp"
#include "cli/input/line_window.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

using ids = std::vector<std::pair<std::string, std::string>>;
using lines = std::vector<std::uint64_t>;

}  // namespace

TEST_SUITE("input_lines")
{
    TEST_CASE("lines: a byte order mark, CRLF, blank lines, comments and a missing last line end are no hindrance")
    {
        auto const read = read_pairs("\xef\xbb\xbf\r\n# first\r\njob_id,task_id\r\n\r\n#c\nj,t\r\n  \t\n\nj,u");
        CHECK(read.ids() == ids{{"j", "t"}, {"j", "u"}});
        CHECK(read.comments == 2);
        CHECK(read.pairs[0].source == "in:6");
        CHECK(read.pairs[1].source == "in:9");
        CHECK(read.rejected.empty());
    }

    TEST_CASE("lines: a number sign within quotes begins no comment")
    {
        auto const read = read_pairs("job_id,task_id\n\"#1\",t\n#1,t\n");
        CHECK(read.ids() == ids{{"#1", "t"}});
        CHECK(read.comments == 1);
    }

    TEST_CASE("lines: an empty file has no pairs")
    {
        for (auto const* const text : {"", "\n", "# only\n", "\xef\xbb\xbf", "job_id,task_id\n"})
        {
            auto const read = read_pairs(text);
            CHECK(read.pairs.empty());
            CHECK(read.rejected.empty());
        }
    }

    TEST_CASE("lines: a workbook is named as such")
    {
        CHECK_THROWS_WITH_AS(read_pairs(std::string_view{"PK\x03\x04\x14\0", 6}), doctest::Contains("workbook"),
                             input_error);
    }

    TEST_CASE("lines: NUL bytes, bad UTF-8 and lines too long are rejected without touching their neighbours")
    {
        std::string const nul{"j2,t\0x\n", 7};
        std::string const endless(line_window::longest_line + 1, 'x');
        auto const read = read_pairs("job_id,task_id\nj1,t\n" + nul + "j3,t\nj4,\xff\nj5,t\nj6," + endless +
                                         "\nj7,t\nj8,\"\xc3\"\n" + "j9,t,\"" + endless + "\"\nj10,t",
                                     {.encoding = input_encoding::utf_8});
        CHECK(read.ids() == ids{{"j1", "t"}, {"j3", "t"}, {"j5", "t"}, {"j7", "t"}, {"j10", "t"}});
        CHECK(read.rejected_lines() == lines{3, 5, 7, 9, 10});
    }

    TEST_CASE("lines: the longest line is read, whatever its end")
    {
        std::string const note(line_window::longest_line - 4, 'x');
        auto const read = read_pairs("job_id,task_id\nj,t," + note + "\r\nj,u," + note + "x\nj,v");
        CHECK(read.ids() == ids{{"j", "t"}, {"j", "v"}});
    }

    TEST_CASE("lines: values too long to come back from a report are rejected where they are carried")
    {
        std::string const most(16 * 1024 - 1, 'x');
        reading_rules const carrying{.carry = {"upn", "note"}};
        auto const text =
            "job_id,task_id,upn,note\nj,t," + most + ",y\nj,u," + most + ",yy\nj,v\nj,w,,\"" + most + "\"\"\"\n";
        auto const carried = read_pairs(text, carrying);
        CHECK(carried.ids() == ids{{"j", "t"}, {"j", "v"}, {"j", "w"}});
        REQUIRE(carried.rejected.size() == 1);
        CHECK(carried.rejected[0].first == 3);
        CHECK(carried.rejected[0].second.find("16 KiB") != std::string::npos);
        CHECK(read_pairs(text).ids().size() == 4);
    }

    TEST_CASE("lines: values of JSON Lines are as long as CSV makes them, where a NUL takes three bytes")
    {
        std::string const most(16 * 1024 - 3, 'x');
        reading_rules const carrying{.carry = {"upn"}};
        auto const line = [&](std::string const& task, std::string const& more)
        { return R"({"job_id":"j","task_id":")" + task + R"(","upn":")" + most + more + "\"}\n"; };
        auto const read = read_pairs(
            line("t", "xxx") + line("u", "xxxx") + line("v", R"(\u0000)") + line("w", R"(x\u0000)"), carrying);
        CHECK(read.ids() == ids{{"j", "t"}, {"j", "v"}});
        CHECK(read.rejected_lines() == lines{2, 4});
    }

    TEST_CASE("lines: an endless line at the end of a file is rejected once")
    {
        auto const read = read_pairs("job_id,task_id\nj,t\n" + std::string(3'000'000, 'y'));
        CHECK(read.ids() == ids{{"j", "t"}});
        CHECK(read.rejected_lines() == lines{3});
    }

    TEST_CASE("lines: the same bytes in reads of 1, 3 and all give the same pairs")
    {
        std::string const nul{"x\0y,z\n", 6};
        std::vector<std::string> const texts{
            "\xef\xbb\xbfjob_id;task_id;note\r\n\"a \"\"q\"\"\";t;\"two\r\nlines\"\r\n#c\r\n\"open;t\r\nb;u;\r\n\r\n" +
                nul + "c;\"v\"",
            guid_a + "\t" + guid_b + "\n" + guid_b + "\t\"x\"\"\"\n\"\"\t\"\"\n\"",
            "{\"job_id\":\"j\",\"task_id\":\"t\"}\n{\n[]\n# c\n{\"batch\":\"j\",\"user\":\"u\"}",
            "job_id,task_id\r\n\"j\"\r\n\"j\",\"t\"\r\r\n\"j\",\"u\"\r",
        };
        for (auto const& text : texts)
        {
            CAPTURE(text);
            auto const whole = read_pairs(text);
            CHECK(whole.pairs.size() + whole.rejected.size() >= 2);
            for (auto const block : {1UL, 3UL, 7UL})
            {
                auto const cut = read_pairs(text, {}, block);
                CHECK(cut.ids() == whole.ids());
                CHECK(cut.rejected == whole.rejected);
                CHECK(cut.comments == whole.comments);
                for (std::size_t i = 0; i != whole.pairs.size(); ++i)
                    CHECK(cut.pairs[i].source == whole.pairs[i].source);
            }
        }
    }
}
