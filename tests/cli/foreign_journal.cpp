#include "child.hpp"
#include "recording_server.hpp"
#include "simulated_service.hpp"
#include "summary_facts.hpp"

#include <doctest/doctest.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <sys/stat.h>
#include <unistd.h>

// A journal that somebody else has made, or changed: what it says must not decide where a secret goes, which file is written,
// or that nothing is asked.

namespace
{

constexpr std::string_view secret = "a-token-that-must-not-leave-0123456789";

/** A journal as an attacker would write it: a run that was killed before it sent the pairs of a.csv. */
struct forged_journal
{
    std::string endpoint = "https://graph.microsoft.com";
    boost::json::object options{};
    boost::json::array inputs{};
    bool is_finished = false;

    std::string text() const
    {
        boost::json::object const run{{"type", "run"},
                                      {"schema", 1},
                                      {"version", "0.1.0"},
                                      {"run_id", "a6fe60d6-2fae-4b18-803e-329cc7a8b11e"},
                                      {"time", "2026-11-30T22:06:06.665Z"},
                                      {"endpoint", endpoint},
                                      {"api_version", "v1.0"},
                                      {"tenant", nullptr},
                                      {"user", "mallory"},
                                      {"host", "h"},
                                      {"boot_id", "b"},
                                      {"options", options},
                                      {"inputs", inputs},
                                      {"carried", boost::json::array{}},
                                      {"shard", nullptr}};
        constexpr std::string_view counted =
            R"({"type":"input","complete":true,"lines":2,"pairs":2,"duplicates":0,"rejected":0,"other_shards":0,"comments":0})";
        constexpr std::string_view end =
            R"({"type":"summary","time":"2026-11-30T22:06:07.000Z","cause":null,"detail":null,"accepted":0,"conflict":0,"failed":0,"unprocessed":0,"sent":0,"attempts":0,"retried":0,"throttled":0,"connections_opened":0,"wall_s":0,"cpu_s":0})";
        auto lines = boost::json::serialize(run) + '\n';
        if (is_finished)
            return lines + std::string{end} + '\n';
        return lines + std::string{counted} + '\n';
    }
};

/** Somebody who resumes a journal that was sent to him, with his token at hand. */
struct victim
{
    victim()
    {
        here.write_pairs("a.csv", 2);
        forged.endpoint = server.endpoint();
        forged.inputs = {(here.path() / "a.csv").string()};
    }

    child_result resume(std::vector<std::string> const& further = {}, child_setting setting = {}) const
    {
        here.write("j.jsonl", forged.text());
        ::chmod((here.path() / "j.jsonl").c_str(), S_IRUSR | S_IWUSR);
        std::vector<std::string> all{"resume", "j.jsonl"};
        all.insert(all.end(), further.begin(), further.end());
        setting.variables.push_back("BATCH_CANCEL_TOKEN=" + std::string{secret});
        return run(here, all, setting);
    }

    recording_server server;
    work_directory here;
    forged_journal forged;
};

child_setting with_token()
{
    return {.variables = {"BATCH_CANCEL_TOKEN=" + std::string{secret}}};
}

}  // namespace

TEST_SUITE("foreign_journal")
{
    TEST_CASE("foreign journal: its endpoint gets no byte, and is shown as what the journal says")
    {
        victim at;
        at.forged.options = {{"yes", "true"}, {"quiet", "true"}, {"endpoint", at.forged.endpoint}};
        auto const done = at.resume();
        CHECK(done.code == 2);
        CHECK(says(done, "--endpoint (the journal has \"" + at.forged.endpoint + "\")"));
        CHECK_FALSE(says(done, "batch-cancel resume"));
        CHECK(at.server.stop().empty());
        CHECK(at.server.connections() == 0);
    }

    TEST_CASE("foreign journal: no token goes to its endpoint, whatever else is asked and whatever it is called")
    {
        for (auto const& further : std::vector<std::vector<std::string>>{{},
                                                                         {"--yes"},
                                                                         {"--yes", "a.csv"},
                                                                         {"--yes", "--dry-run"},
                                                                         {"--yes", "--cloud", "global"},
                                                                         {"--simulate"}})
        {
            CAPTURE(further.empty() ? std::string{} : further.back());
            victim at;
            at.forged.options = {{"yes", "true"}, {"simulate", "false"}, {"cloud", "global"}};
            CHECK(at.resume(further).code == 2);
            CHECK(at.resume(further, {.variables = {"BATCH_CANCEL_YES=true"}}).code == 2);
            CHECK(at.server.stop().empty());
        }
    }

    TEST_CASE(
        "foreign journal: what decides where a secret goes must be given again, each named with the journal's value")
    {
        victim const at;
        auto const theirs = at.here.write("theirs", secret);
        auto forged = at.forged;
        forged.endpoint = "https://graph.microsoft.com";
        for (std::string const name : {"resolve", "cacert", "cert", "key"})
        {
            CAPTURE(name);
            auto const value = name == "resolve" ? "graph.microsoft.com:443:127.0.0.1" : theirs;
            forged.options = {{name, value}};
            at.here.write("j.jsonl", forged.text());
            auto const done = run(at.here, {"resume", "j.jsonl", "--yes"}, with_token());
            CHECK(done.code == 2);
            CHECK(says(done, "--" + name + " (the journal has \"" + value + "\")"));
        }
        forged.options = {
            {"resolve", {"graph.microsoft.com:443:127.0.0.1", "b:1:::1"}}, {"cacert", theirs}, {"token-file", theirs}};
        at.here.write("j.jsonl", forged.text());
        auto const all = run(at.here, {"resume", "j.jsonl", "--yes"});
        CHECK(all.code == 2);
        CHECK(
            says(all, R"(--resolve (the journal has "graph.microsoft.com:443:127.0.0.1", "b:1:::1"), --cacert (the)"));
        CHECK(says(all, "--token-file (the journal has \"" + theirs + "\")"));
    }

    TEST_CASE("foreign journal: its token file is not read, and another token is enough")
    {
        victim at;
        auto const theirs = at.here.write("theirs", "a-token-of-somebody-else");
        at.forged.options = {{"token-file", theirs}};
        auto const done = at.resume({"--yes", "--endpoint", at.forged.endpoint});
        CHECK(done.code == 0);
        auto const arrived = at.server.stop();
        CHECK(arrived.find(secret) != std::string::npos);
        CHECK(arrived.find("somebody-else") == std::string::npos);
    }

    TEST_CASE("foreign journal: it cannot show its values as words of the program")
    {
        victim at;
        at.forged.endpoint = "https://x\"), --resolve y\x1b[2J\nbatch-cancel: to go on: batch-cancel resume j.jsonl";
        auto const done = at.resume();
        CHECK(done.code == 2);
        CHECK(says(done, R"(--endpoint (the journal has "https://x\"), --resolve y\x1b[2J\nbatch-cancel)"));
        CHECK(done.err.find('\x1b') == std::string::npos);
        at.forged.endpoint = "https://" + std::string(100'000, 'x');
        CHECK(at.resume().err.size() < 2000);
        at.forged.endpoint = at.server.endpoint();
        at.forged.options = {{std::string(100'000, 'x'), "y"}};
        CHECK(at.resume({"--endpoint", at.forged.endpoint}).err.size() < 2000);
    }

    TEST_CASE("foreign journal: it answers no question, and says nothing is quiet")
    {
        victim at;
        at.forged.options = {{"yes", "true"}, {"quiet", "true"}};
        auto const done = at.resume({"--endpoint", at.forged.endpoint});
        CHECK(done.code == 2);
        CHECK(says(done, "give --yes"));
        CHECK(says(done, "not taken from the journal: --yes, --quiet; give it again"));
        CHECK(at.server.stop().empty());
    }

    TEST_CASE("foreign journal: it writes no file, not even of a finished run")
    {
        victim at;
        auto const precious = at.here.write("precious.json", "{}");
        at.forged.options = {{"output", precious}};
        auto const sent = at.resume({"--endpoint", at.forged.endpoint, "--yes"});
        CHECK(sent.code == 0);
        CHECK(says(sent, "not taken from the journal: --output \"" + precious + "\""));
        CHECK(at.here.read("precious.json") == "{}");
        at.forged.is_finished = true;
        auto const finished = at.resume();
        CHECK(says(finished, "not taken from the journal: --output"));
        CHECK(at.here.read("precious.json") == "{}");
        CHECK(at.resume({"-o", "mine.json"}).code <= 2);
        CHECK(std::filesystem::exists(at.here.path() / "mine.json"));
    }

    TEST_CASE("foreign journal: its config file is not read")
    {
        victim at;
        at.forged.options = {
            {"config", at.here.write("c.toml", "yes = true\nendpoint = \"" + at.forged.endpoint + "\"\n")}};
        auto const done = at.resume();
        CHECK(done.code == 2);
        CHECK(says(done, "--endpoint (the journal has"));
        CHECK(at.server.stop().empty());
    }

    TEST_CASE(
        "foreign journal: a known cloud's endpoint may be taken, and a variable for another one is a contradiction")
    {
        victim at;
        auto const here = at.server.endpoint();
        at.forged.endpoint = "https://graph.microsoft.us";
        auto const shown = at.resume({"--dry-run"});
        CHECK(shown.code == 0);
        CHECK(says(shown, "not for usgov"));
        CHECK(shown.out.find("would be sent to https://graph.microsoft.us") != std::string::npos);
        for (auto const& variable : {"BATCH_CANCEL_ENDPOINT=" + here, std::string{"BATCH_CANCEL_CLOUD=global"}})
        {
            auto const other = at.resume({"--yes"}, {.variables = {variable}});
            CHECK(other.code == 2);
            CHECK(says(other, "cannot be resumed with"));
        }
        CHECK(at.server.stop().empty());
        for (std::string const nearly : {"https://graph.microsoft.com.evil.example", "https://graph.microsoft.com:8443",
                                         "http://graph.microsoft.com", "https://graph.microsoft.com@evil.example"})
        {
            at.forged.endpoint = nearly;
            CHECK(says(at.resume({"--yes"}), "--endpoint (the journal has"));
        }
    }

    TEST_CASE("foreign journal: variables and files of this process count as given")
    {
        victim at;
        auto const done =
            at.resume({}, {.variables = {"BATCH_CANCEL_ENDPOINT=" + at.forged.endpoint, "BATCH_CANCEL_YES=1"}});
        CHECK(done.code == 0);
        victim other;
        other.here.write("c.toml", "yes = true\nendpoint = \"" + other.forged.endpoint + "\"\n");
        CHECK(other.resume({"--config", "c.toml"}).code == 0);
        CHECK(other.server.stop().find(secret) != std::string::npos);
    }

    TEST_CASE("foreign journal: inputs that it names are opened only if they are absolute paths of regular files")
    {
        victim at;
        auto const pipe = (at.here.path() / "pipe").string();
        REQUIRE(::mkfifo(pipe.c_str(), S_IRUSR | S_IWUSR) == 0);
        std::filesystem::create_symlink("/dev/zero", at.here.path() / "link");
        for (auto const& input : {std::string{"/dev/zero"}, pipe, std::string{"a.csv"}, std::string{"/"},
                                  (at.here.path() / "link").string(), std::string{"/dev/stdin"}})
        {
            CAPTURE(input);
            at.forged.inputs = {input};
            auto const done = at.resume({"--yes", "--endpoint", at.forged.endpoint});
            CHECK(done.code == 2);
            CHECK(says(done, "the journal names " + input + " as the run's input"));
        }
        CHECK(at.resume({"a.csv", "--yes", "--endpoint", at.forged.endpoint}).code == 0);
    }

    TEST_CASE("foreign journal: one that others own or may write to is warned of, and the question says so")
    {
        victim at;
        std::vector<std::string> const words{"resume", "j.jsonl", "--endpoint", at.forged.endpoint};
        for (mode_t const mode : {0600U, 0640U, 0644U, 0620U, 0602U})
        {
            CAPTURE(mode);
            at.here.write("j.jsonl", at.forged.text());
            ::chmod((at.here.path() / "j.jsonl").c_str(), mode);
            auto setting = with_token();
            setting.at_terminal = true;
            child asked{at.here, words, setting};
            REQUIRE(asked.wait_for_message("[y/N]"));
            asked.send(SIGKILL);
            auto const done = asked.wait();
            bool const is_open_to_others = (mode & 022) != 0;
            CHECK(says(done, "others own the journal j.jsonl or may write to it") == is_open_to_others);
            CHECK(says(done, "by a journal that others own or may write to? [y/N]") == is_open_to_others);
        }
    }

    TEST_CASE("foreign journal: the question names endpoint, addresses, roots and where the token comes from")
    {
        victim at;
        at.here.write("token", secret);
        at.here.write("j.jsonl", at.forged.text());
        at.forged.endpoint = "https://localhost:1";
        at.here.write("j.jsonl", at.forged.text());
        simulated_service const service;
        child asked{at.here,
                    {"resume", "j.jsonl", "--endpoint", at.forged.endpoint, "--resolve", "localhost:1:127.0.0.1",
                     "--cacert", service.roots, "--token-file", "token"},
                    {.at_terminal = true}};
        REQUIRE(asked.wait_for_message("[y/N]"));
        asked.send(SIGKILL);
        auto const done = asked.wait();
        CHECK(says(done, "Cancel 2 pairs at https://localhost:1, v1.0, tenant not known, --resolve "
                         "localhost:1:127.0.0.1, --cacert " +
                             service.roots + ", token from token? [y/N]"));
        child other{at.here, {"run", "a.csv"}, {.variables = {"BATCH_CANCEL_TOKEN=t"}, .at_terminal = true}};
        REQUIRE(other.wait_for_message("token from BATCH_CANCEL_TOKEN? [y/N]"));
    }
}
