#include "child.hpp"
#include "summary_facts.hpp"

#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <utility>

TEST_SUITE("simulate_command")
{
    TEST_CASE("simulate: tells where it is, serves a run, and at the end what it saw")
    {
        work_directory const here;
        child service{here, {"simulate", "--jobs", "2", "--tasks", "30"}};
        auto const ready = boost::json::parse(service.wait_for_line());
        auto const text = [&ready](char const* name) { return std::string{ready.at(name).as_string()}; };
        here.write("token", text("token"));
        auto const done = run(here, {"run", text("pairs"), "--yes", "--json", "--journal", "none", "--endpoint",
                                     text("endpoint"), "--cacert", text("cacert"), "--token-file", "token"});
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 60);

        auto const refused = run(here, {"run", text("pairs"), "--yes", "--json", "--journal", "none", "--endpoint",
                                        text("endpoint"), "--token-file", "token"});
        CHECK(refused.code == 2);
        CHECK(refused.json().at("requests").at("sent") == 0);

        auto const other = run(here,
                               {"run", text("pairs"), "--yes", "--json", "--journal", "none", "--endpoint",
                                text("endpoint"), "--cacert", text("cacert")},
                               {.variables = {"BATCH_CANCEL_TOKEN=not-this-one"}});
        CHECK(other.code == 4);
        CHECK(other.json().at("run").at("stopped_by") == "credentials");
        CHECK(total(other.json(), "unprocessed") == 60);

        service.send(SIGINT);
        auto const ended = service.wait();
        CHECK(ended.code == 0);
        auto const seen = boost::json::parse(ended.out);
        CHECK(seen.at("cancels").at("accepted") == 60);
        CHECK(seen.at("most_cancels_of_a_task") == 1);
        CHECK_FALSE(std::filesystem::exists(text("cacert")));
    }

    TEST_CASE("simulate: a service that is busy, or throttles whatever the pace, is got through")
    {
        work_directory const here;
        here.write_pairs("a.csv", 30);
        for (auto const& [option, value] : {std::pair{"--busy-above", "4"}, {"--throttle-share", "10%"}})
        {
            auto const done = run(here, {"run", "a.csv", "--simulate", "--json", "--journal", "none", "-c", "8",
                                         "--no-adapt", "--latency", "30ms", option, value});
            CHECK(done.code == 0);
            auto const summary = done.json();
            CHECK(total(summary, "accepted") == 30);
            CHECK(summary.at("requests").at("retried").to_number<int>() > 0);
        }
        CHECK(run(here, {"simulate", "--throttle-share", "101%"}).code == 2);
    }

    TEST_CASE("simulate: it can be stopped while it writes the pairs, and leaves nothing behind")
    {
        work_directory const here;
        // So many that writing them takes minutes.
        child service{here,
                      {"simulate", "--jobs", "10000", "--tasks", "100000", "-v"},
                      {.variables = {"TMPDIR=" + here.path().string()}}};
        REQUIRE(service.wait_for_message("writing the pairs"));
        service.send(SIGTERM);
        auto const done = service.wait();
        CHECK(done.code == 0);
        CHECK(done.out.empty());
        CHECK(std::filesystem::is_empty(here.path()));
    }
}
