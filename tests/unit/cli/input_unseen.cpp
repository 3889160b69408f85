#include "cli/input/characters.hpp"
#include "cli/input/ids.hpp"
#include "cli/input/input_error.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

using ids = std::vector<std::pair<std::string, std::string>>;

std::string utf8(char32_t code_point)
{
    std::string text;
    append_utf8(text, code_point);
    return text;
}

std::vector<char32_t> unseen_ones()
{
    std::vector<char32_t> all{0xa0, 0xad, 0x1680, 0x202f, 0x205f, 0x3000, 0xfeff, 0x180e, 0x61c};
    for (auto const& [first, last] :
         {std::pair<char32_t, char32_t>{0x2000, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2069}})
        for (auto each = first; each <= last; ++each)
            all.push_back(each);
    return all;
}

}  // namespace

TEST_SUITE("input_unseen")
{
    TEST_CASE("unseen: characters that cannot be seen around ids, headers and lines are removed")
    {
        for (auto const each : unseen_ones())
        {
            CAPTURE(code_point_name(each));
            auto const dirt = utf8(each);
            auto const read = read_pairs(dirt + "job_id" + dirt + "," + dirt + "task_id\n" + dirt + guid_a + "," +
                                         dirt + guid_b + dirt + dirt + "\nWave 7" + dirt + ",\"" + dirt + "t\"\n" +
                                         dirt + "\n" + dirt + "," + dirt + "\n");
            CHECK(read.ids() == ids{{guid_a, guid_b}, {"Wave 7", "t"}});
            CHECK(read.rejected.empty());
            auto const json = read_pairs("{\"job_id\":\"" + dirt + "j\",\"task_id\":\"" + guid_a + dirt + "\"}\n");
            CHECK(json.ids() == ids{{"j", guid_a}});
        }
    }

    TEST_CASE("unseen: inside an id such a character rejects the line, with its code point")
    {
        for (auto const each : unseen_ones())
        {
            auto const name = code_point_name(each);
            CAPTURE(name);
            auto const read = read_pairs("job_id,task_id\nj," + guid_a.substr(0, 9) + utf8(each) + guid_a.substr(9) +
                                         "\nWave" + utf8(each) + "7,t\n");
            CHECK(read.pairs.empty());
            REQUIRE(read.rejected.size() == 2);
            CHECK(read.rejected[0].second.find(name) != std::string::npos);
            CHECK(read.rejected[1].second.find(name) != std::string::npos);
        }
    }

    TEST_CASE("unseen: usual blanks inside a name stay, and so does what an emoji is made of, which rejects")
    {
        CHECK(id_fault(id_kind::job, "Wave 7").empty());
        CHECK(clean_id("Wave \xe2\x9a\xa0\xef\xb8\x8f") == "Wave \xe2\x9a\xa0\xef\xb8\x8f");
        CHECK(id_fault(id_kind::job, "Wave \xe2\x9a\xa0\xef\xb8\x8f").find("U+FE0F") != std::string::npos);
    }

    TEST_CASE("unseen: braces and the form that keeps a spreadsheet from counting are removed")
    {
        CHECK(clean_id("{" + guid_a + "}") == guid_a);
        CHECK(clean_id("=\"" + guid_a + "\"") == guid_a);
        CHECK(clean_id(" =\" {" + guid_a + "} \" ") == guid_a);
        CHECK(clean_id("{Wave 7}") == "{Wave 7}");
        CHECK(clean_id("=\"Wave 7\"") == "Wave 7");
        CHECK(clean_id("={a}") == "={a}");
        CHECK(clean_id("{}") == "{}");
        CHECK(clean_id("=\"\"").empty());
        auto const read = read_pairs("note,job_id,task_id\n=\"a, b\",=\"Wave 1, North\",=\"t\"\n=\"a\"&x,j,u\n");
        CHECK(read.ids() == ids{{"Wave 1, North", "t"}, {"j", "u"}});
        CHECK(read_pairs("job_id,task_id\n=\"Wave 1,t\n").rejected.size() == 1);
    }

    TEST_CASE("unseen: task ids that are nearly GUIDs are sent as they are, and noted")
    {
        for (std::string const nearly : {"6a88de8d-7027-44c1-8674-03f826aa170", "6a88de8d-7027-44c1-8674-03f826aa17044",
                                         "6a88de8d-7027-44c1-8674-O3f826aa1704", "6a88de8d702744c1867403f826aa1704",
                                         "6a88de8d-7027-44c1-867403f826aa1704", "6a88de8d-7027-44c1-8674",
                                         "6a88de8d\xe2\x80\x93"
                                         "7027-44c1-8674-03f826aa1704"})
        {
            CAPTURE(nearly);
            auto const read = read_pairs("job_id,task_id\nj," + guid_a + "\nj," + nearly + "\n");
            CHECK(read.ids() == ids{{"j", guid_a}, {"j", nearly}});
            CHECK(read.notes.near_guids.count == 1);
            CHECK(read.notes.near_guids.first == "in:3: " + nearly);
            CHECK(warnings_of(read.notes).size() == 1);
        }
        for (auto const* const other : {"t", "user-17", "anna", "4711", "task-a-b-c-d", "deadbeef"})
            CHECK_FALSE(is_nearly_guid(other));
        CHECK_FALSE(is_nearly_guid(guid_a));
    }
}
