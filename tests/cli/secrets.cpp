#include "child.hpp"
#include "simulated_service.hpp"

#include <doctest/doctest.h>

#include <openssl/evp.h>

#include <algorithm>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace
{

std::string each_byte_as(char const* format, std::string_view text)
{
    std::string out;
    for (char const letter : text)
    {
        char piece[8];
        std::snprintf(piece, sizeof piece, format, static_cast<unsigned>(static_cast<unsigned char>(letter)));
        out += piece;
    }
    return out;
}

std::string base64(std::string const& text)
{
    std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
    auto const size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<unsigned char const*>(text.data()), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

// What of the Base64 text of a secret is the same wherever in a text it stands, for one of the three places.
std::string base64_core(std::string const& secret, std::size_t place)
{
    auto const out = base64(std::string(place, 'x') + secret);
    return out.substr(4, out.size() - 8);
}

/** The ways in which a secret could be found. */
std::vector<std::string> forms_of(std::string const& secret)
{
    return {secret,
            secret.substr(0, secret.size() / 2),
            each_byte_as("%%%02X", secret),
            each_byte_as("%%%02x", secret),
            each_byte_as("%02X", secret),
            each_byte_as("%02x", secret),
            base64_core(secret, 0),
            base64_core(secret, 1),
            base64_core(secret, 2)};
}

std::string file_text(std::filesystem::path const& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/** Everything that the command has left behind in a directory but its own input, and what it has said. */
std::string all_traces(work_directory const& here, child_result const& done)
{
    auto text = done.out + done.err;
    for (auto const& entry : std::filesystem::directory_iterator(here.path()))
        if (entry.path().filename() != "token")
            text += file_text(entry.path());
    return text;
}

void check_secrecy(std::string const& traces, std::string const& secret)
{
    REQUIRE_FALSE(traces.empty());
    for (auto const& form : forms_of(secret))
    {
        CAPTURE(form);
        CHECK(traces.find(form) == std::string::npos);
    }
}

}  // namespace

TEST_SUITE("secrets")
{
    TEST_CASE("secrets: a canary is found in each of its forms")
    {
        std::string const secret = "a-canary.of-0123456789";
        for (auto const& form : forms_of(secret))
            CHECK(form.size() >= 8);
        auto const out = base64("Bearer " + secret + " and more");
        auto const forms = forms_of(secret);
        CHECK(std::count_if(forms.begin(), forms.end(),
                            [&out](auto const& form) { return out.find(form) != std::string::npos; }) == 1);
    }

    TEST_CASE("secrets: the token is in nothing that a run says or writes, however it ends")
    {
        simulated_service const service{
            {"--fault", "reset-after=5%,500=5%,garbage=5%,truncate=5%", "--conflict", "5%"}};
        std::string const wrong = "canary-0123456789.abcdef-that-nobody-gave";
        struct scenario
        {
            std::string token;
            std::string endpoint;
            std::vector<std::string> further;
            std::vector<int> codes;
        };
        std::vector<scenario> const scenarios{
            {service.token, service.endpoint, {}, {0, 1}},
            {service.token, service.endpoint, {"--log-format", "json"}, {0, 1}},
            {service.token, service.endpoint, {"--limit", "3"}, {3}},
            {wrong, service.endpoint, {}, {4}},
            {wrong, "https://127.0.0.1:1", {}, {2}},
            {wrong, "https://user:" + wrong.substr(0, 5) + "@127.0.0.1", {}, {2}},
            {wrong + "\nsecond line", service.endpoint, {}, {2}},
        };
        for (auto const& [token, endpoint, further, codes] : scenarios)
        {
            for (bool const by_file : {true, false})
            {
                CAPTURE(endpoint);
                CAPTURE(by_file);
                work_directory const here;
                here.write_pairs("a.csv", 60);
                std::vector<std::string> all{"run",   "a.csv",  "--endpoint", endpoint,  "--cacert", service.roots,
                                             "--yes", "-v",     "--journal",  "j.jsonl", "-o",       "r.csv",
                                             "-o",    "r.json", "--progress", "always"};
                all.insert(all.end(), further.begin(), further.end());
                child_setting setting;
                if (by_file)
                {
                    here.write("token", token);
                    all.insert(all.end(), {"--token-file", "token"});
                }
                else
                    setting.variables.push_back("BATCH_CANCEL_TOKEN=" + token);
                auto const done = run(here, all, setting);
                CHECK(std::find(codes.begin(), codes.end(), done.code) != codes.end());
                check_secrecy(all_traces(here, done), token.substr(0, token.find('\n')));
            }
        }
    }

    TEST_CASE("secrets: a secret that is given in the wrong place is not repeated")
    {
        std::string const token = "eyJhbGciOiJub25lIn0.canary-0123456789.abcdef-that-nobody-gave";
        std::string const opaque = "Canary-9876543210" + std::string(300, 'x');
        std::string const password = "canary-password";
        struct mistake
        {
            std::vector<std::string> further;
            std::string secret;
            std::string said;
            std::vector<std::string> variables{};
        };
        std::vector<mistake> const mistakes{
            {{"--token-file", token}, token, "looks like a token"},
            {{"--token-file", opaque}, opaque, "looks like a token"},
            {{}, token, "looks like a token", {"BATCH_CANCEL_TOKEN_FILE=" + token}},
            {{"--token=" + token}, token, "--token=[token]"},
            {{"--concurrency", token}, token, "[token]"},
            {{"--endpoint", "http://user:" + password + "@127.0.0.1:9"}, password, "…@127.0.0.1:9"},
            {{}, password, "…@127.0.0.1:9", {"BATCH_CANCEL_ENDPOINT=https://user:" + password + "@127.0.0.1:9"}},
        };
        for (auto const& [further, secret, said, variables] : mistakes)
        {
            CAPTURE(said);
            work_directory const here;
            here.write_pairs("a.csv", 3);
            std::vector<std::string> all{"run", "a.csv", "--yes", "-v", "--journal", "j.jsonl"};
            all.insert(all.end(), further.begin(), further.end());
            auto const done = run(here, all, {.variables = variables});
            CHECK(done.code == 2);
            CHECK(done.err.find(said) != std::string::npos);
            check_secrecy(all_traces(here, done), secret);
        }
        work_directory const here;
        here.write("a.jsonl", "");
        check_secrecy(all_traces(here, run(here, {"report", token})), token);
        check_secrecy(all_traces(here, run(here, {"report", "a.jsonl", "-o", token + "/r.csv"})), token);
        check_secrecy(all_traces(here, run(here, {"resume", token})), token);
    }

    TEST_CASE(
        "secrets: who looks at the process finds no token in its arguments, its environment or its memory's image")
    {
        simulated_service const service{{"--latency", "200ms"}};
        work_directory const here;
        here.write_pairs("a.csv", 2000);
        child_setting const setting{.variables = {"BATCH_CANCEL_TOKEN=" + service.token}};
        child started{here,
                      {"run", "a.csv", "--endpoint", service.endpoint, "--cacert", service.roots, "--yes", "--journal",
                       "j.jsonl", "--progress", "always"},
                      setting};
        REQUIRE(started.wait_for_message("accepted"));
        auto const folder = std::filesystem::path("/proc") / std::to_string(started.id());
        check_secrecy(file_text(folder / "cmdline") + file_text(folder / "environ"), service.token);
        auto const limits = file_text(folder / "limits");
        auto const core = limits.find("Max core file size");
        REQUIRE(core != std::string::npos);
        CHECK(limits.substr(core, 60).find(" 0 ") != std::string::npos);
        started.send(SIGABRT);
        CHECK(started.wait().code == 128 + SIGABRT);
        for (auto const& entry : std::filesystem::directory_iterator(here.path()))
            CHECK(entry.path().filename().string().find("core") == std::string::npos);
    }

    TEST_CASE("secrets: no command can leave its memory in a file, from its first moment on")
    {
        auto const core_limit = [](child const& of)
        {
            auto const limits = file_text(std::filesystem::path("/proc") / std::to_string(of.id()) / "limits");
            auto const core = limits.find("Max core file size");
            REQUIRE(core != std::string::npos);
            return limits.substr(core, 42);
        };
        constexpr auto none = "Max core file size        0               ";
        {
            simulated_service const service;
            CHECK(core_limit(service.process) == none);
        }
        // Whoever opens its config file has done nothing else yet but take its variables.
        for (std::string const command : {"run", "simulate"})
        {
            CAPTURE(command);
            work_directory const here;
            auto const config = here.path() / "config";
            REQUIRE(::mkfifo(config.c_str(), 0600) == 0);
            child started{
                here, {command, "--config", "config"}, {.variables = {"BATCH_CANCEL_TOKEN=canary-0123456789"}}};
            std::ofstream const opened(config);  // waits until it is being read
            CHECK(core_limit(started) == none);
        }
    }
}
