#include "cli/input/truth.hpp"
#include "read_pairs.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel::cli;

TEST_SUITE("input_truth")
{
    TEST_CASE(
        "truth: the words of programs and spreadsheets are understood, whatever their case and the blanks around them")
    {
        for (auto const* const word : {"",
                                       " ",
                                       "\xc2\xa0",
                                       "0",
                                       "no",
                                       "NO",
                                       "false",
                                       "FALSE",
                                       " False\t",
                                       "FALSCH",
                                       "Falsch",
                                       "FAUX",
                                       "FALSO",
                                       "ONWAAR",
                                       "FALSKT",
                                       "USANN",
                                       "HAMIS",
                                       "NEPRAVDA",
                                       "FA\xc5\x81SZ",
                                       "fa\xc5\x82sz",
                                       "EP\xc3\x84TOSI",
                                       "YANLI\xc5\x9e",
                                       "yanl\xc4\xb1\xc5\x9f",
                                       "\xd0\x9b\xd0\x9e\xd0\x96\xd0\xac",
                                       "\xd0\xbb\xd0\xbe\xd0\xb6\xd1\x8c",
                                       "\xce\xa8\xce\x95\xce\xa5\xce\x94\xce\x97\xce\xa3",
                                       "\xd0\xa5\xd0\x98\xd0\x91\xd0\x9d\xd0\x86\xd0\xa1\xd0\xa2\xd0\xac"})
        {
            CAPTURE(word);
            CHECK(read_truth(word) == truth::no);
        }
        for (auto const* const word : {"1",
                                       "yes",
                                       "YES",
                                       "true",
                                       "TRUE",
                                       "true ",
                                       "\xe2\x80\x8btrue",
                                       "WAHR",
                                       "wahr",
                                       "VRAI",
                                       "VERO",
                                       "VERDADERO",
                                       "WAAR",
                                       "SANT",
                                       "PRAWDA",
                                       "DO\xc4\x9eRU",
                                       "do\xc4\x9fru",
                                       "IGAZ",
                                       "ADEV\xc4\x82RAT",
                                       "\xd0\x98\xd0\xa1\xd0\xa2\xd0\x98\xd0\x9d\xd0\x90",
                                       "T\xc3\x95"
                                       "ENE"})
        {
            CAPTURE(word);
            CHECK(read_truth(word) == truth::yes);
        }
        for (auto const* const word : {"2", "nope", "x", "-", "n", "\xe2\x9c\x93", "truefalse"})
        {
            CAPTURE(word);
            CHECK(read_truth(word) == truth::unknown);
        }
    }

    TEST_CASE("truth: an ambiguous mark survives a spreadsheet, and what is not understood counts as true, with a note")
    {
        std::string text = "job_id,task_id,outcome,ambiguous\n";
        for (auto const* const mark : {"WAHR", "VRAI", "1", "\"true \"", "=\"TRUE\"", "odd", "FALSCH", "0", "", "no"})
            text.append("j,").append(guid_b).append(",failed,").append(mark).append("\n");
        auto const read = read_pairs(text);
        REQUIRE(read.pairs.size() == 10);
        for (std::size_t i = 0; i != read.pairs.size(); ++i)
        {
            CAPTURE(i);
            CHECK(read.pairs[i].ambiguous == (i < 6));
        }
        CHECK(read.notes.odd_marks.count == 1);
        CHECK(read.notes.odd_marks.first == "in:7: odd");
        CHECK(warnings_of(read.notes).size() == 1);
        CHECK(warnings_of(read.notes, read.notes).empty());
    }

    TEST_CASE("truth: a member of JSON may say so by a text, a number or itself")
    {
        std::string text;
        for (auto const* const mark :
             {"true", "\"true\"", "1", "\"WAHR\"", "2", "[]", "1.0", "false", "\"FALSCH\"", "0", "null", "\"\"", "0.0"})
            text.append(R"({"job_id":"j","task_id":"t","ambiguous":)").append(mark).append("}\n");
        auto const read = read_pairs(text);
        REQUIRE(read.pairs.size() == 13);
        for (std::size_t i = 0; i != read.pairs.size(); ++i)
        {
            CAPTURE(i);
            CHECK(read.pairs[i].ambiguous == (i < 7));
        }
        CHECK(read.notes.odd_marks.count == 2);
        CHECK(read.notes.odd_marks.first == "in:5: 2");
    }

    TEST_CASE("truth: a report's rows for rejected lines are skipped")
    {
        auto const read =
            read_pairs("job_id,task_id,outcome,message,source\nj,t,failed,,a:2\n,,rejected,no job id,a:3\n"
                       "," +
                       guid_a + ",Rejected,\"no, job\",a:4\nj,u,accepted,,a:5\n");
        CHECK(read.pairs.size() == 2);
        CHECK(read.rejected.empty());
        CHECK(read.comments == 2);
    }
}
