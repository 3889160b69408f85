#include <batch_cancel/journal_reader.hpp>

#include "unit/journal/journal_fixture.hpp"

#include <batch_cancel/errc.hpp>

#include <doctest/doctest.h>

#include <unistd.h>

#include <array>
#include <random>
#include <string>

using namespace batch_cancel;
using namespace batch_cancel::testing;

namespace
{

// A journal of `pairs` settled pairs, as text.
std::string journal_text(int pairs)
{
    folder const here;
    auto run = sample_run();
    run.carried = {"upn"};
    journal_file journal(here / "run.jsonl", run);
    for (int i = 0; i < pairs; ++i)
    {
        auto settled = sample_result("task-" + std::to_string(i), static_cast<outcome>(i % 3));
        settled.message = "Grüße \"" + std::to_string(i) + "\"\n";
        settled.pair.carried = {"user" + std::to_string(i) + "@example.org"};
        journal.admit(settled.pair);
        journal.settle(settled);
    }
    finish(journal);
    return text_of(journal.path());
}

std::vector<std::size_t> line_ends(std::string const& text)
{
    std::vector<std::size_t> ends;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;)
        ends.push_back(++at);
    return ends;
}

struct reading
{
    std::vector<std::string> records;  // type and task of each
    std::uint64_t whole_bytes = 0;
    std::uint64_t torn_bytes = 0;
};

reading read_all(std::filesystem::path const& path)
{
    reading done;
    journal_reader reader(path);
    for (journal_record record; reader.next(record);)
    {
        bool const of_pair = record.type == record_type::result || record.type == record_type::admitted;
        done.records.push_back(std::to_string(static_cast<int>(record.type)) +
                               (of_pair ? record.settled.pair.task_id : ""));
        if (record.type == record_type::result)
            done.records.back() += record.settled.pair.carried.at(0) + record.settled.message;
    }
    done.whole_bytes = reader.whole_bytes();
    done.torn_bytes = reader.torn_bytes();
    return done;
}

std::string refusal(std::filesystem::path const& path)
{
    try
    {
        read_all(path);
    }
    catch (boost::system::system_error const& error)
    {
        CHECK(error.code() == errc::journal_not_readable);
        return error.what();
    }
    return {};
}

}  // namespace

TEST_SUITE("journal_reader")
{
    TEST_CASE("journal_reader: a journal cut anywhere gives its whole records and tells where the torn one begins")
    {
        folder const here;
        auto const path = here / "cut.jsonl";
        auto const text = journal_text(6);  // each outcome twice: the work grows with the square of the pairs
        put_text(path, text);
        auto const all = read_all(path);
        REQUIRE(all.records.size() == 14);
        REQUIRE(all.torn_bytes == 0);
        auto const ends = line_ends(text);
        for (std::size_t size = text.size(); size-- > ends.front();)
        {
            std::filesystem::resize_file(path, size);
            auto const cut = read_all(path);
            auto const whole =
                static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), size) - ends.begin());
            REQUIRE(cut.records.size() == whole);
            REQUIRE(std::equal(cut.records.begin(), cut.records.end(), all.records.begin()));
            REQUIRE(cut.whole_bytes == ends[whole - 1]);
            REQUIRE(cut.torn_bytes == size - ends[whole - 1]);
        }
    }

    TEST_CASE("journal_reader: without a whole first line it is no journal")
    {
        folder const here;
        auto const path = here / "cut.jsonl";
        auto const text = journal_text(0);
        for (std::size_t size = 0; size < line_ends(text).front(); ++size)
        {
            put_text(path, text.substr(0, size));
            REQUIRE(refusal(path).starts_with(path.string() +
                                              (size == 0 ? ":1: it is empty: " : ":1: its first line is not whole: ")));
        }
    }

    TEST_CASE("journal_reader: what is not a journal is told for what it is, and nothing is promised about it")
    {
        using namespace std::string_view_literals;
        folder const here;
        auto const path = here / "run.jsonl";
        for (auto const& [text, what] : {std::pair{"\x1f\x8b\x08\0\0\n\0"sv, "compressed with gzip; decompress it"sv},
                                         {"\x28\xb5\x2f\xfd\0"sv, "zstd"sv},
                                         {"PK\x03\x04\n"sv, "a zip archive or a spreadsheet"sv},
                                         {"\xff\xfe{\0"sv, "UTF-16"sv},
                                         {"\xef\xbb\xbf{\"type\":\"run\"}\n"sv, "byte order mark"sv},
                                         {"job_id,task_id\nj,1\n"sv, "a table like CSV"sv},
                                         {"{\"schema\":1}\n"sv, "other JSON"sv},
                                         {"hello"sv, "other text"sv},
                                         {"\x01\x02"sv, "binary data"sv},
                                         {"\n"sv, "other text"sv}})
        {
            CAPTURE(what);
            put_text(path, std::string{text});
            CHECK(refusal(path).starts_with(path.string() + ":1: this is not a journal but "));
            CHECK(refusal(path).find(what) != std::string::npos);
            CHECK(refusal(path).find("sent nothing") == std::string::npos);
        }
    }

    TEST_CASE("journal_reader: a line that cannot be read is refused with its number, never passed over")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        auto const text = journal_text(10);
        auto const ends = line_ends(text);
        auto const with_line_5 = [&](std::string const& line)
        {
            put_text(path, text.substr(0, ends[3]) + line + text.substr(ends[4]));
            return refusal(path);
        };
        auto const at = path.string() + ":5: ";
        auto const line = text.substr(ends[3], ends[4] - ends[3]);
        CHECK(with_line_5("\n").starts_with(at));
        CHECK(with_line_5(line.substr(0, line.size() / 2) + "\n").starts_with(at));
        CHECK(with_line_5(line.substr(0, line.size() - 1)).starts_with(at));  // two lines run together
        CHECK(with_line_5(std::string(200, '\0') + "\n").starts_with(at));
        CHECK(with_line_5("[1]\n") == at + "no JSON object");
        CHECK(with_line_5("{}\n") == at + "missing member: type");
        CHECK(with_line_5("{\"type\":\"resulu\"}\n") == at + "unknown type of record");
        CHECK(with_line_5("{\"type\":\"result\",\"job_id\":\"a\"}\n") == at + "missing member: task_id");
        CHECK(with_line_5("{\"type\":\"admitted\",\"job_id\":\"\",\"task_id\":\"b\"}\n") == at + "an id is empty");
        CHECK(with_line_5("{\"type\":\"input\",\"complete\":1}\n") == at + "wrong type or value: complete");
        CHECK(with_line_5("{\"type\":\"admitted\",\"job_id\":\"\xff\",\"task_id\":\"b\"}\n").starts_with(at));
        CHECK(with_line_5(line) == "");
    }

    TEST_CASE("journal_reader: members that contradict each other or are out of range are refused")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        auto const text = journal_text(1);  // accepted
        auto const with = [&](std::string const& from, std::string const& to)
        {
            auto changed = text;
            changed.replace(changed.rfind(from), from.size(), to);
            put_text(path, changed);
            return refusal(path);
        };
        auto const at = path.string() + ":3: ";
        CHECK(with("\"accepted\",\"status\"", "\"failed\",\"status\"").starts_with(at));
        CHECK(with("\"reason\":null", "\"reason\":\"timeout\"").starts_with(at));
        CHECK(with("\"status\":202", "\"status\":20200").starts_with(at));
        CHECK(with("\"attempts\":1,\"ambiguous\"", "\"attempts\":-1,\"ambiguous\"").starts_with(at));
        CHECK(with("\"latency_ms\":20", "\"latency_ms\":1e300").starts_with(at));
        CHECK(with("\"ambiguous\":false", "\"ambiguous\":null").starts_with(at));
        CHECK(with("\"time\":\"2026-11-21T22:10:04", "\"time\":\"2026-11-31T22:10:04").starts_with(at));
        CHECK(with("\"upn\":", "\"uqn\":") == at + "missing member: upn");
    }

    TEST_CASE("journal_reader: the first record is that of a run, of a schema that is known")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        auto const text = journal_text(1);
        put_text(path, text.substr(line_ends(text).front()));
        CHECK(refusal(path).starts_with(path.string() + ":1: "));
        put_text(path, "job_id,task_id\n1,2\n");
        CHECK(refusal(path).starts_with(path.string() + ":1: "));
        auto newer = text;
        newer.replace(newer.find("\"schema\":1"), 10, "\"schema\":2");
        put_text(path, newer);
        CHECK(refusal(path).find("newer version") != std::string::npos);
    }

    TEST_CASE("journal_reader: with any bit flipped it reads records or refuses, and never loses a line silently")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        auto const text = journal_text(5);
        std::mt19937 random(3);
        for (int i = 0; i < 2000; ++i)
        {
            auto const at = random() % text.size();
            auto flipped = text;
            flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1u << (random() % 8)));
            put_text(path, flipped);
            std::size_t records = 0;
            try
            {
                records = read_all(path).records.size();
            }
            catch (boost::system::system_error const& error)
            {
                REQUIRE(error.code() == errc::journal_not_readable);
                continue;
            }
            bool const was_last_line_end = at + 1 == text.size();
            REQUIRE(records == (was_last_line_end ? 11u : 12u));
        }
    }

    TEST_CASE("journal_reader: passes over admitted pairs, and reads once more after rewind to the same end")
    {
        folder const here;
        journal_file journal(here / "run.jsonl", sample_run());
        journal.admit(sample_pair("t"));
        journal.settle(sample_result("t"));
        commit(journal);
        journal_reader reader(journal.path());
        journal_record record;
        CHECK(reader.next_but_begun(record));
        CHECK(record.type == record_type::run);
        CHECK(reader.next_but_begun(record));
        CHECK(record.type == record_type::result);
        CHECK(record.line == 3);
        CHECK_FALSE(reader.next_but_begun(record));
        journal.settle(sample_result("later"));
        commit(journal);
        CHECK_FALSE(reader.next(record));
        reader.rewind();
        std::size_t records = 0;
        while (reader.next(record))
            ++records;
        CHECK(records == 3);
    }

    TEST_CASE("journal_reader: lines longer than the first buffer are read, endless ones refused")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        auto run = sample_run();
        run.inputs.assign(100, std::string(10000, 'x'));
        {
            journal_file const journal(path, run);
        }
        journal_reader reader(path);
        journal_record record;
        CHECK(reader.next(record));
        CHECK(record.run.inputs == run.inputs);
        put_text(path, text_of(path) + std::string(17 * 1024 * 1024, 'x') + '\n');
        CHECK(refusal(path) == path.string() + ":2: the line is too long");
    }

    TEST_CASE("journal_reader: a file that is not there, or is a folder, is the system's error")
    {
        folder const here;
        CHECK_THROWS_AS(journal_reader(here / "nothing"), boost::system::system_error);
        CHECK_THROWS_AS(journal_reader(here.path()), boost::system::system_error);
    }

    TEST_CASE("journal_reader: a pipe is refused, and the remedy named")
    {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        auto const path = "/proc/self/fd/" + std::to_string(ends[0]);
        CHECK_THROWS_WITH(journal_reader{path}, doctest::Contains("give a file"));
        ::close(ends[0]);
        ::close(ends[1]);
    }
}
