#include "cli/render/results_csv.hpp"

#include "unit/cli/read_pairs.hpp"
#include "unit/cli/render_fixture.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace batch_cancel;
using namespace batch_cancel::cli;
using namespace batch_cancel::testing;
using namespace std::chrono_literals;

namespace
{

std::string cell(std::string_view text)
{
    std::string out;
    append_csv_cell(out, text);
    return out;
}

// RFC 4180, and the apostrophe of our reports taken off.
std::vector<std::vector<std::string>> parse_csv(std::string_view text)
{
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row;
    std::string value;
    auto const end_cell = [&]
    {
        row.push_back(value.starts_with('\'') ? value.substr(1) : value);
        value.clear();
    };
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        bool const doubled = quoted && text.substr(i, 2) == "\"\"";
        if (doubled)
            value += text[++i];
        else if (text[i] == '"')
            quoted = !quoted;
        else if (quoted || (text[i] != ',' && text[i] != '\r' && text[i] != '\n'))
            value += text[i];
        else if (text[i] == ',')
            end_cell();
        else if (text[i] == '\n')
        {
            end_cell();
            rows.push_back(std::move(row));
            row.clear();
        }
    }
    return rows;
}

}  // namespace

TEST_SUITE("render_csv")
{
    TEST_CASE("append_csv_cell: quotes what must be quoted, and nothing else")
    {
        CHECK(cell("plain text") == "plain text");
        CHECK(cell("") == "");
        CHECK(cell("a,b") == "\"a,b\"");
        CHECK(cell("a;b") == "\"a;b\"");
        CHECK(cell("say \"hi\"") == "\"say \"\"hi\"\"\"");
        CHECK(cell("two\nlines") == "\"two\nlines\"");
        CHECK(cell(" blank") == "\" blank\"");
    }

    TEST_CASE("append_csv_cell: a job whose name begins with # is no comment when the report is read")
    {
        CHECK(cell("#Batch 1") == "\"#Batch 1\"");
    }

    TEST_CASE("append_csv_cell: what a spreadsheet would run gets an apostrophe")
    {
        CHECK(cell("=1+1") == "'=1+1");
        CHECK(cell("+1") == "'+1");
        CHECK(cell("-1") == "'-1");
        CHECK(cell("@SUM(A1)") == "'@SUM(A1)");
        CHECK(cell("'already") == "''already");
        CHECK(cell("\tx") == "\"'\tx\"");
        CHECK(cell("\rx") == "\"'\rx\"");
        CHECK(cell("=a,\"b\"") == "\"'=a,\"\"b\"\"\"");
        CHECK(cell("a=b") == "a=b");
    }

    TEST_CASE("append_csv_cell: a NUL byte, which would spoil the line as input, is replaced")
    {
        CHECK(cell(std::string_view("a\0b", 3)) == "\"a\xef\xbf\xbd"
                                                   "b\"");
    }

    TEST_CASE("append_csv_row: texts of any kind are read back as they were")
    {
        folder const here;
        auto run = sample_run();
        run.carried = {"=upn", "dept"};
        std::mt19937 random(11);
        std::string_view const letters = "=+-@'\"\t\r\n,;a \xc3\xa4";
        std::vector<result> settled;
        for (int i = 0; i < 200; ++i)
        {
            auto one = sample_result("task" + std::to_string(i));
            auto const text = [&]
            {
                std::string made;
                for (auto length = random() % 8; length != 0; --length)
                {
                    auto const at = random() % (letters.size() - 1);
                    made += at == letters.size() - 2 ? letters.substr(at) : letters.substr(at, 1);
                }
                return made;
            };
            one.message = text();
            one.error_code = text();
            one.pair.source = text();
            one.pair.carried = {text(), text()};
            settled.push_back(one);
        }
        auto report = report_of({write_journal(here / "run.jsonl", run,
                                               [&](journal_file& journal)
                                               {
                                                   for (auto const& one : settled)
                                                       journal.settle(one);
                                                   finish(journal);
                                               })});
        auto const rows = parse_csv(written(report, report_format::csv));
        REQUIRE(rows.size() == 201);
        CHECK(rows[0].at(0) == "job_id");
        CHECK(rows[0].at(18) == "=upn");
        for (std::size_t i = 0; i < settled.size(); ++i)
        {
            auto const& row = rows[i + 1];
            REQUIRE(row.size() == 20);
            CHECK(row[1] == settled[i].pair.task_id);
            CHECK(row[6] == settled[i].message);
            CHECK(row[7] == settled[i].error_code);
            CHECK(row[15] == settled[i].pair.source);
            CHECK(row[18] == settled[i].pair.carried[0]);
            CHECK(row[19] == settled[i].pair.carried[1]);
        }
    }

    TEST_CASE("append_csv_row: the promised columns, empty where there is nothing")
    {
        folder const here;
        auto report = report_of({write_journal(here / "run.jsonl", sample_run(),
                                               [](journal_file& journal)
                                               {
                                                   auto one = sample_result("t", outcome::failed);
                                                   one.retry_after = 2128ms;
                                                   one.latency = 41700us;
                                                   journal.settle(one);
                                                   auto left = sample_pair("u");
                                                   left.earlier_attempts = 2;
                                                   left.ambiguous = true;
                                                   journal.leave(left);
                                               })});
        CHECK(written(report, report_format::csv) ==
              "job_id,task_id,outcome,status,reason,service_status,message,error_code,attempts,ambiguous,request_id,"
              "client_request_id,retry_after_s,latency_ms,total_ms,source,time,simulated\n"
              "job,t,failed,404,not_found,,,,1,false,,,2.128,41.7,20,pairs.csv:2,2026-11-21T22:10:04.412Z,false\n"
              "job,u,unprocessed,,,,,,2,true,,,,,,pairs.csv:2,,false\n");
    }

    TEST_CASE("results_csv: a rejected line is a row with its place and cause, when it is selected")
    {
        folder const here;
        auto report = report_of({three_pairs(here / "run.jsonl")});
        std::string const row = ",,rejected,,,,the task id is empty,,,,,,,,,pairs.csv:5,,false\n";
        auto const all = written(report, report_format::csv);
        CHECK(all.ends_with("\n" + row));
        auto const header = all.substr(0, all.find('\n') + 1);
        CHECK(written(report, report_format::csv, selection::rejected) == header + row);
        CHECK(written(report, report_format::csv, selection::failed).find("rejected") == std::string::npos);
    }

    TEST_CASE("results_csv: a rehearsal says so in every row")
    {
        folder const here;
        auto run = sample_run();
        run.options = {{"simulate", "true"}};
        auto report = report_of({three_pairs(here / "run.jsonl", run)});
        auto const rows = parse_csv(written(report, report_format::csv));
        REQUIRE(rows.size() == 5);
        CHECK(rows[0].back() == "simulated");
        for (std::size_t i = 1; i < rows.size(); ++i)
            CHECK(rows[i].back() == "true");
    }

    TEST_CASE("results_csv: every style is valid input with the same pairs")
    {
        folder const here;
        auto run = sample_run();
        run.carried = {"upn"};
        auto report = report_of({write_journal(here / "run.jsonl", run,
                                               [](journal_file& journal)
                                               {
                                                   auto one = sample_result("=1;2", outcome::failed, "a,b");
                                                   one.ambiguous = true;
                                                   one.pair.carried = {"'ada\"@example.org"};
                                                   journal.settle(one);
                                                   finish(journal);
                                               })});
        for (auto const style : {csv_style::plain, csv_style::excel, csv_style::excel_semicolon})
        {
            auto const text = written(report, report_format::csv, selection::all, {.style = style});
            bool const is_excel = style != csv_style::plain;
            CHECK(text.starts_with("\xef\xbb\xbfjob_id") == is_excel);
            CHECK(text.ends_with("\r\n") == is_excel);
            CHECK((text.find("job_id;task_id;") != std::string::npos) == (style == csv_style::excel_semicolon));
            auto const read = read_pairs(text, {.carry = {"upn"}});
            CHECK(read.rejected.empty());
            REQUIRE(read.pairs.size() == 1);
            CHECK(read.pairs[0].job_id == "a,b");
            CHECK(read.pairs[0].task_id == "=1;2");
            CHECK(read.pairs[0].ambiguous);
            CHECK(read.pairs[0].carried.at(0) == "'ada\"@example.org");
        }
    }

    TEST_CASE("results_csv: on a terminal nothing is obeyed, elsewhere nothing is changed")
    {
        folder const here;
        auto report = report_of({write_journal(here / "run.jsonl", sample_run(),
                                               [](journal_file& journal)
                                               {
                                                   auto one = sample_result("\x1b[2J\xe2\x80\xae");
                                                   one.message = "two\nlines \xc2\x9b";
                                                   journal.settle(one);
                                                   finish(journal);
                                               })});
        auto const shown = written(report, report_format::csv, selection::all, {.target = csv_target::terminal});
        CHECK(shown.find("job,\\x1b[2J\\u202e,accepted,202,,,two\\nlines \\u009b,") != std::string::npos);
        CHECK(shown.find('\x1b') == std::string::npos);
        auto const data = written(report, report_format::csv);
        CHECK(data.find("job,\x1b[2J\xe2\x80\xae,accepted,202,,,\"two\nlines \xc2\x9b\",") != std::string::npos);
    }
}
