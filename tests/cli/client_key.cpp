#include "child.hpp"
#include "support/certificates.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace
{

void allow(std::filesystem::path const& file, unsigned mode)
{
    std::filesystem::permissions(file, std::filesystem::perms{mode});
}

}  // namespace

TEST_SUITE("client_key")
{
    TEST_CASE("client_key: an encrypted key is an error with a remedy, never a question")
    {
        work_directory const here;
        here.write_pairs("a.csv", 1);
        auto const shown = batch_cancel::test::make_certificate({}, nullptr);
        here.write("cert.pem", shown.certificate_pem());
        allow(here.write("key.pem", shown.key_pem("canary-password")), 0600);
        allow(here.write("password", "canary-password\n"), 0600);
        allow(here.write("wrong", "canary-passw0rd\n"), 0600);
        std::vector<std::string> const all{"run",    "a.csv",    "--endpoint", "https://127.0.0.1:1",
                                           "--cert", "cert.pem", "--key",      "key.pem"};
        auto const run_with = [&](std::vector<std::string> const& further, bool at_terminal = false)
        {
            auto arguments = all;
            arguments.insert(arguments.end(), further.begin(), further.end());
            return run(here, arguments, {.variables = {"BATCH_CANCEL_TOKEN=t"}, .at_terminal = at_terminal});
        };

        for (bool const at_terminal : {false, true})
        {
            CAPTURE(at_terminal);
            auto const refused = run_with({"--yes", "--journal", "j.jsonl"}, at_terminal);
            CHECK(refused.code == 2);
            CHECK_MESSAGE(says(refused, "key.pem is encrypted"), refused.err);
            CHECK(says(refused, "--key-password-file FILE"));
            CHECK_FALSE(says(refused, "Enter PEM"));
            CHECK(refused.out.empty());
        }
        CHECK(run_with({"--dry-run"}).code == 2);
        auto const wrong = run_with({"--dry-run", "--key-password-file", "wrong"});
        CHECK(wrong.code == 2);
        CHECK(says(wrong, "does not decrypt"));
        CHECK_FALSE(says(wrong, "canary"));
        CHECK(run_with({"--dry-run", "--key-password-file", "password"}).code == 0);
        CHECK(run_with({"--dry-run", "--key-password-file", "missing"}).code == 2);
        CHECK_FALSE(std::filesystem::exists(here.path() / "j.jsonl"));

        auto const alone = run(here, {"run", "a.csv", "--dry-run", "--key-password-file", "password"});
        CHECK(alone.code == 2);
        CHECK(says(alone, "give --cert and --key too"));
    }

    TEST_CASE("client_key: a key that other users can read is warned about")
    {
        work_directory const here;
        here.write_pairs("a.csv", 1);
        auto const shown = batch_cancel::test::make_certificate({}, nullptr);
        here.write("cert.pem", shown.certificate_pem());
        auto const key = here.write("key.pem", shown.key_pem());
        for (unsigned const mode : {0600u, 0644u})
        {
            allow(key, mode);
            auto const done = run(here, {"run", "a.csv", "--dry-run", "--cert", "cert.pem", "--key", "key.pem"},
                                  {.variables = {"BATCH_CANCEL_TOKEN=t"}});
            CHECK(done.code == 0);
            CHECK(says(done, "other users can read it (mode 644)") == (mode == 0644u));
        }
    }
}
