#include "simulator/service.hpp"

#include "asker.hpp"

#include <simdjson.h>

using namespace simulator_tests;
using namespace std::chrono_literals;

namespace
{

// The states of a task's workloads, one word if they are all the same.
std::string workloads(answer const& shown)
{
    simdjson::dom::parser parser;
    auto const body = shown.body();
    auto const document = parser.parse(body);
    std::string states;
    for (simdjson::dom::element const detail : document["currentStatus"])
    {
        auto const state = std::string(detail["status"].get_string().value());
        if (states != state)
            states += (states.empty() ? "" : " ") + state;
    }
    return states;
}

}  // namespace

TEST_SUITE("service")
{
    TEST_CASE("service: a cancel is accepted once and a conflict from then on")
    {
        asker fix;
        auto const job = fix.job(3);
        auto const task = fix.task(3, 5);
        auto const first = fix.cancel(job, task);
        CHECK(first.status() == 202);
        CHECK(first.holds("\r\nContent-Type: application/json\r\n"));
        CHECK(first.holds("\"status\":\"Accepted\""));
        CHECK(first.holds("Cancellation request for user id: " + task + " from batch: " + job + " was accepted."));
        simdjson::dom::parser parser;
        auto const body = first.body();
        CHECK(parser.parse(body).error() == simdjson::SUCCESS);
        CHECK(first.holds("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"));
        for (int again = 0; again < 2; ++again)
        {
            auto const second = fix.cancel(job, task);
            CHECK(second.status() == 409);
            CHECK(second.holds("\"code\":\"Conflict\""));
            CHECK(second.holds("Cancel is not possible. Current status is pendingCancel"));
        }
        auto const seen = fix.counts();
        CHECK(seen.requests == 3);
        CHECK(seen.cancels == 3);
        CHECK(seen.accepted == 1);
        CHECK(seen.conflict == 2);
        CHECK(seen.tasks_asked == 1);
        CHECK(seen.tasks_asked_again == 1);
        CHECK(seen.most_cancels_of_a_task == 3);
    }

    TEST_CASE("service: a job's name, key and either case of its id are the same job")
    {
        asker fix;
        auto const task = fix.task(0, 1);
        CHECK(fix.cancel("Wave%20001", task).status() == 202);
        CHECK(fix.cancel(fix.job(0), task).status() == 409);
        auto const by_key = fix.ask("POST", asker::root + "(displayName='Wave%20001')/users/" + task + "/cancel");
        CHECK(by_key.status() == 409);
        auto const lower = "/beta/solutions/migrations/crosstenantmigrationjobs/wave%20001/users/";
        CHECK(fix.ask("POST", lower + task + "/cancel").status() == 409);
    }

    TEST_CASE("service: a version without migrations is answered as Graph does, whatever is asked for")
    {
        asker fix({.only_version = "beta"});
        auto const refused = fix.cancel(fix.job(0), fix.task(0, 1));
        CHECK(refused.status() == 400);
        CHECK(refused.holds("Resource not found for the segment 'migrations'"));
        CHECK(fix.ask("GET", asker::root).status() == 400);
        auto const beta = "/beta" + asker::root.substr(asker::root.find('/', 1));
        CHECK(fix.ask("GET", beta).status() == 200);
        CHECK(fix.ask("POST", beta + "/" + fix.job(0) + "/users/" + fix.task(0, 1) + "/cancel").status() == 202);
        auto const seen = fix.counts();
        CHECK(seen.cancels == 2);
        CHECK(seen.refused == 1);
        CHECK(seen.accepted == 1);
    }

    TEST_CASE("service: unknown jobs and tasks are not found")
    {
        asker fix;
        auto const stranger = "01234567-89ab-4def-8032-547698badcfe";
        auto const no_job = fix.cancel(stranger, fix.task(0, 0));
        CHECK(no_job.status() == 404);
        CHECK(no_job.holds("UserRequest not found"));
        auto const no_task = fix.cancel(fix.job(0), stranger);
        CHECK(no_task.status() == 404);
        CHECK(no_task.holds(std::string("no task found for given id ") + stranger));
        CHECK(fix.cancel(fix.job(1), fix.task(0, 0)).status() == 404);
        CHECK(fix.counts().not_found == 3);
        CHECK(fix.counts().tasks_asked == 0);
    }

    TEST_CASE("service: with every pair known, any ids name a task of their own")
    {
        asker fix({.knows_every_pair = true});
        auto const id = "01234567-89ab-4def-8032-547698badcfe";
        CHECK(fix.cancel("Any%20batch", id).status() == 202);
        CHECK(fix.cancel("any%20BATCH", "01234567-89AB-4DEF-8032-547698BADCFE").status() == 409);
        CHECK(fix.cancel("Another", id).status() == 202);
        CHECK(fix.cancel(fix.job(0), fix.task(0, 0)).status() == 202);
        CHECK(fix.ask("GET", asker::root + "/Any%20batch/users/" + id).holds("pendingCancel"));
    }

    TEST_CASE("service: the shares of conflicts and missing tasks come out, the same for the same seed")
    {
        auto const statuses = [](std::uint64_t seed)
        {
            asker fix({.jobs = 50, .tasks_per_job = 200, .conflict_share = 0.05, .missing_share = 0.1, .seed = seed});
            std::vector<unsigned> seen;
            for (std::size_t n = 0; n < 10'000; ++n)
                seen.push_back(fix.cancel(fix.job(n / 200), fix.task(n / 200, n % 200)).status());
            return seen;
        };
        auto const seen = statuses(11);
        CHECK(std::abs(std::ranges::count(seen, 409u) - 500) < 100);  // more than four standard deviations
        CHECK(std::abs(std::ranges::count(seen, 404u) - 1000) < 130);
        CHECK(std::ranges::count(seen, 202u) ==
              10'000 - std::ranges::count(seen, 409u) - std::ranges::count(seen, 404u));
        CHECK(statuses(11) == seen);
        CHECK(statuses(12) != seen);
    }

    TEST_CASE("service: a task past its deadline stays completed, a cancelled one is cancelled after a while")
    {
        asker fix({.cancel_settles_after = 2s});
        auto const path = asker::root + "/" + fix.job(0) + "/users/" + fix.task(0, 0);
        CHECK(workloads(fix.ask("GET", path)) == "notStarted syncing notStarted");
        CHECK(fix.cancel(fix.job(0), fix.task(0, 0)).status() == 202);
        fix.now += 1999ms;
        CHECK(workloads(fix.ask("GET", path)) == "pendingCancel");
        fix.now += 1ms;
        CHECK(workloads(fix.ask("GET", path)) == "cancelled");
        CHECK(fix.cancel(fix.job(0), fix.task(0, 0)).holds("Current status is cancelled"));

        asker late({.conflict_share = 1});
        CHECK(late.cancel(late.job(0), late.task(0, 0)).holds("Current status is completed"));
        CHECK(workloads(late.ask("GET", asker::root + "/" + late.job(0) + "/users/" + late.task(0, 0))) == "completed");
    }

    TEST_CASE("service: cancelling a job cancels the tasks that are left, once")
    {
        asker fix;
        auto const path = asker::root + "/" + fix.job(2);
        CHECK(fix.ask("GET", path).holds("\"status\":\"inProgress\""));
        auto const taken = fix.ask("POST", path + "/cancel");
        CHECK(taken.status() == 202);
        CHECK(taken.holds("\"id\":\"" + fix.job(2) + "\",\"displayName\":\"Wave 003\",\"status\":\"pendingCancel\""));
        CHECK(fix.cancel(fix.job(2), fix.task(2, 0)).status() == 409);
        CHECK(fix.cancel(fix.job(3), fix.task(3, 0)).status() == 202);
        CHECK(fix.ask("POST", path + "/cancel").status() == 409);
        CHECK(fix.ask("GET", path).holds("\"status\":\"pendingCancel\""));
        fix.now += 2s;
        CHECK(fix.ask("GET", path).holds("\"status\":\"cancelled\""));
        CHECK(workloads(fix.ask("GET", path + "/users/" + fix.task(2, 9))) == "cancelled");
    }

    TEST_CASE("service: a POST without a length gets the front end's 411")
    {
        asker fix;
        auto const path = asker::root + "/" + fix.job(0) + "/users/" + fix.task(0, 0) + "/cancel";
        auto const refused =
            fix.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + fix.token + "\r\n\r\n");
        CHECK(refused.status() == 411);
        CHECK(refused.holds("\r\nContent-Type: text/html; charset=us-ascii\r\n"));
        CHECK(refused.holds("HTTP Error 411."));
        CHECK(refused.made.then == simulator::afterwards::close);
        CHECK(fix.counts().refused == 1);
        CHECK(fix.counts().tasks_asked == 0);
    }

    TEST_CASE("service: another method is refused and the right one named")
    {
        asker fix;
        auto const path = asker::root + "/" + fix.job(0) + "/users/" + fix.task(0, 0);
        auto const read = fix.ask("GET", path + "/cancel");
        CHECK(read.status() == 405);
        CHECK(read.holds("\r\nAllow: POST\r\n"));
        auto const written = fix.ask("POST", path);
        CHECK(written.status() == 405);
        CHECK(written.holds("\r\nAllow: GET\r\n"));
        CHECK(fix.ask("DELETE", path).status() == 405);
    }

    TEST_CASE("service: what is no resource of Graph is a bad request")
    {
        asker fix;
        CHECK(fix.ask("GET", "/v3.0/solutions").holds("Invalid version"));
        CHECK(fix.ask("GET", "/v1.0/me").status() == 400);
        CHECK(fix.ask("GET", asker::root + "?$top=none").status() == 400);
    }

    TEST_CASE("service: the caller's request id comes back, and each answer has one of its own")
    {
        asker fix;
        auto const first = fix.ask("GET", asker::root, "client-request-id: of-the-caller\r\n");
        CHECK(first.holds("\r\nclient-request-id: of-the-caller\r\n"));
        auto const id_of = [](answer const& made)
        { return made.made.bytes.substr(made.made.bytes.find("\r\nrequest-id: ") + 14, 36); };
        CHECK(simulator::parse_guid(id_of(first)));
        auto const second = fix.ask("GET", asker::root);
        CHECK(id_of(second) != id_of(first));
        CHECK(second.holds("\r\nclient-request-id: " + id_of(second) + "\r\n"));
        CHECK(second.holds("\r\nDate: "));
        CHECK(second.holds(" GMT\r\n"));
    }

    TEST_CASE("service: a connection is closed politely when it has made its requests, or wishes so")
    {
        asker fix({.keep_alive_requests = 2});
        CHECK(fix.ask("GET", asker::root).made.then == simulator::afterwards::keep);
        auto const last = fix.ask("GET", asker::root);
        CHECK(last.made.then == simulator::afterwards::close);
        CHECK(last.holds("\r\nConnection: close\r\n"));

        asker other;
        auto const wished = other.ask("GET", asker::root, "Connection: close\r\n");
        CHECK(wished.made.then == simulator::afterwards::close);
        CHECK(wished.holds("\r\nConnection: close\r\n"));
    }

    TEST_CASE("service: answers are held back for a time from the range")
    {
        asker fix({.latency = {10ms, 40ms}});
        auto least = simulator::options::duration::max();
        auto most = simulator::options::duration::min();
        for (std::size_t n = 0; n < 1000; ++n)
        {
            auto const made = fix.cancel(fix.job(n / 100), fix.task(n / 100, n % 100));
            least = std::min(least, made.made.delay);
            most = std::max(most, made.made.delay);
        }
        CHECK(least >= 10ms);
        CHECK(least < 11ms);
        CHECK(most > 39ms);
        CHECK(most <= 40ms);
        CHECK(asker({.latency = {10ms, 10ms}}).ask("GET", asker::root).made.delay == 10ms);
    }

    TEST_CASE("request_reader: reads bytes as they come, bodies and requests that follow at once")
    {
        std::string const text = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                                 "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
                                 "GET /c HTTP/1.1\r\nHost: h\r\n\r\n";
        for (std::size_t const piece : {std::size_t{1}, std::size_t{3}, text.size()})
        {
            simulator::request_reader reader;
            std::string targets;
            std::string unread;
            std::size_t given = 0;
            while (given < text.size() || !unread.empty())
            {
                auto const more = text.substr(given, piece);
                unread += more;
                given += more.size();
                auto const progress = reader.read(unread);
                REQUIRE(progress.reached != simulator::request_reader::state::unreadable);
                unread.erase(0, progress.taken);
                if (progress.reached == simulator::request_reader::state::complete)
                    targets += reader.current().target + (reader.current().has_length ? "+" : "-");
            }
            CHECK(targets == "/a+/b+/c-");
        }
    }

    TEST_CASE("request_reader: what is no request cannot be read, nor a header without end")
    {
        for (auto const* const wrong : {"SSH-2.0-x\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET /\r\n\r\n",
                                        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"})
            CHECK(simulator::request_reader().read(wrong).reached == simulator::request_reader::state::unreadable);
        std::string const endless = "GET / HTTP/1.1\r\nA: " + std::string(40'000, 'a');
        CHECK(simulator::request_reader().read(endless).reached == simulator::request_reader::state::unreadable);
    }
}
