#include <batch_cancel/journal_file.hpp>

#include "unit/journal/journal_fixture.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_totals.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace batch_cancel;
using namespace batch_cancel::testing;
namespace asio = boost::asio;

namespace
{

boost::system::error_code error_of(std::function<void()> const& what)
{
    try
    {
        what();
    }
    catch (boost::system::system_error const& error)
    {
        return error.code();
    }
    return {};
}

asio::awaitable<void> settle_one(journal_file& journal, std::string task)
{
    journal.admit(sample_pair(task));
    journal.settle(sample_result(task));
    co_await journal.commit();
}

std::vector<record_type> types_in(std::filesystem::path const& path)
{
    std::vector<record_type> types;
    journal_reader reader(path);
    for (journal_record record; reader.next(record);)
        types.push_back(record.type);
    return types;
}

// No file may grow beyond `bytes` while it lives.
class file_size_limit
{
public:
    explicit file_size_limit(rlim_t bytes)
    {
        former_handler_ = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &former_);
        rlimit const limit{bytes, former_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }

    file_size_limit(file_size_limit const&) = delete;
    file_size_limit& operator=(file_size_limit const&) = delete;

    ~file_size_limit()
    {
        ::setrlimit(RLIMIT_FSIZE, &former_);
        std::signal(SIGXFSZ, former_handler_);
    }

private:
    rlimit former_{};
    void (*former_handler_)(int) = nullptr;
};

}  // namespace

TEST_SUITE("journal_file")
{
    TEST_CASE("journal_file: a new one is for its owner alone and begins with the record of the run")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        journal_file const journal(path, sample_run());
        struct stat status
        {
        };
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
        CHECK(text_of(path).starts_with(R"({"type":"run","schema":1,)"));
        CHECK(types_in(path) == std::vector{record_type::run});
        CHECK(journal.path() == path);
        CHECK(journal.statistics().records == 1);
    }

    TEST_CASE("journal_file: what is there is never overwritten")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        put_text(path, "precious");
        CHECK(error_of([&] { journal_file{path, sample_run()}; }) == errc::journal_exists);
        CHECK(text_of(path) == "precious");
    }

    TEST_CASE("journal_file: a folder that is not there is the system's error, with the path")
    {
        folder const here;
        auto const path = here / "nowhere" / "run.jsonl";
        CHECK(error_of([&] { journal_file{path, sample_run()}; }) == boost::system::errc::no_such_file_or_directory);
        CHECK_THROWS_WITH_AS(journal_file(path, sample_run()), doctest::Contains(path.c_str()),
                             boost::system::system_error);
    }

    TEST_CASE("journal_file: options out of bounds are refused, and leave no file")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        CHECK_THROWS_AS(journal_file(path, sample_run(), {.sync_records = 0}), std::invalid_argument);
        CHECK_THROWS_AS(journal_file(path, sample_run(), {.sync_interval = {}}), std::invalid_argument);
        CHECK_FALSE(std::filesystem::exists(path));
    }

    TEST_CASE("journal_file: others see that it is being written for as long as it is")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        {
            journal_file const journal(path, sample_run());
            CHECK(journal_reader(path).is_being_written());
        }
        CHECK_FALSE(journal_reader(path).is_being_written());
    }

    TEST_CASE("journal_file: one that ended after it was opened for reading was being written, not given up")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        std::optional<journal_file> journal(std::in_place, path, sample_run());
        journal->settle(sample_result("t"));
        commit(*journal);
        journal_reader reader(path);
        finish(*journal);
        journal.reset();
        CHECK(reader.is_being_written());
        journal_totals totals;
        totals.add(reader);
        CHECK(totals.journals().front().in_use);
        CHECK_FALSE(totals.journals().front().has_end);
    }

    TEST_CASE("journal_file: notes are in the file after commit, not before")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        journal_file journal(path, sample_run());
        journal.admit(sample_pair("t1"));
        CHECK(types_in(path).size() == 1);
        commit(journal);
        CHECK(types_in(path) == std::vector{record_type::run, record_type::admitted});
        auto const before = journal.statistics().writes;
        commit(journal);
        CHECK(journal.statistics().writes == before);
    }

    TEST_CASE("journal_file: pairs that are begun between two commits share a record, before what else becomes of them")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        journal_file journal(path, sample_run());
        std::vector<pair> block;
        for (auto const* task : {"1", "2", "3", "4", "5"})
            block.push_back(sample_pair(task));
        plan(journal, block);
        auto const planned = types_in(path).size();
        journal.begin(block[0]);
        journal.begin(block[1]);
        commit(journal);
        journal.settle(sample_result("1"));
        journal.begin(block[2]);
        commit(journal);
        journal.begin(block[3]);
        journal.wait(sample_result("4"));
        journal.admit(block[3]);
        commit(journal);
        journal.begin(block[4]);
        journal.leave(block[4]);
        commit(journal);
        auto types = types_in(path);
        types.erase(types.begin(), types.begin() + static_cast<std::ptrdiff_t>(planned));
        CHECK(types == std::vector{record_type::begun, record_type::result, record_type::begun, record_type::begun,
                                   record_type::waiting, record_type::admitted, record_type::begun,
                                   record_type::unprocessed});
        CHECK(text_of(path).find("{\"type\":\"begun\",\"count\":2,\"through\":2}\n") != std::string::npos);
        CHECK(text_of(path).find("{\"type\":\"begun\",\"count\":1,\"through\":5}\n") != std::string::npos);
        auto const before = journal.statistics().writes;
        commit(journal);
        CHECK(journal.statistics().writes == before);
        finish(journal);
    }

    TEST_CASE("journal_file: a lane that is cancelled terminally still has its notes written")
    {
        folder const here;
        journal_file journal(here / "run.jsonl", sample_run());
        asio::io_context loop;
        asio::cancellation_signal stop;
        asio::co_spawn(loop, settle_one(journal, "t"), asio::bind_cancellation_slot(stop.slot(), asio::detached));
        stop.emit(asio::cancellation_type::terminal);
        loop.run();
        CHECK(types_in(journal.path()).size() == 3);
    }

    TEST_CASE("journal_file: after a write that failed every commit throws and nothing more is written")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        journal_file journal(path, sample_run());
        auto const size = std::filesystem::file_size(path);
        auto whole = std::size_t{};
        {
            file_size_limit const limit(size + 1000);  // amid a line: what can be written of it is
            std::size_t committed = 0;
            for (; committed < 100; ++committed)
            {
                journal.settle(sample_result(std::to_string(committed)));
                if (error_of([&] { commit(journal); }))
                    break;
            }
            CHECK(committed > 0);
            CHECK(committed < 10);
            whole = committed;
            CHECK(error_of([&] { commit(journal); }) == boost::system::errc::file_too_large);
        }
        CHECK(std::filesystem::file_size(path) == size + 1000);
        journal.settle(sample_result("later"));
        CHECK(error_of([&] { commit(journal); }) == boost::system::errc::file_too_large);
        CHECK(error_of([&] { finish(journal); }) == boost::system::errc::file_too_large);
        CHECK(std::filesystem::file_size(path) == size + 1000);
        CHECK(types_in(path).size() == 1 + whole);
    }

    TEST_CASE("journal_file: all lanes that shared a failed write are told")
    {
        folder const here;
        journal_file journal(here / "run.jsonl", sample_run());
        file_size_limit const limit(std::filesystem::file_size(journal.path()) + 10);
        asio::io_context loop;
        int failed = 0;
        for (int i = 0; i < 8; ++i)
            asio::co_spawn(loop, settle_one(journal, std::to_string(i)),
                           [&](std::exception_ptr error) { failed += error ? 1 : 0; });
        loop.run();
        CHECK(failed == 8);
    }

    TEST_CASE("journal_file: finish writes the last record, and nothing can be noted after it")
    {
        folder const here;
        auto const path = here / "run.jsonl";
        journal_file journal(path, sample_run());
        journal.reject({"pairs.csv", 3, "no task id"});
        journal.note({.complete = true, .lines = 2, .pairs = 1, .rejected = 1});
        journal.settle(sample_result("t"));
        journal.leave(sample_pair("u"));
        finish(journal, {.time = test_time(), .stopped_by = "SIGINT"});
        CHECK_THROWS_AS(journal.settle(sample_result("v")), boost::system::system_error);
        commit(journal);
        CHECK(types_in(path) == std::vector{record_type::run, record_type::rejected, record_type::input,
                                            record_type::result, record_type::unprocessed, record_type::stop});
    }

    TEST_CASE("journal_file: a temporary one has no name and can be read while it lives")
    {
        auto journal = journal_file::create_temporary(sample_run());
        CHECK(journal.path().empty());
        journal.settle(sample_result("t"));
        finish(journal);
        journal_reader reader(journal);
        journal_record record;
        std::size_t records = 0;
        while (reader.next(record))
            ++records;
        CHECK(records == 3);
        CHECK_FALSE(reader.is_being_written());
        CHECK(journal.statistics().syncs == 0);
    }

    TEST_CASE("journal_file: a finished journal takes nothing more, says so, and can be read")
    {
        using act = std::function<void(journal_file&)>;
        auto const finish_with_summary = [](journal_file& journal)
        {
            run_to_end(
                [&]() -> boost::asio::awaitable<void>
                {
                    summary const made{};
                    co_await journal.finish(boost::system::error_code{}, made);
                });
        };
        std::vector<act> const refused{[](journal_file& journal) { plan(journal, {sample_pair("2")}); },
                                       [](journal_file& journal) { journal.begin(sample_pair("1")); },
                                       [](journal_file& journal) { journal.admit(sample_pair("1")); },
                                       [](journal_file& journal) { journal.wait(sample_result("1")); },
                                       [](journal_file& journal) { journal.pause(test_time()); },
                                       [](journal_file& journal) { journal.settle(sample_result("1")); },
                                       [](journal_file& journal) { journal.leave(sample_pair("1")); },
                                       [](journal_file& journal)
                                       { journal.reject({.file = "a", .line = 1, .cause = "empty"}); },
                                       [](journal_file& journal) { journal.note({.complete = true}); }};
        for (auto const& first : {act([](journal_file& journal) { finish(journal); }), act(finish_with_summary)})
            for (auto const& second : {act([](journal_file& journal) { finish(journal); }), act(finish_with_summary)})
            {
                folder const here;
                auto const path = here / "a";
                journal_file journal(path, sample_run());
                plan(journal, {sample_pair("1")});
                journal.begin(sample_pair("1"));
                journal.settle(sample_result("1"));
                first(journal);
                auto const text = text_of(path);
                for (auto const& note : refused)
                {
                    try
                    {
                        note(journal);
                        FAIL("taken");
                    }
                    catch (boost::system::system_error const& error)
                    {
                        CHECK(error.code() == errc::journal_not_writable);
                    }
                    CHECK_NOTHROW(commit(journal));  // of nothing, so nothing is lost
                    CHECK_NOTHROW(second(journal));
                    CHECK(text_of(path) == text);
                }
                journal_reader reader(journal);
                journal_totals totals;
                totals.add(reader);
                CHECK(totals.sums().pairs.accepted == 1);
                CHECK(totals.journals()[0].has_end);
            }
    }
}
