#include "cli/render/summary_json.hpp"

#include "unit/cli/render_fixture.hpp"

#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

using namespace batch_cancel;
using namespace batch_cancel::cli;
using namespace batch_cancel::testing;

namespace
{

std::string as_text(boost::json::value const& value)
{
    std::string out;
    append_json(out, value);
    return out;
}

}  // namespace

TEST_SUITE("render_json")
{
    TEST_CASE("summary_json: the promised members in the promised order")
    {
        folder const here;
        auto const path = three_pairs(here / "run.jsonl");
        auto const report = report_of({path});
        CHECK(
            as_text(summary_json(report.facts())) ==
            R"({"schema":1,"run":{"id":"run-1","endpoint":"https://graph.microsoft.com","api_version":"v1.0",)"
            R"("tenant":null,"started":"2026-11-21T22:10:03.412Z","finished":"2026-11-21T22:10:05.412Z",)"
            R"("stopped_by":null,"simulated":false},"totals":{"pairs":3,"accepted":1,"conflict":1,"failed":1,"unprocessed":0,)"
            R"("rejected":1,"duplicates":1,"other_shards":0,"skipped_final":0,"ambiguous":1,"input_complete":true},)"
            R"("failed_by_reason":{"not_found":1},"requests":{"sent":4,"read":0,"attempts":4,"retried":1,"throttled":0,)"
            R"("connections_opened":2},"timing":{"wall_s":1.5,"cpu_s":0.4,"cancels_per_s":2,)"
            R"("latency_ms":{"min":20,"mean":20,"p50":20,"p90":20,"p99":20,"max":20}},"verified":null,"journal":")" +
                path.string() + "\"}");
    }

    TEST_CASE("summary_json: a stop, pairs left over, and a process that told no end")
    {
        folder const here;
        auto const path = write_journal(here / "run.jsonl", sample_run(),
                                        [](journal_file& journal)
                                        {
                                            journal.admit(sample_pair("1"));
                                            journal.note({.complete = true, .lines = 9, .pairs = 9});
                                        });
        auto const killed = summary_json(report_of({path}).facts());
        CHECK(killed.at("totals").at("pairs") == 9);
        CHECK(killed.at("totals").at("unprocessed") == 9);
        CHECK(killed.at("totals").at("ambiguous") == 1);
        CHECK(killed.at("run").at("finished").is_null());
        auto const stopped = write_journal(here / "b", sample_run(),
                                           [](journal_file& journal)
                                           {
                                               run_end const end{.time = test_time(), .stopped_by = "limit"};
                                               finish(journal, end);
                                           });
        CHECK(summary_json(report_of({stopped}).facts()).at("run").at("stopped_by") == "limit");
    }

    TEST_CASE("write_report: the JSON report is the summary with results, each as in the journal")
    {
        folder const here;
        auto run = sample_run();
        run.carried = {"upn"};
        auto report = report_of({write_journal(here / "run.jsonl", run,
                                               [](journal_file& journal)
                                               {
                                                   auto one = sample_result("\"quoted\"\n");
                                                   one.pair.carried = {"ada@example.org"};
                                                   journal.settle(one);
                                                   auto left = sample_pair("u");
                                                   left.carried = {"bob@example.org"};
                                                   journal.leave(left);
                                               })});
        auto const json = boost::json::parse(written(report, report_format::json));
        CHECK(json.at("totals").at("pairs") == 2);
        auto const& results = json.at("results").as_array();
        REQUIRE(results.size() == 2);
        CHECK(as_text(results[0]) ==
              R"({"job_id":"job","task_id":"\"quoted\"\n","outcome":"accepted","status":202,"reason":null,)"
              R"("service_status":null,"message":null,"error_code":null,"attempts":1,"ambiguous":false,)"
              R"("request_id":null,"client_request_id":null,"retry_after_s":null,"latency_ms":20,"total_ms":20,)"
              R"("source":"pairs.csv:2","time":"2026-11-21T22:10:04.412Z","carried":{"upn":"ada@example.org"}})");
        CHECK(results[1].at("outcome") == "unprocessed");
        CHECK(results[1].at("time").is_null());
        CHECK(results[1].at("carried").at("upn") == "bob@example.org");
    }

    TEST_CASE("write_report: a JSON report without results is valid JSON")
    {
        folder const here;
        auto report = report_of({three_pairs(here / "run.jsonl")});
        auto const json = boost::json::parse(written(report, report_format::json, selection::unprocessed));
        CHECK(json.at("results").as_array().empty());
        CHECK(json.at("rejected").as_array().empty());
    }

    TEST_CASE("write_report: a JSON report has the rejected lines with place and cause, and names a rehearsal")
    {
        folder const here;
        auto run = sample_run();
        run.options = {{"simulate", "true"}};
        auto report = report_of({three_pairs(here / "run.jsonl", run)});
        auto const json = boost::json::parse(written(report, report_format::json));
        CHECK(json.at("run").at("simulated") == true);
        auto const& rejected = json.at("rejected").as_array();
        REQUIRE(rejected.size() == 1);
        CHECK(as_text(rejected[0]) ==
              R"({"source":"pairs.csv:5","file":"pairs.csv","line":5,"cause":"the task id is empty"})");
        CHECK(json.at("results").as_array().size() == 3);
    }

    TEST_CASE("append_json: nothing that a terminal obeys, and valid JSON whatever bytes a text has")
    {
        CHECK(as_text({{"\x1b[m", "\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\xa8"}}) ==
              R"({"\u001b[m":"\u007f\u009b\u202e\u2028"})");
        CHECK(as_text("a\xff.csv") == "\"a\xef\xbf\xbd.csv\"");
    }

    TEST_CASE("summary_json: what stopped a run has its cause")
    {
        folder const here;
        auto const path = write_journal(
            here / "a", sample_run(),
            [](journal_file& journal) {
                finish(journal,
                       {.time = test_time(), .stopped_by = "patience", .detail = "last responses: HTTP 500: 39 of 39"});
            });
        auto const run = summary_json(report_of({path}).facts()).at("run");
        CHECK(run.at("stopped_by") == "patience");
        CHECK(run.at("cause") == "last responses: HTTP 500: 39 of 39");
    }
}
