#include <batch_cancel/resume.hpp>

#include "unit/journal/journal_fixture.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/interrupted_journal.hpp>
#include <batch_cancel/journal_remainder.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::testing;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace
{

std::vector<pair> pairs_of(std::vector<std::string> const& tasks)
{
    std::vector<pair> made;
    for (auto const& task : tasks)
        made.push_back(sample_pair(task));
    return made;
}

// A transport that leads to a service, and is never used.
class signpost final : public transport
{
public:
    explicit signpost(char const* url)
        : service_(parse_endpoint(url))
    {
    }

    endpoint const& service() const noexcept override
    {
        return service_;
    }

    asio::awaitable<connect_result> connect() override
    {
        connect_result nowhere;
        co_return nowhere;
    }

private:
    endpoint service_;
};

signpost const graph("https://graph.microsoft.com");

// A process that is killed: of four tasks it has planned, "1" is settled, "2" was begun, and "3" and "4" were not.
void be_killed(std::filesystem::path const& path)
{
    journal_file journal(path, sample_run());
    auto const block = pairs_of({"1", "2", "3", "4"});
    plan(journal, block);
    journal.begin(block[0]);
    journal.begin(block[1]);
    journal.settle(sample_result("1"));
    commit(journal);
}

std::vector<std::string> tasks_of(pair_source& source)
{
    std::vector<std::string> tasks;
    run_to_end(
        [&]() -> asio::awaitable<void>
        {
            std::vector<pair> block(2);
            for (;;)
            {
                auto const count = co_await source.read_some(block);
                if (count == 0)
                    co_return;
                for (std::size_t i = 0; i != count; ++i)
                    tasks.push_back(block[i].task_id + (block[i].ambiguous ? "*" : ""));
            }
        });
    return tasks;
}

boost::system::error_code code_of_refusal(std::function<void()> const& call)
{
    try
    {
        call();
    }
    catch (boost::system::system_error const& refused)
    {
        return refused.code();
    }
    return {};
}

journal_sums sums_of(std::filesystem::path const& path)
{
    journal_reader reader(path);
    journal_totals totals;
    totals.add(reader);
    return totals.sums();
}

}  // namespace

TEST_SUITE("resume")
{
    TEST_CASE("resume: a finished run stays finished, and its journal as it is, whatever becomes of the resume")
    {
        folder const here;
        auto const path = here / "a";
        {
            journal_file journal(path, sample_run());
            plan(journal, pairs_of({"1"}));
            journal.begin(sample_pair("1"));
            journal.settle(sample_result("1"));
            finish(journal);
        }
        auto const text = text_of(path);
        for (bool const is_ended : {false, true})
        {
            CAPTURE(is_ended);
            pair_list input(pairs_of({"1", "2"}));
            auto resumed = resume_run(path, input, graph, {});
            CHECK(tasks_of(resumed.pairs()).empty());
            CHECK(resumed.before().pairs.accepted == 1);
            commit(resumed.journal());
            CHECK(code_of_refusal([&] { plan(resumed.journal(), pairs_of({"2"})); }) == errc::journal_not_writable);
            if (is_ended)
                finish(resumed.journal());
        }
        CHECK(text_of(path) == text);
        pair_list input({});
        signpost const elsewhere("https://graph.example");
        CHECK(code_of_refusal([&] { resume_run(path, input, elsewhere, {}); }) == errc::other_run);
    }

    TEST_CASE("resume_run: gives what was begun and then what the journal does not know to be settled, once each")
    {
        folder const here;
        auto const path = here / "a";
        be_killed(path);
        pair_list input(pairs_of({"5", "4", "1", "3", "2", "4"}));
        auto resumed = resume_run(path, input, graph, {});
        CHECK(resumed.before().pairs.accepted == 1);
        CHECK(tasks_of(resumed.pairs()) == std::vector<std::string>{"2*", "5", "4", "3"});
        auto const text = text_of(path);
        CHECK(text.find(R"("type":"run")", text.find("\n")) != std::string::npos);
    }

    TEST_CASE("resume_run: an input that lacks a pair of the journal says so at its end, and all others are given")
    {
        folder const here;
        auto const path = here / "a";
        be_killed(path);
        pair_list input(pairs_of({"4", "2", "1"}));
        auto resumed = resume_run(path, input, graph, {});
        CHECK(code_of_refusal([&] { tasks_of(resumed.pairs()); }) == errc::input_incomplete);
    }

    TEST_CASE("resume_run: an input that is interrupted has not ended")
    {
        struct interrupted_input final : pair_source
        {
            asio::awaitable<std::size_t> read_some(std::span<pair>) override
            {
                auto const executor = co_await asio::this_coro::executor;
                asio::steady_timer timer(executor, 1h);
                co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
                co_return 0;
            }
        };
        folder const here;
        auto const path = here / "a";
        {
            journal_file journal(path, sample_run());
        }
        interrupted_input input;
        auto resumed = resume_run(path, input, graph, {});
        asio::io_context loop;
        asio::cancellation_signal stop;
        std::optional<std::size_t> given;
        auto read = [&]() -> asio::awaitable<void>
        {
            co_await asio::this_coro::throw_if_cancelled(false);
            std::vector<pair> block(1);
            auto const count = co_await resumed.pairs().read_some(block);
            given = count;
        };
        asio::co_spawn(loop, read, asio::bind_cancellation_slot(stop.slot(), asio::detached));
        loop.poll();
        CHECK_FALSE(given);
        stop.emit(asio::cancellation_type::terminal);
        loop.run();
        CHECK(given == 0);
        finish(resumed.journal());
        CHECK_FALSE(sums_of(path).input.complete);
    }

    TEST_CASE("resume_run: another service or API version is refused, and nothing is changed")
    {
        folder const here;
        auto const path = here / "a";
        be_killed(path);
        auto const before = text_of(path);
        pair_list input(pairs_of({}));
        signpost const elsewhere("https://graph.example.com");
        CHECK(code_of_refusal([&] { resume_run(path, input, elsewhere, {}); }) == errc::other_run);
        CHECK(text_of(path) == before);
        CHECK(code_of_refusal([&] { resume_run(path, input, graph, {.api_version = "beta"}); }) == errc::other_run);
        CHECK(text_of(path) == before);
        CHECK_THROWS_AS(resume_run(path, input, graph, {.max_in_flight = 0}), std::invalid_argument);
        CHECK(text_of(path) == before);
        put_text(path, "no journal\n");
        CHECK(code_of_refusal([&] { resume_run(path, input, graph, {}); }) == errc::journal_not_readable);
        CHECK(text_of(path) == "no journal\n");
    }

    TEST_CASE("resume_run: a rehearsal against a simulator is no run of another service")
    {
        folder const here;
        auto const path = here / "a";
        auto run = sample_run();
        run.options.push_back({.name = "simulate", .value = "true"});
        {
            journal_file journal(path, run);
        }
        pair_list input(pairs_of({}));
        CHECK(code_of_refusal([&] { resume_run(path, input, graph, {}); }) == errc::other_run);
    }

    TEST_CASE("resume_run: nobody else resumes the run meanwhile")
    {
        folder const here;
        auto const path = here / "a";
        be_killed(path);
        pair_list input(pairs_of({}));
        auto const resumed = resume_run(path, input, graph, {});
        CHECK(code_of_refusal([&] { resume_run(path, input, graph, {}); }) == errc::journal_in_use);
    }

    TEST_CASE("resume_run: what is left of a pause is kept")
    {
        folder const here;
        auto const path = here / "a";
        hand_clock time;
        {
            journal_file journal(path, sample_run(), {.clock = &time});
            journal.pause(time.wall_now() + 90s);
            finish(journal, {.time = test_time(), .stopped_by = "SIGINT"});
        }
        pair_list input(pairs_of({}));
        CHECK(resume_run(path, input, graph, {}, {.clock = &time}).options().paused_for == 90s);
        CHECK(resume_run(path, input, graph, {.paused_for = 2min}, {.clock = &time}).options().paused_for == 2min);
    }

    TEST_CASE("journal_file: a resume loses no record, however old what its caller knows is")
    {
        folder const here;
        auto const path = here / "a";
        std::string before;
        std::optional<interrupted_journal> taken;
        {
            journal_file journal(path, sample_run());
        }
        taken.emplace(path);
        {
            // Somebody who does not care for locks.
            put_text(path, text_of(path) + R"({"type":"planned","job_id":"job","task_id":"late"})" + "\n{\"torn");
            before = text_of(path);
        }
        auto run = sample_run();
        run.run_id.clear();
        run.endpoint.clear();
        run.api_version.clear();
        {
            journal_file const journal(std::move(*taken), run);
        }
        auto const after = text_of(path);
        CHECK(after.starts_with(before.substr(0, before.rfind('\n') + 1) + R"({"type":"run")"));
        journal_reader reader(path);
        journal_remainder const known(reader);
        CHECK(known.last_run().run_id == "run-1");
        CHECK(known.last_run().endpoint == "https://graph.microsoft.com");
        CHECK(known.overview().processes == 2);
    }

    TEST_CASE("journal_file: a process of another run is refused, and nothing is changed")
    {
        folder const here;
        auto const path = here / "a";
        be_killed(path);
        put_text(path, text_of(path) + "{\"torn");
        auto const before = text_of(path);
        std::vector<run_record> others(5, sample_run());
        others[0].run_id = "run-2";
        others[1].endpoint = "https://graph.example.com";
        others[2].api_version = "beta";
        others[3].carried = {"upn"};
        others[4].shard = shard{.number = 1, .count = 2};
        for (auto const& other : others)
        {
            CHECK(code_of_refusal([&] { journal_file(interrupted_journal(path), other); }) == errc::other_run);
            CHECK(text_of(path) == before);
        }
    }

    TEST_CASE("journal_file: the tenant that any process has told is the run's")
    {
        folder const here;
        auto const path = here / "a";
        auto run = sample_run();
        for (auto const* const tenant : {"", "a", ""})
        {
            run.tenant = tenant;
            if (tenant == std::string_view("") && !std::filesystem::exists(path))
                journal_file(path, run);
            else
                journal_file(interrupted_journal(path), run);
        }
        run.tenant = "b";
        CHECK(code_of_refusal([&] { journal_file(interrupted_journal(path), run); }) == errc::other_run);
        CHECK(sums_of(path).pairs.pairs == 0);
    }

    TEST_CASE("journal_file: finish takes what a run has completed with")
    {
        folder const here;
        auto const path = here / "a";
        summary done;
        done.pairs.pairs = done.pairs.accepted = 1;
        done.detail = "detail";
        auto const end_with = [&](boost::system::error_code error)
        {
            std::filesystem::remove(path);
            journal_file journal(path, sample_run());
            journal.settle(sample_result("1"));
            run_to_end([&]() -> asio::awaitable<void> { co_await journal.finish(error, done); });
            journal_reader reader(path);
            return journal_remainder(reader).overview();
        };
        auto const whole = end_with({});
        CHECK(whole.has_end);
        CHECK(whole.end.stopped_by.empty());
        CHECK(whole.input.complete);
        CHECK(whole.input.pairs == 1);
        auto const stopped = end_with(errc::halted);
        CHECK(stopped.end.stopped_by == "halt");
        CHECK(stopped.end.detail == "detail");
        CHECK_FALSE(stopped.input.complete);
        CHECK(end_with(asio::error::operation_aborted).end.stopped_by == "cancelled");
        CHECK(end_with(errc::credentials_refused).end.stopped_by == "credentials");
        CHECK(end_with(errc::source_failed).end.stopped_by == "input");
    }

    TEST_CASE("journal_file: no other run begins in the journal of one that has stopped")
    {
        folder const here;
        journal_file journal(here / "a", sample_run());
        plan(journal, pairs_of({"1", "2"}));
        journal.begin(sample_pair("1"));
        journal.settle(sample_result("1"));
        journal.leave(sample_pair("2"));
        commit(journal);
        CHECK(code_of_refusal([&] { plan(journal, pairs_of({"3"})); }) == errc::journal_not_writable);
        finish(journal, {.time = test_time(), .stopped_by = "halt"});
        CHECK(sums_of(here / "a").pairs.pairs == 2);
    }

    TEST_CASE("journal_file: a sync interval without end is one")
    {
        folder const here;
        journal_file journal(here / "a", sample_run(), {.sync_interval = clock::duration::max()});
        plan(journal, pairs_of({"1"}));
        finish(journal);
    }
}
