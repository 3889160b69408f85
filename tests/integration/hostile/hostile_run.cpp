#include "hostile_run.hpp"

#include "truth.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace batch_cancel::test
{

std::vector<std::string> numbered(std::string const& prefix, std::size_t count)
{
    std::vector<std::string> ids;
    for (std::size_t i = 1; i <= count; ++i)
        ids.push_back(prefix + '-' + std::to_string(i));
    return ids;
}

hostile_run::hostile_run(engine_options wanted)
    : options(std::move(wanted))
{
    if (options.seed == 0)
        options.seed = 42;
    connecting.service = parse_endpoint("https://localhost:" + std::to_string(server.port()));
    connecting.ca_file = root_file.path();
    connecting.resolve_overrides = {{"localhost", server.port(), "127.0.0.1"}};
    // On a busy machine a handshake may take its time; where it must not, the test says so.
    connecting.connect_timeout = std::chrono::minutes(5);
}

void hostile_run::cancel(std::vector<std::string> const& tasks)
{
    std::vector<pair> pairs;
    for (auto const& each : tasks)
        pairs.push_back({.job_id = "job", .task_id = each});
    pair_list list(std::move(pairs));
    cancel(list, tasks);
}

void hostile_run::cancel(pair_source& pairs, std::vector<std::string> const& tasks)
{
    transport_ =
        std::make_unique<counted_transport>(context, make_tls_transport(context.get_executor(), connecting, time));
    if (holds_connects)
        transport_->hold();
    server.start();
    engine_parts parts;
    parts.transport = transport_.get();
    parts.token_source = tokens.get();
    parts.journal = &journal;
    parts.clock = &time;
    parts.on_event = [this](engine_event const& event) { events_.emplace_back(event.what, std::string(event.detail)); };
    engine engine(context.get_executor(), options, parts);
    engine.async_run(pairs, results,
                     [this](boost::system::error_code ec, summary made) { ended_.emplace(ec, std::move(made)); });
    context.run_for(std::chrono::seconds(60));
    server.stop();
    REQUIRE_MESSAGE(ended_, "the run has not ended");
    CHECK_MESSAGE(context.stopped(), "something is left to do after the end of the run");
    CHECK_MESSAGE(transport_->open() == 0, "a connection is still open");

    service_books known;
    known.applied = server.applied();
    for (auto const& request : server.requests())
        ++known.requests[request.task_id];
    check_truth(
        tasks, known,
        {.results = results.results(), .leavings = journal.leavings, .made = made(), .stopped = error().failed()});
}

result const& hostile_run::result_of(std::string const& task) const
{
    auto const is_it = [&](result const& each) { return each.pair.task_id == task; };
    auto const& all = results.results();
    REQUIRE_MESSAGE(std::count_if(all.begin(), all.end(), is_it) == 1, task);
    return *std::find_if(all.begin(), all.end(), is_it);
}

std::vector<std::string> hostile_run::events_of(engine_event::kind kind) const
{
    std::vector<std::string> texts;
    for (auto const& [what, detail] : events_)
    {
        if (what == kind)
            texts.push_back(detail);
    }
    return texts;
}

void hostile_run::release_connects()
{
    transport_->release();
}

}  // namespace batch_cancel::test
