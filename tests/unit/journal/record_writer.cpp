#include "journal/record_writer.hpp"

#include "journal/record_parser.hpp"
#include "unit/journal/journal_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace batch_cancel;
using namespace batch_cancel::testing;
using batch_cancel::journal_format::record_parser;
using batch_cancel::journal_format::record_writer;
using namespace std::chrono_literals;

namespace
{

// Reads lines that one writer has gathered.
journal_record parsed(record_parser& parser, std::string line)
{
    REQUIRE(std::count(line.begin(), line.end(), '\n') == 1);
    REQUIRE(line.back() == '\n');
    line.pop_back();
    auto const size = line.size();
    line.append(simdjson::SIMDJSON_PADDING, ' ');
    journal_record record;
    parser.parse(std::string_view(line).substr(0, size), record);
    return record;
}

template <class Write>
std::string line_of(Write write, std::vector<std::string> const& carried = {})
{
    record_writer writer(carried);
    write(writer);
    return std::string(writer.text());
}

result full_result()
{
    auto settled = sample_result("6a88de8d", outcome::failed, "add14989");
    settled.reason = reason::throttled;
    settled.status = 429;
    settled.service_status = "Throttled";
    settled.message = "Too many\nrequests";
    settled.error_code = "TooManyRequests";
    settled.attempts = 3;
    settled.ambiguous = true;
    settled.request_id = "r-1";
    settled.client_request_id = "c-1";
    settled.retry_after = 2128ms;
    settled.latency = 41700us;
    settled.total = 120s + 41001us;
    settled.time = test_time();
    return settled;
}

}  // namespace

TEST_SUITE("record_writer")
{
    TEST_CASE("record_writer: a result has the promised members in the promised order")
    {
        auto settled = sample_result("6a88de8d", outcome::accepted, "add14989");
        settled.service_status = "Accepted";
        settled.message = "Cancellation request was accepted.";
        settled.request_id = "r-1";
        settled.client_request_id = "c-1";
        settled.latency = 41700us;
        settled.total = 41900us;
        settled.time = test_time();
        settled.pair.source = "pairs.csv:12";
        CHECK(line_of([&](auto& writer) { writer.result(settled); }) ==
              R"({"type":"result","job_id":"add14989","task_id":"6a88de8d","outcome":"accepted","status":202,)"
              R"("reason":null,"service_status":"Accepted","message":"Cancellation request was accepted.",)"
              R"("error_code":null,"attempts":1,"ambiguous":false,"request_id":"r-1","client_request_id":"c-1",)"
              R"("retry_after_s":null,"latency_ms":41.7,"total_ms":41.9,"source":"pairs.csv:12",)"
              R"("time":"2026-11-21T22:10:03.412Z"})"
              "\n");
    }

    TEST_CASE("record_writer: a failed result with everything that there can be")
    {
        auto settled = full_result();
        settled.pair.carried = {"ada@example.org", "A \"quoted\" name"};
        CHECK(line_of([&](auto& writer) { writer.result(settled); }, {"upn", "na\"me"}) ==
              R"({"type":"result","job_id":"add14989","task_id":"6a88de8d","outcome":"failed","status":429,)"
              R"("reason":"throttled","service_status":"Throttled","message":"Too many\nrequests",)"
              R"("error_code":"TooManyRequests","attempts":3,"ambiguous":true,"request_id":"r-1",)"
              R"("client_request_id":"c-1","retry_after_s":2.128,"latency_ms":41.7,"total_ms":120041.001,)"
              R"("source":"pairs.csv:2","time":"2026-11-21T22:10:03.412Z",)"
              R"("carried":{"upn":"ada@example.org","na\"me":"A \"quoted\" name"}})"
              "\n");
    }

    TEST_CASE("record_writer: the record of a run tells options, inputs, columns and shard")
    {
        auto run = sample_run();
        run.tenant = "contoso";
        run.options = {{"concurrency", "64"}, {"resolve", "a:1:::1"}, {"timeout", "75s"}, {"resolve", "b:2:127.0.0.1"}};
        run.inputs = {"/data/pairs.csv", "-"};
        run.carried = {"upn"};
        run.shard = shard{.number = 2, .count = 4};
        CHECK(
            line_of([&](auto& writer) { writer.run(run); }) ==
            R"({"type":"run","schema":1,"version":"1.2.3","run_id":"run-1","time":"2026-11-21T22:10:03.412Z",)"
            R"("endpoint":"https://graph.microsoft.com","api_version":"v1.0","tenant":"contoso","user":"ada",)"
            R"("host":"box","boot_id":"","options":{"concurrency":"64","resolve":["a:1:::1","b:2:127.0.0.1"],"timeout":"75s"},)"
            R"("inputs":["/data/pairs.csv","-"],"carried":["upn"],"shard":"2/4"})"
            "\n");
    }

    TEST_CASE("record_writer: the other records, short where there is nothing to say")
    {
        CHECK(line_of([](auto& writer) { writer.run(sample_run()); }) ==
              R"({"type":"run","schema":1,"version":"1.2.3","run_id":"run-1","time":"2026-11-21T22:10:03.412Z",)"
              R"("endpoint":"https://graph.microsoft.com","api_version":"v1.0","tenant":null,"user":"ada",)"
              R"("host":"box","boot_id":"","options":{},"inputs":[],"carried":[],"shard":null})"
              "\n");
        CHECK(line_of([](auto& writer) { writer.admitted({.job_id = "j", .task_id = "t"}); }) ==
              R"({"type":"admitted","job_id":"j","task_id":"t"})"
              "\n");
        CHECK(line_of([](auto& writer) { writer.begun(31, 95); }) == R"({"type":"begun","count":31,"through":95})"
                                                                     "\n");
        pair left{.job_id = "j", .task_id = "t", .source = "-:3", .ambiguous = true, .earlier_attempts = 2};
        left.carried = {"x"};
        CHECK(line_of([&](auto& writer) { writer.unprocessed(left); }, {"upn"}) ==
              R"({"type":"unprocessed","job_id":"j","task_id":"t","source":"-:3","attempts":2,"ambiguous":true,)"
              R"("carried":{"upn":"x"}})"
              "\n");
        CHECK(line_of([&](auto& writer) { writer.planned(left); }, {"upn"}) ==
              R"({"type":"planned","job_id":"j","task_id":"t","source":"-:3","attempts":2,"ambiguous":true,)"
              R"("carried":{"upn":"x"}})"
              "\n");
        result waiting{.pair = {.job_id = "j", .task_id = "t"}};
        CHECK(line_of([&](auto& writer) { writer.waiting(waiting); }) ==
              R"({"type":"waiting","job_id":"j","task_id":"t"})"
              "\n");
        waiting.attempts = 1;
        waiting.ambiguous = true;
        waiting.status = 504;
        waiting.reason = reason::server_error;
        CHECK(line_of([&](auto& writer) { writer.waiting(waiting); }) ==
              R"({"type":"waiting","job_id":"j","task_id":"t","attempts":1,"ambiguous":true,"status":504,)"
              R"("reason":"server_error"})"
              "\n");
        CHECK(line_of([](auto& writer) { writer.pause(test_time(1min), 60s); }) ==
              R"({"type":"pause","until":"2026-11-21T22:11:03.412Z","wait_s":60})"
              "\n");
        CHECK(line_of(
                  [](auto& writer) {
                      writer.rejected({"pairs.csv", 7, "no task id"});
                  }) == R"({"type":"rejected","file":"pairs.csv","line":7,"cause":"no task id"})"
                        "\n");
        input_counts const counts{.complete = true,
                                  .lines = 10,
                                  .pairs = 5,
                                  .duplicates = 1,
                                  .rejected = 2,
                                  .other_shards = 2,
                                  .comments = 3};
        CHECK(line_of([&](auto& writer) { writer.input(counts); }) ==
              R"({"type":"input","complete":true,"lines":10,"pairs":5,"duplicates":1,"rejected":2,)"
              R"("other_shards":2,"comments":3})"
              "\n");
    }

    TEST_CASE("record_writer: a process ends with a summary, or with a stop and its cause")
    {
        run_end end{.time = test_time(), .wall = 12100ms, .cpu = 400ms};
        end.pairs.accepted = 4;
        end.requests = {.sent = 5, .attempts = 5, .retried = 1, .throttled = 1, .connections_opened = 2};
        CHECK(line_of([&](auto& writer) { writer.end(end); }) ==
              R"({"type":"summary","time":"2026-11-21T22:10:03.412Z","detail":null,"accepted":4,"conflict":0,)"
              R"("failed":0,"unprocessed":0,"sent":5,"attempts":5,"retried":1,"throttled":1,)"
              R"("connections_opened":2,"wall_s":12.1,"cpu_s":0.4})"
              "\n");
        end.stopped_by = "SIGINT";
        end.detail = "asked to";
        CHECK(
            line_of([&](auto& writer) { writer.end(end); })
                .starts_with(
                    R"({"type":"stop","time":"2026-11-21T22:10:03.412Z","cause":"SIGINT","detail":"asked to","accepted":4,)"));
    }

    TEST_CASE("record_writer: times of a year are read to the millisecond")
    {
        record_parser parser;
        run_end const end{.time = test_time(), .wall = 31'622'399'999ms, .cpu = 9'007'199'257ms};
        auto const read = parsed(parser, line_of([&](auto& writer) { writer.end(end); }));
        CHECK(read.end.wall == end.wall);
        CHECK(read.end.cpu == end.cpu);
    }

    TEST_CASE("record_writer: a damaged name of a member that may be missing is not taken for a missing one")
    {
        record_parser parser;
        parsed(parser, line_of([](auto& writer) { writer.run(sample_run()); }));
        pair const doubtful{.job_id = "j", .task_id = "t", .ambiguous = true, .earlier_attempts = 1};
        result const waiting{.pair = doubtful, .attempts = 1, .ambiguous = true};
        for (auto line : {line_of([&](auto& writer) { writer.planned(doubtful); }),
                          line_of([&](auto& writer) { writer.unprocessed(doubtful); }),
                          line_of([&](auto& writer) { writer.waiting(waiting); })})
        {
            CHECK_NOTHROW(parsed(parser, line));
            line.replace(line.find("ambiguous"), 9, "ambiguouz");
            CHECK_THROWS_AS(parsed(parser, line), journal_format::bad_record);
        }
    }

    TEST_CASE("record_writer: what was written is read again, member by member")
    {
        record_parser parser;
        auto run = sample_run();
        run.tenant = "contoso";
        run.options = {{"resolve", "a"}, {"resolve", "b"}, {"timeout", "75s"}};
        run.inputs = {"/data/pairs.csv"};
        run.carried = {"upn", "dept"};
        run.shard = shard{.number = 2, .count = 4};
        auto const began = parsed(parser, line_of([&](auto& writer) { writer.run(run); }));
        CHECK(began.type == record_type::run);
        CHECK(began.run.run_id == "run-1");
        CHECK(began.run.time == run.time);
        CHECK(began.run.options.size() == 3);
        CHECK(began.run.options[1].value == "b");
        CHECK(began.run.inputs == run.inputs);
        CHECK(began.run.shard == run.shard);

        auto settled = full_result();
        settled.pair.carried = {"ada@example.org", ""};
        auto const read = parsed(parser, line_of([&](auto& writer) { writer.result(settled); }, run.carried));
        CHECK(read.type == record_type::result);
        CHECK(read.settled.outcome == outcome::failed);
        CHECK(read.settled.reason == reason::throttled);
        CHECK(read.settled.status == 429);
        CHECK(read.settled.attempts == 3);
        CHECK(read.settled.ambiguous);
        CHECK(read.settled.message == settled.message);
        CHECK(read.settled.retry_after == settled.retry_after);
        CHECK(read.settled.latency == settled.latency);
        CHECK(read.settled.total == settled.total);
        CHECK(read.settled.time == settled.time);
        CHECK(read.settled.pair.carried == settled.pair.carried);
    }

    TEST_CASE("record_writer: texts of any bytes stay one line, and read back if they are UTF-8")
    {
        record_parser parser;
        auto settled = sample_result("t");
        for (unsigned byte = 0; byte < 256; ++byte)
        {
            std::string const text{'a', static_cast<char>(byte), 'b', static_cast<char>(byte)};
            settled.message = settled.error_code = settled.request_id = text;
            auto const read = parsed(parser, line_of([&](auto& writer) { writer.result(settled); }));
            if (byte < 0x80)
                CHECK(read.settled.message == text);
            else
                CHECK(read.settled.message == "a\xef\xbf\xbd"
                                              "b\xef\xbf\xbd");
        }
        settled.message = "\xe2\x80\xa8 \xc2\x85 \xf0\x9f\x98\x80 }\n{\"type\":\"result\"}";
        auto const read = parsed(parser, line_of([&](auto& writer) { writer.result(settled); }));
        CHECK(read.settled.message == settled.message);
    }

    TEST_CASE("record_writer: texts that grow sixfold by escaping fit, whichever they are")
    {
        std::string const odd(3000, '\x01');
        auto settled = full_result();
        for (auto* const text :
             {&settled.pair.job_id, &settled.pair.task_id, &settled.pair.source, &settled.service_status,
              &settled.message, &settled.error_code, &settled.request_id, &settled.client_request_id})
            *text = odd;
        settled.pair.carried = {odd, odd};
        settled.pair.earlier_attempts = 7;
        std::vector<std::string> const columns{odd, "b"};
        record_parser parser;
        auto run = sample_run();
        run.carried = columns;
        parsed(parser, line_of([&](auto& writer) { writer.run(run); }, columns));
        auto const result = parsed(parser, line_of([&](auto& writer) { writer.result(settled); }, columns)).settled;
        CHECK(result.message == odd);
        CHECK(result.pair.carried == settled.pair.carried);
        auto const waiting = parsed(parser, line_of([&](auto& writer) { writer.waiting(settled); }, columns)).settled;
        CHECK(waiting.pair.source == odd);
        auto const planned = parsed(parser, line_of([&](auto& writer) { writer.planned(settled.pair); }, columns));
        CHECK(planned.settled.pair.carried == settled.pair.carried);
        auto const left = parsed(parser, line_of([&](auto& writer) { writer.unprocessed(settled.pair); }, columns));
        CHECK(left.settled.pair.task_id == odd);
        auto const admitted = parsed(parser, line_of([&](auto& writer) { writer.admitted(settled.pair); }, columns));
        CHECK(admitted.settled.pair.job_id == odd);
    }

    TEST_CASE("record_writer: carried columns in another order than the run's cost no square of their number")
    {
        std::vector<std::string> columns;
        for (int i = 0; i != 40'000; ++i)
            columns.push_back("c" + std::to_string(i));
        std::vector<std::string> const reversed(columns.rbegin(), columns.rend());
        auto settled = full_result();
        settled.pair.carried = columns;  // each value is its column's name
        auto run = sample_run();
        run.carried = reversed;
        record_parser parser;
        parsed(parser, line_of([&](auto& writer) { writer.run(run); }, reversed));
        auto const line = line_of([&](auto& writer) { writer.result(settled); }, columns);
        for (int i = 0; i != 20; ++i)
            CHECK(parsed(parser, line).settled.pair.carried == reversed);
        run.carried.push_back("missing");
        parsed(parser, line_of([&](auto& writer) { writer.run(run); }, run.carried));
        CHECK_THROWS_AS(parsed(parser, line), journal_format::bad_record);
    }
}
