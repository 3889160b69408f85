#include "cli/input/input_error.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

namespace
{

using ids = std::vector<std::pair<std::string, std::string>>;
using lines = std::vector<std::uint64_t>;

std::string as_utf16(std::u16string_view text, bool big_end_first)
{
    std::string out;
    for (char16_t const unit : text)
    {
        auto const high = static_cast<char>(unit >> 8);
        auto const low = static_cast<char>(unit & 0xff);
        out += big_end_first ? std::string{high, low} : std::string{low, high};
    }
    return out;
}

}  // namespace

TEST_SUITE("input_encoding")
{
    TEST_CASE("encoding: UTF-16 is recognised by its byte order mark, in blocks of any size")
    {
        std::u16string const text = u"\ufeffjob_id,task_id,upn\r\nWelle Süd \U0001F600,t1,Łuk\r\nj,t2,x\r\n";
        for (bool const big_end_first : {false, true})
            for (auto const block : {1UL, 3UL, 7UL, 100'000UL})
            {
                CAPTURE(block);
                auto const read = read_pairs(as_utf16(text, big_end_first), {.carry = {"upn"}}, block);
                CHECK(read.ids() == ids{{"Welle S\xc3\xbc"
                                         "d \xf0\x9f\x98\x80",
                                         "t1"},
                                        {"j", "t2"}});
                CHECK(read.pairs.at(0).carried == std::vector<std::string>{"\xc5\x81uk"});
                CHECK(read.rejected.empty());
            }
    }

    TEST_CASE("encoding: a long text in UTF-16 keeps its lines")
    {
        std::u16string text = u"\ufeffjob_id;task_id;name\n";
        for (int i = 0; i != 20'000; ++i)
            text += u"j;t;\u4e2d\u6587\u540d\u5b57\n";
        auto const read = read_pairs(as_utf16(text, false));
        CHECK(read.pairs.size() == 20'000);
        CHECK(read.pairs.back().source == "in:20001");
        CHECK(read.rejected.empty());
    }

    TEST_CASE("encoding: half a surrogate pair or half a unit rejects its line only")
    {
        std::u16string text = u"\ufeffjob_id,task_id\nj1,t\nj2,";
        text += static_cast<char16_t>(0xd83d);
        text += u"x\nj3,";
        text += static_cast<char16_t>(0xdc00);
        text += u"\nj4,";
        text += static_cast<char16_t>(0xd83d);
        text += static_cast<char16_t>(0xd83d);
        text += static_cast<char16_t>(0xde00);
        text += u"\nj5,t\nj6,t";
        auto const read = read_pairs(as_utf16(text, true) + '\0');
        CHECK(read.ids() == ids{{"j1", "t"}, {"j5", "t"}});
        CHECK(read.rejected_lines() == lines{3, 4, 5, 7});
        CHECK(read.rejected.at(0).second == "the line is not valid UTF-16");
    }

    TEST_CASE("encoding: UTF-16 without a mark is named as such, and read if it is asked for")
    {
        for (bool const big_end_first : {false, true})
            for (auto const block : {1UL, 1000UL})
            {
                auto const text = as_utf16(u"job_id,task_id\nj,t\n", big_end_first);
                CHECK_THROWS_WITH_AS(read_pairs(text, {}, block), doctest::Contains("--encoding utf-16"), input_error);
                CHECK(read_pairs(text, {.encoding = input_encoding::utf_16}, block).ids() == ids{{"j", "t"}});
            }
        CHECK_THROWS_WITH_AS(read_pairs("job_id,task_id\n", {.encoding = input_encoding::utf_16}),
                             doctest::Contains("not UTF-16"), input_error);
    }

    TEST_CASE("encoding: windows-1252 is read if it is asked for, and its undefined bytes reject a line")
    {
        auto const text = "job_id;task_id;Gr\xf6\xdf"
                          "e;upn\nWelle S\xfc"
                          "d;t1;1;M\xfcller \x80\nj;t2;1;\x81\nj;t3;1;x\n";
        reading_rules const rules{.carry = {"upn"}, .encoding = input_encoding::windows_1252};
        for (auto const block : {1UL, 100'000UL})
        {
            auto const read = read_pairs(text, rules, block);
            CHECK(read.ids() == ids{{"Welle S\xc3\xbc"
                                     "d",
                                     "t1"},
                                    {"j", "t3"}});
            CHECK(read.pairs.at(0).carried == std::vector<std::string>{"M\xc3\xbcller \xe2\x82\xac"});
            CHECK(read.rejected_lines() == lines{3});
        }
    }

    TEST_CASE("encoding: a byte order mark counts for more than what was asked for")
    {
        for (auto const asked :
             {input_encoding::automatic, input_encoding::utf_8, input_encoding::utf_16, input_encoding::windows_1252})
        {
            CHECK(read_pairs("\xef\xbb\xbfjob_id,task_id\n\xc3\x84,t\n", {.encoding = asked}).ids() ==
                  ids{{"\xc3\x84", "t"}});
            CHECK(read_pairs(as_utf16(u"\ufeffjob_id,task_id\nÄ,t\n", false), {.encoding = asked}).ids() ==
                  ids{{"\xc3\x84", "t"}});
        }
    }

    TEST_CASE(
        "encoding: other bytes than UTF-8 stop the reading with their place, or reject a line if UTF-8 was asked for")
    {
        std::string const text = "job_id,task_id,name\nj,t1,\"a\nM\xfcller\"\nj,t2,x\n";
        CHECK_THROWS_WITH_AS(read_pairs(text), doctest::Contains("in:3: the line is not UTF-8: byte 2 is 0xFC"),
                             encoding_error);
        CHECK_THROWS_WITH_AS(read_pairs(text), doctest::Contains("--encoding windows-1252"), encoding_error);
        auto const read = read_pairs(text, {.encoding = input_encoding::utf_8});
        CHECK(read.ids() == ids{{"j", "t2"}});
        CHECK(read.rejected_lines() == lines{2});
        for (auto const* const other :
             {"job_id;task_id;Gr\xf6\xdf"
              "e\n",
              "{\"job_id\":\"\xfc\",\"task_id\":\"t\"}\n", "job_id,task_id\nj,\"t\xfc\n", "job_id,task_id\nj,t\xc3"})
        {
            CAPTURE(other);
            CHECK_THROWS_AS(read_pairs(other), encoding_error);
        }
    }

    TEST_CASE("encoding: what is no text is named for what it is")
    {
        using namespace std::string_view_literals;
        CHECK_THROWS_WITH_AS(read_pairs("\x1f\x8b\x08\0"sv), doctest::Contains("gunzip"), input_error);
        CHECK_THROWS_WITH_AS(read_pairs("\xd0\xcf\x11\xe0\xa1"sv), doctest::Contains("workbook"), input_error);
        CHECK_THROWS_WITH_AS(read_pairs("\xff\xfe\0\0j\0\0\0"sv), doctest::Contains("UTF-32"), input_error);
    }
}
