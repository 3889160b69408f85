#include "support/engine_fixture.hpp"
#include "support/hurried_clock.hpp"
#include "support/temp_file.hpp"
#include "truth.hpp"

#include <batch_cancel/simulator/simulator.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace batch_cancel;
using namespace batch_cancel::test;
using namespace std::chrono_literals;

namespace
{

constexpr std::size_t pairs_of_a_run = 300;

// The engine against the simulator with faults as its option `--fault` takes them; both on this thread.
struct simulated_run
{
    explicit simulated_run(std::string_view faults)
        : server(context.get_executor(),
                 {.jobs = 1, .tasks_per_job = pairs_of_a_run, .faults = simulator::parse_faults(faults), .seed = 7})
    {
        auto const tokens = make_fixed_token(server.token());
        temp_file const root(server.ca_certificate_pem());
        engine_options options;
        options.max_in_flight = 16;
        if (faults.find("stall") != std::string_view::npos)
            options.attempt_timeout = 15s;
        options.max_attempts = 12;
        options.seed = 42;
        hurried_clock time(60);
        auto const transport = make_tls_transport(context.get_executor(),
                                                  {.service = parse_endpoint(server.endpoint_url()),
                                                   .ca_file = root.path(),
                                                   .connect_timeout = std::chrono::minutes(15)},
                                                  time);
        engine_parts parts;
        parts.transport = transport.get();
        parts.token_source = tokens.get();
        parts.journal = &journal;
        parts.clock = &time;
        engine engine(context.get_executor(), options, parts);
        pair_list pairs(all_pairs());
        engine.async_run(pairs, results,
                         [&](boost::system::error_code ec, summary got)
                         {
                             error = ec;
                             made = std::move(got);
                             server.stop();
                         });
        context.run_for(60s);
        REQUIRE_MESSAGE(made, "the run has not ended");
        CHECK_MESSAGE(context.stopped(), "something is left to do after the end of the run");
        check();
    }

    std::vector<pair> all_pairs() const
    {
        std::vector<pair> pairs;
        for (std::size_t i = 0; i < pairs_of_a_run; ++i)
            pairs.push_back({.job_id = server.job_id(0), .task_id = server.task_id(0, i)});
        return pairs;
    }

    void check() const
    {
        service_books known;
        std::vector<std::string> tasks;
        for (auto const& each : all_pairs())
        {
            tasks.push_back(each.task_id);
            if (server.was_applied(each.job_id, each.task_id))
                known.applied.insert(each.task_id);
        }
        check_truth(
            tasks, known,
            {.results = results.results(), .leavings = journal.leavings, .made = *made, .stopped = error.failed()});
        CHECK(!error);
        CHECK(made->pairs.failed == 0);
        CHECK(made->pairs.accepted + made->pairs.conflict == pairs_of_a_run);
        // Nobody but ourselves has cancelled these tasks, so each conflict is our own success, and says so.
        for (auto const& each : results.results())
            CHECK((each.outcome == outcome::accepted || each.ambiguous));
        auto const seen = server.statistics();
        CHECK(seen.cancels <= made->requests.attempts);
        CHECK(seen.accepted == pairs_of_a_run);
        CHECK(seen.faults > 0);
    }

    boost::asio::io_context context{1};
    simulator::server server;
    noted_journal journal{};
    result_list results{};
    boost::system::error_code error{};
    std::optional<summary> made{};
};

}  // namespace

TEST_SUITE("hostile")
{
    TEST_CASE("--fault: each kind, at a tenth of the requests: every pair is carried out, and each doubt is told")
    {
        for (auto const* kind :
             {"reset-before", "reset-after", "stall", "truncate", "garbage", "500", "503", "504", "close"})
        {
            CAPTURE(kind);
            simulated_run const fix(std::string(kind) + "=10%");
            auto const& pairs = fix.made->pairs;
            std::string_view const met(kind);
            if (met == "reset-before" || met == "503")
                CHECK(pairs.conflict == 0);  // nothing is carried out, so nothing is met again
            else if (met == "reset-after")
                CHECK(pairs.conflict > 0);
            if (met != "close" && met != "truncate")
                CHECK(pairs.ambiguous > 0);
        }
    }

    TEST_CASE("--fault: all kinds at once")
    {
        simulated_run const fix(
            "reset-before=4%,reset-after=4%,stall=1%,truncate=4%,garbage=4%,500=4%,503=4%,504=4%,close=4%");
        CHECK(fix.made->pairs.conflict > 0);
        CHECK(fix.made->pairs.ambiguous > fix.made->pairs.conflict);
    }
}
