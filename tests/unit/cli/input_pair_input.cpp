#include "cli/input/input_error.hpp"
#include "cli/input/pair_input.hpp"
#include "temp_files.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <unistd.h>

#include <array>
#include <exception>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::cli;

namespace
{

/** Both ends of a pipe, whose reading end has a path. */
struct pipe_ends
{
    pipe_ends()
    {
        REQUIRE(::pipe(ends.data()) == 0);
    }

    ~pipe_ends()
    {
        ::close(ends[0]);
        close_writer();
    }

    std::string path() const
    {
        return "/proc/self/fd/" + std::to_string(ends[0]);
    }

    void write(std::string_view text) const
    {
        REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }

    void close_writer()
    {
        if (ends[1] >= 0)
            ::close(ends[1]);
        ends[1] = -1;
    }

    std::array<int, 2> ends{};
};

/** Let a source give its next pairs; "job/task" each. */
std::vector<std::string> read_some(boost::asio::io_context& context, pair_source& source, std::span<pair> pairs)
{
    std::vector<std::string> found;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, source.read_some(pairs),
                          [&](std::exception_ptr error, std::size_t count)
                          {
                              failure = error;
                              for (std::size_t i = 0; i != count; ++i)
                                  found.push_back(pairs[i].job_id + "/" + pairs[i].task_id);
                          });
    context.restart();
    context.run();
    if (failure)
        std::rethrow_exception(failure);
    return found;
}

std::vector<std::string> read_some(boost::asio::io_context& context, pair_source& source, std::size_t most)
{
    std::vector<pair> pairs(most);
    return read_some(context, source, pairs);
}

/** As the engine reads: a stop does not throw. */
boost::asio::awaitable<std::size_t> read_though_cancelled(pair_source& source, std::span<pair> pairs)
{
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto const count = co_await source.read_some(pairs);
    co_return count;
}

/** Read a source to its end; tell the tasks whose pairs are ambiguous. */
std::vector<std::string> ambiguous_tasks(boost::asio::io_context& context, pair_source& source)
{
    std::vector<pair> pairs(1);
    std::vector<std::string> found;
    std::vector<std::string> read;
    do
    {
        read = read_some(context, source, pairs);
        if (!read.empty() && pairs[0].ambiguous)
            found.push_back(pairs[0].task_id);
    } while (!read.empty());
    return found;
}

std::string guid_text(int number)
{
    return "6a88de8d-0000-4000-8000-00000000000" + std::to_string(number);
}

std::vector<std::string> left_over(pair_input& input)
{
    std::vector<pair> pairs(2);
    std::vector<std::string> tasks;
    for (auto count = input.read_left_over(pairs); count != 0; count = input.read_left_over(pairs))
        for (std::size_t i = 0; i != count; ++i)
            tasks.push_back(pairs[i].task_id);
    return tasks;
}

bool adds_up(input_counts const& counts)
{
    return counts.pairs + counts.duplicates + counts.rejected + counts.other_shards == counts.lines;
}

}  // namespace

TEST_SUITE("input_pair_input")
{
    TEST_CASE("pair_input: files are read one after the other, a pair of any of them once")
    {
        boost::asio::io_context context;
        temp_files const files;
        auto const first = files.write("a.csv", "job_id,task_id\nj,t\nj,bad@x\nj,u\n# c\n");
        auto const second =
            files.write("b.jsonl", "{\"job_id\":\"j\",\"task_id\":\"u\"}\n{\"job_id\":\"k\",\"task_id\":\"u\"}\n");
        pair_input input{{.files = {first, second}}};
        std::vector<std::string> told;
        auto const tell = [&told](rejected_line const& line)
        { told.push_back(line.file + ":" + std::to_string(line.line)); };

        auto const expected = input.check(stream_check::until_first_pair, tell);
        CHECK(expected.complete);
        CHECK(expected.pairs == 3);
        CHECK(expected.duplicates == 1);
        CHECK(expected.rejected == 1);
        CHECK(expected.comments == 1);
        CHECK(expected.lines == 5);
        CHECK(told == std::vector<std::string>{first + ":3"});

        input.begin(tell);
        CHECK(read_some(context, input, 2) == std::vector<std::string>{"j/t", "j/u"});
        CHECK_FALSE(input.counts().complete);
        CHECK(read_some(context, input, 2) == std::vector<std::string>{"k/u"});
        CHECK(read_some(context, input, 2).empty());
        CHECK(input.counts().complete);
        CHECK(input.counts().lines == expected.lines);
        CHECK(input.counts().comments == 1);
        CHECK(told.size() == 2);
    }

    TEST_CASE("pair_input: a pair that any line says to be ambiguous is so, though that line is a duplicate")
    {
        boost::asio::io_context context;
        temp_files const files;
        auto const plain =
            files.write("a.csv", "job_id,task_id\nj,1\nj,2\nA0000000-0000-4000-8000-000000000001,3\nj,1\n");
        auto const marked = files.write("b.csv", "job_id,task_id,ambiguous\n"
                                                 "j,1,true\nj,2,false\na0000000-0000-4000-8000-000000000001,3,true\n");
        pair_input input{{.files = {plain, marked}}};
        CHECK(input.check(stream_check::until_first_pair, {}).duplicates == 4);
        input.begin({});
        CHECK(ambiguous_tasks(context, input) == std::vector<std::string>{"1", "3"});
        CHECK(input.counts().duplicates == 4);
        CHECK(input.counts().pairs == 3);
        CHECK(input.counts().complete);
    }

    TEST_CASE("pair_input: a pair of a stream is ambiguous if a file after it says so")
    {
        boost::asio::io_context context;
        temp_files const files;
        pipe_ends pipe;
        pipe.write("job_id,task_id\nj,1\nj,2\n");
        pipe.close_writer();
        pair_input input{{.files = {pipe.path(), files.write("a.csv", "job_id,task_id,ambiguous\nj,2,true\n")}}};
        input.check(stream_check::until_first_pair, {});
        input.begin({});
        CHECK(ambiguous_tasks(context, input) == std::vector<std::string>{"2"});
    }

    TEST_CASE("pair_input: what cannot be opened or is no text is refused before anything is read")
    {
        temp_files const files;
        CHECK_THROWS_WITH_AS((pair_input{{.files = {files / "none.csv"}}}), doctest::Contains("none.csv"), input_error);
        CHECK_THROWS_WITH_AS((pair_input{{.files = {files.path().string()}}}), doctest::Contains("directory"),
                             input_error);
        CHECK_THROWS_AS((pair_input{{.files = {"-", "-"}}}), input_error);
        pair_input input{{.files = {files.write("a.csv", "job_id,name\n")}}};
        CHECK_THROWS_AS(input.check(stream_check::until_first_pair, {}), input_error);
    }

    TEST_CASE("pair_input: shards share the pairs, and the first of them has the rejected lines")
    {
        temp_files const files;
        std::string text = "job_id,task_id\nbad\n";
        for (int i = 0; i != 300; ++i)
            text += "j," + std::to_string(i % 200) + "\n";
        auto const path = files.write("a.csv", text);
        std::uint64_t pairs = 0;
        std::uint64_t rejected = 0;
        std::uint64_t duplicates = 0;
        for (unsigned number = 1; number != 4; ++number)
        {
            pair_input input{{.files = {path}, .shard = shard{number, 3}}};
            auto const counts = input.check(stream_check::until_first_pair, {});
            CHECK(counts.lines == 301);
            CHECK(adds_up(counts));
            CHECK(counts.rejected == (number == 1 ? 1U : 0U));
            pairs += counts.pairs;
            rejected += counts.rejected;
            duplicates += counts.duplicates;
        }
        CHECK(pairs == 200);
        CHECK(duplicates == 100);
        CHECK(rejected == 1);
    }

    TEST_CASE("pair_input: a reading ends at the limit, which a pair more makes known")
    {
        boost::asio::io_context context;
        temp_files const files;
        auto const path = files.write("a.csv", "job_id,task_id\nj,1\nj,1\nj,2\nj,3\n");
        pair_input exact{{.files = {path}, .max_pairs = 3}};
        exact.begin({});
        CHECK(read_some(context, exact, 9).size() == 3);
        CHECK(exact.stopped_by() == input_stop::none);

        pair_input input{{.files = {path}, .max_pairs = 2}};
        CHECK(input.check(stream_check::until_first_pair, {}).pairs == 3);
        input.begin({});
        CHECK(read_some(context, input, 9).size() == 2);
        CHECK(read_some(context, input, 9).empty());
        CHECK(input.stopped_by() == input_stop::max_pairs);
        CHECK(input.counts().pairs == 2);
        CHECK(adds_up(input.counts()));
        CHECK_FALSE(input.counts().complete);
    }

    TEST_CASE("pair_input: half a row at the end of a file that has become shorter is no pair")
    {
        boost::asio::io_context context;
        temp_files const files;
        std::string const text = "job_id,task_id\nj,1\nj,2\nj,35";
        auto const path = files.write("a.csv", text);
        pair_input input{{.files = {path}}};
        auto const all = [&]
        {
            std::vector<std::string> pairs;
            for (auto some = read_some(context, input, 9); !some.empty(); some = read_some(context, input, 9))
                pairs.insert(pairs.end(), some.begin(), some.end());
            return pairs;
        };
        CHECK(input.check(stream_check::until_first_pair, {}).pairs == 3);
        SUBCASE("as it was")
        {
            input.begin({});
            CHECK(all() == std::vector<std::string>{"j/1", "j/2", "j/35"});
        }
        SUBCASE("cut in a row")
        {
            std::filesystem::resize_file(path, text.size() - 1);
            input.begin({});
            CHECK(all() == std::vector<std::string>{"j/1", "j/2"});
        }
        SUBCASE("cut between rows")
        {
            std::filesystem::resize_file(path, text.size() - 4);
            input.begin({});
            CHECK(all() == std::vector<std::string>{"j/1", "j/2"});
        }
        CHECK(input.counts().complete);
    }

    TEST_CASE("pair_input: the pair that makes the limit known is left over like those after it")
    {
        boost::asio::io_context context;
        temp_files const files;
        auto const path = files.write("a.csv", "job_id,task_id\nj,1\nj,2\nj,3\nj,3\nj,4\n");
        pair_input input{{.files = {path}, .max_pairs = 2}};
        input.begin({});
        CHECK(read_some(context, input, 9).size() == 2);
        CHECK(left_over(input) == std::vector<std::string>{"3", "4"});
        CHECK(input.counts().pairs == 4);
        CHECK(input.counts().complete);
        CHECK(adds_up(input.counts()));
    }

    TEST_CASE("pair_input: a stream is not taken beyond the limit, and what comes after it adds up")
    {
        boost::asio::io_context context;
        temp_files const files;
        pipe_ends pipe;
        pipe.write("job_id,task_id\nj,1\nj,2\nj,3\n");
        auto const path = files.write("a.csv", "job_id,task_id\nj,3\nj,4\n");
        pair_input input{{.files = {pipe.path(), path}, .max_pairs = 2}};
        input.begin({});
        CHECK(read_some(context, input, 9).size() == 2);
        CHECK(left_over(input) == std::vector<std::string>{"3", "4"});
        CHECK(input.counts().pairs == 4);
        CHECK_FALSE(input.counts().complete);
        CHECK(adds_up(input.counts()));
    }

    TEST_CASE("pair_input: after a stop the files are read to their end")
    {
        boost::asio::io_context context;
        temp_files const files;
        auto const first = files.write("a.csv", "job_id,task_id\nj,1\nj,2\nj,2\nbad\n");
        auto const second = files.write("b.csv", "job_id,task_id\nj,3\nj,1\n");
        pair_input input{{.files = {first, second}}};
        input.begin({});
        CHECK(read_some(context, input, 1).size() == 1);
        CHECK(left_over(input) == std::vector<std::string>{"2", "3"});
        CHECK(input.counts().complete);
        CHECK(input.counts().pairs == 3);
        CHECK(input.counts().rejected == 1);
        CHECK(adds_up(input.counts()));
    }

    TEST_CASE("pair_input: a stream gives its pairs as they come, none of those looked at before is lost")
    {
        boost::asio::io_context context;
        pipe_ends pipe;
        pipe.write("job_id,task_id\nbad\nj,1\nj,2\nj,");
        pair_input input{{.files = {pipe.path()}}};
        auto const expected = input.check(stream_check::until_first_pair, {});
        CHECK_FALSE(expected.complete);
        std::uint64_t told = 0;
        input.begin([&told](rejected_line const& line) { told = line.line; });
        CHECK(read_some(context, input, 9) == std::vector<std::string>{"j/1", "j/2"});
        CHECK(told == 2);
        pipe.write("3\n");
        CHECK(read_some(context, input, 9) == std::vector<std::string>{"j/3"});
        pipe.close_writer();
        CHECK(read_some(context, input, 9).empty());
        CHECK(input.counts().complete);
    }

    TEST_CASE("pair_input: a stream that ends without a pair is known before the run")
    {
        pipe_ends pipe;
        pipe.write("job_id,task_id\nbad\n");
        pipe.close_writer();
        pair_input input{{.files = {pipe.path()}}};
        std::uint64_t told = 0;
        auto const expected =
            input.check(stream_check::until_first_pair, [&told](rejected_line const& line) { told = line.line; });
        CHECK(expected.complete);
        CHECK(expected.pairs == 0);
        CHECK(expected.rejected == 1);
        CHECK(told == 2);
    }

    TEST_CASE("pair_input: a stream is not waited for after a stop")
    {
        boost::asio::io_context context;
        temp_files const files;
        pipe_ends pipe;
        pipe.write("job_id,task_id\nj,1\nj,2\n");
        pair_input input{{.files = {pipe.path(), files.write("a.csv", "job_id,task_id\nj,2\nj,9\n")}}};
        input.check(stream_check::until_first_pair, {});
        input.begin({});
        CHECK(read_some(context, input, 1).size() == 1);
        CHECK(left_over(input) == std::vector<std::string>{"2", "9"});
        CHECK_FALSE(input.counts().complete);
    }

    TEST_CASE("pair_input: reading lines that are no pairs ends when the run stops")
    {
        boost::asio::io_context context;
        temp_files const files;
        std::string text = "job_id,task_id\n";
        for (int i = 0; i != 100'000; ++i)
            text += "j,user@contoso.com\n";
        pair_input input{{.files = {files.write("a.csv", text + "j,1\n")}}};
        input.begin({});
        boost::asio::cancellation_signal stop;
        std::vector<pair> pairs(4);
        std::size_t found = 1;
        boost::asio::co_spawn(context, read_though_cancelled(input, pairs),
                              boost::asio::bind_cancellation_slot(
                                  stop.slot(), [&found](std::exception_ptr, std::size_t count) { found = count; }));
        for (int turn = 0; turn != 4; ++turn)
            context.poll_one();
        stop.emit(boost::asio::cancellation_type::terminal);
        context.run();
        CHECK(found == 0);
        CHECK_FALSE(input.counts().complete);
        CHECK(input.counts().rejected < 100'000);
    }

    TEST_CASE("pair_input: pairs of the first look that are not there any more are missed")
    {
        boost::asio::io_context context;
        temp_files const files;
        auto const path = files.write("a.csv", "job_id,task_id\nj,1\nj,2\nj,3\n");
        pair_input input{{.files = {path}}};
        input.check(stream_check::until_first_pair, {});
        files.write("a.csv", "job_id,task_id\nj,2\nj,4\nj,5\nj,6\n");
        input.begin({});
        CHECK(input.missing() == 3);
        while (!read_some(context, input, 9).empty())
            continue;
        CHECK(input.counts().pairs == 4);
        CHECK(input.missing() == 2);
    }

    TEST_CASE("pair_input: waiting for a stream ends when the run stops")
    {
        boost::asio::io_context context;
        pipe_ends pipe;
        pair_input input{{.files = {pipe.path()}}};
        input.begin({});
        boost::asio::cancellation_signal stop;
        std::vector<pair> pairs(4);
        std::exception_ptr failure;
        boost::asio::co_spawn(context, input.read_some(pairs),
                              boost::asio::bind_cancellation_slot(
                                  stop.slot(), [&failure](std::exception_ptr error, std::size_t) { failure = error; }));
        context.poll();
        CHECK_FALSE(failure);
        stop.emit(boost::asio::cancellation_type::terminal);
        context.run();
        CHECK(failure);
    }

    TEST_CASE("pair_input: a share of rejected lines counts from 20 lines on, a number at once")
    {
        rejection_limit const by_default;
        CHECK_FALSE(by_default.is_exceeded(19, 19));
        CHECK(by_default.is_exceeded(3, 20));
        CHECK_FALSE(by_default.is_exceeded(2, 20));
        CHECK(rejection_limit{.lines = 0, .share = std::nullopt}.is_exceeded(1, 1));
        CHECK_FALSE(rejection_limit{.lines = std::nullopt, .share = std::nullopt}.is_exceeded(1000, 1000));
    }

    TEST_CASE("pair_input: a file is judged by all of its lines, for every shard alike")
    {
        temp_files const files;
        std::string text = "job_id,task_id\n";
        for (int i = 0; i != 20; ++i)
            text += i < 3 ? "bad\n" : "j,t" + std::to_string(i) + "\n";
        auto const few =
            files.write("few.csv", text + std::string("j,1\nj,2\nj,3\nj,4\nj,5\nj,6\nj,7\nj,8\nj,9\nj,10\n"));
        auto const many = files.write("many.csv", text);
        for (auto const& own : {std::optional<shard>{}, std::optional{shard{.number = 2, .count = 2}}})
        {
            pair_input good{{.files = {few}, .shard = own}};
            static_cast<void>(good.check(stream_check::until_first_pair, {}));
            CHECK_FALSE(good.has_too_many_rejected());
            pair_input bad{{.files = {many}, .shard = own}};
            static_cast<void>(bad.check(stream_check::until_first_pair, {}));
            CHECK(bad.has_too_many_rejected());
            CHECK(bad.rejected_text().find("3 of 20 lines") == 0);
        }
    }

    TEST_CASE("pair_input: a stream stops at the line that is one too many, and a file after it is left over")
    {
        temp_files const files;
        auto const path = files.write("a.csv", "job_id,task_id\nj,x\nbad\nbad\n");
        pipe_ends pipe;
        pipe.write("job_id,task_id\nj,1\nbad\nj,2\nbad\nj,3\n");
        pipe.close_writer();
        boost::asio::io_context context;
        pair_input input{{.files = {pipe.path(), path}, .max_rejected = {.lines = 1, .share = std::nullopt}}};
        static_cast<void>(input.check(stream_check::until_first_pair, {}));
        input.begin({});
        CHECK(read_some(context, input, 10) == std::vector<std::string>{"j/1", "j/2"});
        CHECK(input.stopped_by() == input_stop::max_rejected);
        CHECK(read_some(context, input, 10).empty());
        CHECK(left_over(input) == std::vector<std::string>{"x"});
        CHECK_FALSE(input.counts().complete);
        CHECK(input.counts().pairs == 3);
        CHECK(input.counts().rejected == 4);
        CHECK(input.counts().lines == 7);
    }

    TEST_CASE("pair_input: a stream that is not UTF-8 gives the pairs before that, and stops there")
    {
        boost::asio::io_context context;
        for (std::string const before : {"job_id,task_id\nj,1\nj,2\n", "job_id,task_id\n", ""})
        {
            pipe_ends pipe;
            pipe.write(before + "j,\xfc\nj,3\n");
            pipe.close_writer();
            pair_input input{{.files = {pipe.path()}}};
            CHECK_FALSE(input.check(stream_check::until_first_pair, {}).complete);
            input.begin({});
            CHECK(read_some(context, input, 10).size() == (before.size() > 20 ? 2 : 0));
            CHECK(input.stopped_by() == input_stop::unreadable);
            CHECK(input.stop_cause().find("--encoding windows-1252") != std::string::npos);
            CHECK(read_some(context, input, 10).empty());
            CHECK(left_over(input).empty());
            CHECK_FALSE(input.counts().complete);
        }
        temp_files const files;
        pair_input file{{.files = {files.write("a.csv", "job_id,task_id\nj,1\nj,\xfc\n")}}};
        CHECK_THROWS_AS(static_cast<void>(file.check(stream_check::until_first_pair, {})), encoding_error);
    }

    TEST_CASE("pair_input: columns with known names are carried without asking, wherever they are")
    {
        temp_files const files;
        auto const a = files.write("a.csv", "job_id,task_id,upn,dept\nj,1,anna,d1\n");
        auto const b = files.write("b.csv", guid_text(1) + "," + guid_text(2) + "\n");
        auto const c =
            files.write("c.jsonl", R"({"job_id":"j","task_id":"3","DisplayName":"C","carried":{"UPN":"cleo"}})");
        std::vector<pair> pairs(4);
        boost::asio::io_context context;
        auto const carried_of = [&](input_request request)
        {
            pair_input input{std::move(request)};
            static_cast<void>(input.check(stream_check::until_first_pair, {}));
            input.begin({});
            auto names = input.carried();
            std::vector<std::vector<std::string>> found{names};
            for (auto count = read_some(context, input, pairs).size(); count != 0;
                 count = read_some(context, input, pairs).size())
                for (std::size_t i = 0; i != count; ++i)
                    found.push_back(pairs[i].carried);
            return found;
        };
        using values = std::vector<std::vector<std::string>>;
        CHECK(carried_of({.files = {a, b, c}}) ==
              values{{"upn", "DisplayName"}, {"anna", ""}, {"", ""}, {"cleo", "C"}});
        CHECK(carried_of({.files = {a}, .rules = {.carry = {"dept"}}}) == values{{"dept", "upn"}, {"d1", "anna"}});
        CHECK(carried_of({.files = {a}, .rules = {.carry = {"UPN"}}}) == values{{"UPN"}, {"anna"}});
        CHECK(carried_of({.files = {a}, .carry_known = false}) == values{{}, {}});
        pipe_ends pipe;
        pipe.write("job_id,task_id,Mail\nj,1,m\n");
        pipe.close_writer();
        CHECK(carried_of({.files = {pipe.path(), b}}) == values{{"Mail"}, {"m"}, {""}});
        CHECK_THROWS_AS(carried_of({.files = {a, b}, .rules = {.carry = {"upn"}}}), input_error);
    }
}
