#include "child.hpp"
#include "summary_facts.hpp"

#include "support/fault_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <utility>

using namespace batch_cancel::test;

TEST_SUITE("hostile_peer")
{
    TEST_CASE(
        "stop: a peer that floods an idle connection with records without data keeps no signal from being noticed")
    {
        constexpr std::size_t without_end = 2'000'000;
        constexpr std::size_t most_in_sockets = 400'000;

        work_directory const here;
        here.write_pairs("a.csv", 100);
        auto const root = make_authority();
        auto const shown = make_certificate({}, &root);
        here.write("root.pem", root.certificate_pem());
        fault_server server(shown);
        // The first answer is followed by the flood; what is asked then is never answered.
        server.answer("0", {.bytes = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
                            .key_updates = 1000,
                            .more_key_updates = without_end});
        std::promise<void> asked;
        server.answer_others(
            [&, is_first = true](asked_request const&) mutable
            {
                if (std::exchange(is_first, false))
                    asked.set_value();
                return fault_reply{};
            });
        server.start();
        auto const port = std::to_string(server.port());
        child started{here,
                      {"run", "a.csv", "--yes", "--endpoint", "https://localhost:" + port, "--cacert", "root.pem",
                       "--resolve", "localhost:" + port + ":127.0.0.1", "-c", "1", "--json", "--journal", "j.jsonl",
                       "--progress", "always"},
                      {.variables = {"BATCH_CANCEL_TOKEN=canary-0123456789"}}};
        REQUIRE(asked.get_future().wait_for(std::chrono::minutes(2)) == std::future_status::ready);
        started.send(SIGINT);
        // Progress is shown each 250 ms; signals within 200 ms count as one.
        REQUIRE(started.wait_for_message("stopping: 1 in flight", 2));
        started.send(SIGINT);
        REQUIRE(started.wait_for_message("stopping at once"));
        auto const done = started.wait();
        CHECK(done.code == 130);
        CHECK(adds_up(done.json()));
        CHECK(total(done.json(), "unprocessed") + total(done.json(), "accepted") == 100);
        server.stop();
        CHECK(server.key_updates_sent() < most_in_sockets);
    }
}
