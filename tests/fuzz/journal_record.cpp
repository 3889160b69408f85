// A line of a journal: any line is a record or refused, and every record that is written is read as it was.
#include "journal/record_parser.hpp"

#include "fuzz/fuzzed_input.hpp"
#include "fuzz/record_model.hpp"
#include "fuzz/written_record.hpp"
#include "journal/record_writer.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::journal_format;
using fuzz::are_equal;
using fuzz::expect;

namespace
{

std::vector<std::string> const& columns()
{
    static std::vector<std::string> const names{"upn", "cost centre \"x\""};
    return names;
}

/** A parser of a journal with columns, and room behind the line. */
class line_parser
{
public:
    line_parser()
    {
        record_writer writer(columns());
        writer.run({.carried = columns()});
        journal_record record;
        parse(writer.text(), record);
    }

    void parse(std::string_view line, journal_record& into)
    {
        // As the journal's reader has it: the bytes of other lines behind this one.
        buffer_.assign(line.data(), line.size());
        buffer_.append(simdjson::SIMDJSON_PADDING, '}');
        parser_.parse(std::string_view(buffer_).substr(0, line.size()), into);
    }

private:
    record_parser parser_;
    std::string buffer_;
};

std::string written(journal_record const& record)
{
    record_writer writer(record.type == record_type::run ? record.run.carried : columns());
    fuzz::write(writer, record);
    std::string line(writer.text());
    expect(line.find('\n') == line.size() - 1, "a record is one line");
    line.pop_back();
    return line;
}

void check_any(std::string_view line)
{
    static auto& parser = *new line_parser;
    static journal_record first;
    try
    {
        parser.parse(line, first);
    }
    catch (bad_record const& bad)
    {
        expect(!bad.cause.empty(), "a line that is refused has a cause");
        return;
    }
    bool const is_run = first.type == record_type::run;
    bool const says_no_cause = first.type == record_type::stop && first.end.stopped_by.empty();
    auto const line_again = written(first);
    journal_record second;
    line_parser fresh;
    try
    {
        (is_run ? fresh : parser).parse(line_again, second);
    }
    catch (bad_record const&)
    {
        expect(false, "a record that was read and written can be read");
    }
    expect(second.type == first.type || says_no_cause, "a record keeps its type");
    expect(written(second) == line_again, "a record that is written is the same however often it is read");
    if (is_run)
        parser = line_parser{};  // the columns are those of the last run
}

// Options of one name stand together afterwards.
std::map<std::string, std::vector<std::string>> by_name(std::vector<run_option> const& options)
{
    std::map<std::string, std::vector<std::string>> values;
    for (auto const& each : options)
        values[each.name].push_back(each.value);
    return values;
}

run_record made_run(fuzz::fuzzed_input& input, fuzz::record_model& model)
{
    run_record run{.run_id = model.text(),
                   .time = model.time(),
                   .program_version = model.text(),
                   .endpoint = model.text(),
                   .api_version = model.text(),
                   .tenant = model.text(),
                   .user = model.text(),
                   .host = model.text(),
                   .boot_id = model.text()};
    for (auto count = input.choice(5); count > 0; --count)
        run.options.push_back({.name = model.text(), .value = model.text()});
    for (auto count = input.choice(3); count > 0; --count)
        run.inputs.push_back(model.text());
    for (auto count = input.choice(3); count > 0; --count)
    {
        auto name = model.text();
        if (std::find(run.carried.begin(), run.carried.end(), name) == run.carried.end())
            run.carried.push_back(std::move(name));
    }
    if (input.choice(2) == 1)
    {
        auto const count = 1 + static_cast<unsigned>(model.number() % UINT32_MAX);
        run.shard = shard{.number = 1 + static_cast<unsigned>(model.number() % count), .count = count};
    }
    return run;
}

void check_run(run_record const& run, journal_record const& read)
{
    auto const& same = read.run;
    expect(read.type == record_type::run && same.run_id == run.run_id && same.time == run.time &&
               same.program_version == run.program_version && same.endpoint == run.endpoint &&
               same.api_version == run.api_version && same.tenant == run.tenant && same.user == run.user &&
               same.host == run.host && same.boot_id == run.boot_id && by_name(same.options) == by_name(run.options) &&
               same.inputs == run.inputs && same.carried == run.carried && same.shard == run.shard,
           "the record of a run is read as it was written");
}

void check_end(run_end const& end, journal_record const& read)
{
    auto const& same = read.end;
    expect((read.type == record_type::summary) == end.stopped_by.empty(), "a run that was stopped says so");
    expect(same.time == end.time && same.stopped_by == end.stopped_by && same.detail == end.detail &&
               same.requests.sent == end.requests.sent && same.requests.attempts == end.requests.attempts &&
               same.requests.retried == end.requests.retried && same.requests.throttled == end.requests.throttled &&
               same.requests.connections_opened == end.requests.connections_opened && same.wall == end.wall &&
               same.cpu == end.cpu,
           "the end of a run is read as it was written");
}

void check_model(fuzz::fuzzed_input& input)
{
    static auto& parser = *new line_parser;
    journal_record made;
    journal_record read;
    fuzz::record_model model(input);
    made.type = static_cast<record_type>(input.choice(12));
    switch (made.type)
    {
    case record_type::run:
        made.run = made_run(input, model);
        line_parser{}.parse(written(made), read);
        check_run(made.run, read);
        return;
    case record_type::begun:
        made.begun = model.number();
        made.begun_through = model.number();
        parser.parse(written(made), read);
        expect(read.type == made.type && read.begun == made.begun && read.begun_through == made.begun_through,
               "how many pairs are begun is read as it was written");
        return;
    case record_type::admitted:
        made.settled.pair = {.job_id = model.id("job"), .task_id = model.id("task")};
        parser.parse(written(made), read);
        expect(read.type == made.type && are_equal(read.settled.pair, made.settled.pair),
               "an admitted pair is read as it was written");
        return;
    case record_type::waiting:
        made.settled = model.result(columns().size());
        parser.parse(written(made), read);
        expect(read.type == made.type && read.settled.pair.task_id == made.settled.pair.task_id &&
                   read.settled.attempts == made.settled.attempts && read.settled.ambiguous == made.settled.ambiguous &&
                   read.settled.status == made.settled.status && read.settled.reason == made.settled.reason &&
                   read.settled.pair.carried == made.settled.pair.carried,
               "a pair that waits is read as it was written");
        return;
    case record_type::pause:
        made.paused_until = model.time();
        made.paused_for = std::chrono::floor<std::chrono::milliseconds>(model.duration());
        parser.parse(written(made), read);
        expect(read.type == made.type && read.paused_until == made.paused_until && read.paused_for == made.paused_for,
               "a pause is read as it was written");
        return;
    case record_type::planned:
    case record_type::unprocessed:
        made.settled.pair = model.pair(columns().size());
        made.settled.pair.ambiguous = input.choice(2) == 1;
        made.settled.pair.earlier_attempts = static_cast<unsigned>(model.number());
        parser.parse(written(made), read);
        expect(read.type == made.type && are_equal(read.settled.pair, made.settled.pair),
               "a pair is read as it was written");
        return;
    case record_type::result:
        made.settled = model.result(columns().size());
        parser.parse(written(made), read);
        expect(read.type == made.type && are_equal(read.settled, made.settled), "a result is read as it was written");
        return;
    case record_type::rejected:
        made.rejected = {.file = model.text(), .line = model.number(), .cause = model.text()};
        parser.parse(written(made), read);
        expect(read.type == made.type && read.rejected.file == made.rejected.file &&
                   read.rejected.line == made.rejected.line && read.rejected.cause == made.rejected.cause,
               "a rejected line is read as it was written");
        return;
    case record_type::input:
        made.input = {.complete = input.choice(2) == 1,
                      .lines = model.number(),
                      .pairs = model.number(),
                      .duplicates = model.number(),
                      .rejected = model.number(),
                      .other_shards = model.number(),
                      .comments = model.number()};
        parser.parse(written(made), read);
        expect(read.type == made.type && read.input.complete == made.input.complete &&
                   read.input.lines == made.input.lines && read.input.pairs == made.input.pairs &&
                   read.input.duplicates == made.input.duplicates && read.input.rejected == made.input.rejected &&
                   read.input.other_shards == made.input.other_shards && read.input.comments == made.input.comments,
               "counts are read as they were written");
        return;
    case record_type::stop:
    case record_type::summary:
        made.end = {.time = model.time(), .stopped_by = model.text(), .detail = model.text()};
        made.end.requests = {.sent = model.number(),
                             .attempts = model.number(),
                             .retried = model.number(),
                             .throttled = model.number(),
                             .connections_opened = model.number()};
        made.end.wall = std::chrono::floor<std::chrono::milliseconds>(model.duration());
        made.end.cpu = std::chrono::floor<std::chrono::milliseconds>(model.duration());
        parser.parse(written(made), read);
        check_end(made.end, read);
        return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::fuzzed_input input(data, size);
    if (input.choice(2) == 0)
        check_any(input.content());
    else
        check_model(input);
    return 0;
}
