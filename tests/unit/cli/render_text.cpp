#include "cli/render/number_text.hpp"
#include "cli/render/visible_text.hpp"
#include "unit/cli/render_fixture.hpp"

#include "cli/render/summary_text.hpp"

#include <doctest/doctest.h>

using namespace batch_cancel;
using namespace batch_cancel::cli;
using namespace batch_cancel::testing;
using namespace std::chrono_literals;

TEST_SUITE("render_text")
{
    TEST_CASE("visible_text: letters of any script stay as they are")
    {
        CHECK(visible_text("Grüße, \xf0\x9f\x98\x80 \\ \"x\"") == "Grüße, \xf0\x9f\x98\x80 \\ \"x\"");
        CHECK(visible_text("") == "");
    }

    TEST_CASE("visible_text: controls, turns of direction and what cannot be seen are shown, bad bytes replaced")
    {
        CHECK(visible_text("a\x1b[31mb\r\n\t") == "a\\x1b[31mb\\r\\n\\t");
        CHECK(visible_text(std::string_view("\0\x7f", 2)) == "\\x00\\x7f");
        CHECK(visible_text("\xc2\x9b"
                           "31m") == "\\u009b31m");
        CHECK(visible_text("\xe2\x80\xae"
                           "x\xe2\x81\xa9") == "\\u202ex\\u2069");
        CHECK(visible_text("\xe2\x80\xa8") == "\\u2028");
        CHECK(visible_text("\xf3\xa0\x80\x81") == "\\U000e0001");
        CHECK(visible_text("\xff\xc3") == "\xef\xbf\xbd\xef\xbf\xbd");
    }

    TEST_CASE("visible_text: no two bytes put a control character through")
    {
        for (int first = 0; first < 256; ++first)
        {
            for (int second = 0; second < 256; ++second)
            {
                auto const shown = visible_text(std::string{static_cast<char>(first), static_cast<char>(second), 'x'});
                for (std::size_t i = 0; i < shown.size(); ++i)
                {
                    auto const c = static_cast<unsigned char>(shown[i]);
                    REQUIRE(c >= 0x20);
                    REQUIRE(c != 0x7f);
                    bool const is_c1 =
                        c == 0xc2 && i + 1 < shown.size() && static_cast<unsigned char>(shown[i + 1]) < 0xa0;
                    REQUIRE_FALSE(is_c1);
                }
            }
        }
    }

    TEST_CASE("number_text: decimals end without zeros, thousands are set apart")
    {
        CHECK(decimal_text(41.70, 3) == "41.7");
        CHECK(decimal_text(120, 1) == "120");
        CHECK(decimal_text(100, 0) == "100");
        CHECK(seconds_text(2128ms) == "2.128");
        CHECK(milliseconds_text(41700us) == "41.7");
        CHECK(time_text(test_time()) == "2026-11-21T22:10:03.412Z");
        CHECK(grouped_text(0) == "0");
        CHECK(grouped_text(999) == "999");
        CHECK(grouped_text(1000) == "1,000");
        CHECK(grouped_text(1234567) == "1,234,567");
    }

    TEST_CASE("summary_text: outcomes, causes with advice, ambiguity, input and time")
    {
        folder const here;
        auto const report = report_of({three_pairs(here / "run.jsonl")});
        auto const text = summary_text(report.facts(), color::off);
        for (auto const* part : {"Run run-1: finished", "accepted", "33.3 %", "not_found", "check the ids",
                                 "Not accepted: 2 pairs and 1 line of the input\n", "the task id is empty\n",
                                 "Ambiguous: 1 pair\n", "5 lines: 3 pairs, 1 duplicate, 1 rejected\n",
                                 "4 sent, 1 retry,", "1.5 s, 2 pairs/s", "20 ms median", "run.jsonl"})
            CHECK_MESSAGE(text.find(part) != std::string::npos, part, " in ", text);
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(summary_text(report.facts(), color::on).find("\x1b[31mfailed\x1b[0m") != std::string::npos);
    }

    TEST_CASE("summary_text: what is not accepted comes last, by cause")
    {
        folder const here;
        auto const text = summary_text(report_of({three_pairs(here / "run.jsonl")}).facts(), color::off);
        auto const last = text.substr(text.find("Not accepted"));
        CHECK(last == "Not accepted: 2 pairs and 1 line of the input\n"
                      "  conflict                   1  cannot be cancelled any more, or are final already\n"
                      "  not_found                  1  no such job or task: check the ids, and whether --api-version "
                      "offers them\n"
                      "  rejected line              1  the task id is empty\n");
    }

    TEST_CASE("write_report: with a list, each pair and line that is not accepted, with what it carries")
    {
        folder const here;
        auto run = sample_run();
        run.carried = {"upn"};
        run.options = {{"simulate", "true"}};
        auto report =
            report_of({write_journal(here / "run.jsonl", run,
                                     [](journal_file& journal)
                                     {
                                         auto one = sample_result("1");
                                         one.pair.carried = {"ada"};
                                         journal.settle(one);
                                         auto other = sample_result("2", outcome::conflict);
                                         other.pair.carried = {"bo\x1b"};
                                         journal.settle(other);
                                         journal.reject({.file = "p.csv", .line = 9, .cause = "empty"});
                                         journal.note({.complete = true, .lines = 3, .pairs = 2, .rejected = 1});
                                         finish(journal);
                                     })});
        auto const text = written(report, report_format::text, selection::all, {.is_listed = true});
        CHECK(text.starts_with("SIMULATED: "));
        CHECK(text.ends_with("empty\njob 2 conflict 409 upn=bo\\x1b\np.csv:9 rejected: empty\n"));
        auto const listed = written(report, report_format::text, selection::rejected);
        CHECK(listed.starts_with("SIMULATED: "));
        CHECK(listed.ends_with("\np.csv:9 rejected: empty\n"));
    }

    TEST_CASE("summary_text: how the run ended, and nothing of the outside unescaped")
    {
        folder const here;
        auto run = sample_run();
        run.tenant = "evil\x1b[2J";
        auto const stopped = write_journal(here / "a", run,
                                           [](journal_file& journal)
                                           {
                                               run_end const end{.time = test_time(), .stopped_by = "SIGINT"};
                                               finish(journal, end);
                                           });
        auto const text = summary_text(report_of({stopped}).facts(), color::off);
        CHECK(text.find("stopped by SIGINT") != std::string::npos);
        CHECK(text.find("evil\\x1b[2J") != std::string::npos);
        auto const killed = write_journal(here / "b", run, [](journal_file&) {});
        CHECK(summary_text(report_of({killed}).facts(), color::off).find("ended without a word") != std::string::npos);
        journal_file const at_work(here / "c", run);
        CHECK(summary_text(report_of({here / "c"}).facts(), color::off).find("still at work") != std::string::npos);
    }
}
