#include "support/engine_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace batch_cancel::test
{

std::vector<std::string> task_ids(std::size_t count)
{
    std::vector<std::string> ids;
    for (std::size_t i = 1; i <= count; ++i)
        ids.push_back("task-" + std::to_string(i));
    return ids;
}

boost::asio::awaitable<void> noted_journal::plan(std::span<pair const> block)
{
    if (refuses_plans)
        throw boost::system::system_error(boost::asio::error::no_buffer_space, "disk full");
    for (auto const& each : block)
        notes.push_back("plan " + each.task_id);
    co_return;
}

boost::asio::awaitable<void> noted_journal::commit()
{
    if (commits_left && *commits_left == 0)
        throw boost::system::system_error(boost::asio::error::no_buffer_space, "disk full");
    if (commits_left)
        --*commits_left;
    notes.push_back("commit");
    co_return;
}

std::size_t noted_journal::position(std::string const& note) const
{
    auto const found = std::find(notes.begin(), notes.end(), note);
    REQUIRE_MESSAGE(found != notes.end(), note);
    return static_cast<std::size_t>(found - notes.begin());
}

engine_fixture::engine_fixture(engine_options wanted)
    : options(std::move(wanted))
{
    if (options.seed == 0)
        options.seed = 42;
}

engine_fixture::~engine_fixture()
{
    engine.reset();
    CHECK_MESSAGE(time.waiting() == 0, "something still waits for the clock");
    CHECK_MESSAGE(service.open_connections() == 0, "a connection is still open");
}

void engine_fixture::start(std::vector<std::string> const& task_ids)
{
    start_and(task_ids, [] {});
}

void engine_fixture::start_and(std::vector<std::string> const& task_ids, std::function<void()> before_any_turn)
{
    std::vector<pair> pairs;
    for (auto const& id : task_ids)
        pairs.push_back({.job_id = "job", .task_id = id});
    pairs_ = std::make_unique<pair_list>(std::move(pairs));
    launch(*pairs_);
    before_any_turn();
    settle_down();
}

void engine_fixture::start(std::vector<pair> pairs)
{
    pairs_ = std::make_unique<pair_list>(std::move(pairs));
    start(*pairs_);
}

void engine_fixture::start(pair_source& pairs)
{
    launch(pairs);
    settle_down();
}

void engine_fixture::launch(pair_source& pairs)
{
    engine_parts parts;
    parts.transport = &service;
    parts.token_source = tokens.get();
    parts.journal = &journal;
    parts.clock = &time;
    parts.on_event = [this](engine_event const& event) { events.emplace_back(event.what, std::string(event.detail)); };
    engine = std::make_unique<batch_cancel::engine>(context.get_executor(), options, parts);
    engine->async_run(pairs, results,
                      boost::asio::bind_cancellation_slot(cancellation.slot(),
                                                          [this](boost::system::error_code ec, summary made)
                                                          { ended_.emplace(ec, std::move(made)); }));
    settle_down();
}

void engine_fixture::settle_down()
{
    context.restart();
    while (context.poll() > 0)
        context.restart();
}

void engine_fixture::advance(std::chrono::nanoseconds by)
{
    auto const until = time.now() + by;
    settle_down();
    while (time.next_wake() <= until)
    {
        time.move_to(time.next_wake());
        settle_down();
    }
    time.move_to(until);
    settle_down();
}

void engine_fixture::finish()
{
    auto const latest = time.now() + std::chrono::hours(24);
    settle_down();
    while (!has_ended() && time.next_wake() <= latest)
    {
        time.move_to(time.next_wake());
        settle_down();
    }
    REQUIRE_MESSAGE(has_ended(), "the run has not ended within a day");
}

result const& engine_fixture::result_of(std::string const& task_id) const
{
    auto const is_it = [&](result const& each) { return each.pair.task_id == task_id; };
    auto const& all = results.results();
    REQUIRE(std::count_if(all.begin(), all.end(), is_it) == 1);
    return *std::find_if(all.begin(), all.end(), is_it);
}

}  // namespace batch_cancel::test
