#include "child.hpp"
#include "summary_facts.hpp"

#include <batch_cancel/simulator/simulator.hpp>

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <csignal>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace
{

using batch_cancel::simulator::server;

/** A simulator whose tokens the test can issue and refuse, and a command that is run against it. */
class renewing_service
{
public:
    renewing_service()
    {
        here.write("ca.pem", server_.ca_certificate_pem());
        renew();
        here.write_pairs("a.csv", 400);
        thread_ = std::thread{[this] { context_.run(); }};
    }

    ~renewing_service()
    {
        ask([this] { server_.stop(); });
        thread_.join();
    }

    void refuse_all()
    {
        ask([this] { server_.revoke_tokens(); });
    }

    std::string token()
    {
        std::string issued;
        thread_.joinable() ? ask([&] { issued = server_.token(); }) : void(issued = server_.token());
        return issued;
    }

    void renew()
    {
        write_token(token());
    }

    void write_token(std::string const& content) const
    {
        std::filesystem::permissions(here.write("token", content),
                                     std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }

    std::vector<std::string> command(std::vector<std::string> const& further = {}) const
    {
        std::vector<std::string> all{"run",        "a.csv",  "--endpoint", server_.endpoint_url(),
                                     "--cacert",   "ca.pem", "--yes",      "--json",
                                     "--rate",     "200/s",  "--journal",  "j.jsonl",
                                     "--progress", "never",  "-v",         "--token-file",
                                     "token"};
        all.insert(all.end(), further.begin(), further.end());
        return all;
    }

    work_directory here{};

private:
    void ask(std::function<void()> what)
    {
        std::promise<void> done;
        boost::asio::post(context_,
                          [&]
                          {
                              what();
                              done.set_value();
                          });
        done.get_future().wait();
    }

    static batch_cancel::simulator::options knowing()
    {
        batch_cancel::simulator::options wanted;
        wanted.knows_every_pair = true;
        return wanted;
    }

    boost::asio::io_context context_{1};
    server server_{context_.get_executor(), knowing()};
    std::thread thread_{};
};

}  // namespace

TEST_SUITE("token_files")
{
    TEST_CASE("token files: a run whose token is refused waits for another one, also while the file is empty")
    {
        renewing_service service;
        child started{service.here, service.command()};
        REQUIRE(started.wait_for_message("pace"));
        service.write_token("");
        service.refuse_all();
        REQUIRE(started.wait_for_message("waiting up to 2 min for another token in the token file"));
        service.renew();
        auto const done = started.wait();
        CHECK(done.code == 0);
        CHECK(total(done.json(), "accepted") == 400);
        CHECK(says(done, "is empty"));
        CHECK(says(done, "a new token is in use"));
    }

    TEST_CASE("token files: when none comes, the run stops with 4; a signal ends the wait")
    {
        renewing_service service;
        auto const stopped = [&service](std::vector<std::string> const& further, int signal)
        {
            service.renew();
            child started{service.here, service.command(further)};
            REQUIRE(started.wait_for_message("pace"));
            service.refuse_all();
            REQUIRE(started.wait_for_message("waiting up to"));
            if (signal != 0)
                started.send(signal);
            auto done = started.wait();
            std::filesystem::remove(service.here.path() / "j.jsonl");
            return done;
        };
        auto const late = stopped({"--token-wait", "1s"}, 0);
        CHECK(late.code == 4);
        CHECK(late.json().at("run").at("stopped_by") == "credentials");
        CHECK(total(late.json(), "failed") == 0);
        CHECK(total(late.json(), "unprocessed") + total(late.json(), "accepted") == 400);
        CHECK(stopped({}, SIGTERM).code == 128 + SIGTERM);
        CHECK(stopped({"--max-duration", "4s"}, 0).code == 3);
    }

    TEST_CASE("token files: a file that is replaced while the old token works is read")
    {
        renewing_service service;
        child started{service.here, service.command()};
        REQUIRE(started.wait_for_message("pace"));
        service.renew();
        REQUIRE(started.wait_for_message("a new token is in use"));
        auto const done = started.wait();
        CHECK(done.code == 0);
        CHECK_FALSE(says(done, "refuses the token"));
    }

    TEST_CASE("token files: what a dry run says of a token, and how it exits")
    {
        renewing_service service;
        auto const dry = [&service](std::string const& content, std::vector<std::string> const& further)
        {
            service.write_token(content);
            std::vector<std::string> all{"run", "a.csv", "--dry-run", "--token-file", "token"};
            all.insert(all.end(), further.begin(), further.end());
            return run(service.here, all);
        };
        // {"exp":1}, and {"aud":"https://management.azure.com"}
        std::string const expired = "h.eyJleHAiOjF9.s";
        std::string const other = "h.eyJhdWQiOiJodHRwczovL21hbmFnZW1lbnQuYXp1cmUuY29tIn0.s";
        CHECK(dry("opaque", {}).code == 0);
        CHECK(dry("\xef\xbb\xbf\"Bearer opaque\"\r\n", {}).code == 0);
        auto const late = dry(expired, {});
        CHECK(late.code == 4);
        CHECK(says(late, "expired"));
        auto const elsewhere = dry(other, {});
        CHECK(elsewhere.code == 4);
        CHECK(says(elsewhere, "management.azure.com, not for Microsoft Graph"));
        CHECK(dry(other, {"--endpoint", "https://127.0.0.1:1"}).code == 0);
        CHECK(dry("", {}).code == 2);
        auto const key = dry("-----BEGIN PRIVATE KEY-----\ncanary", {});
        CHECK(key.code == 2);
        CHECK(says(key, "holds a private key"));
        CHECK_FALSE(says(key, "canary"));
        std::filesystem::permissions(service.here.path() / "token", std::filesystem::perms::others_read,
                                     std::filesystem::perm_options::add);
        service.here.write("token", "opaque");
        CHECK(says(run(service.here, {"run", "a.csv", "--dry-run", "--token-file", "token"}), "chmod 600 token"));
    }
}
