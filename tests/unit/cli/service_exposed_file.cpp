#include "cli/service/exposed_file.hpp"

#include "temp_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace batch_cancel::cli;

TEST_SUITE("exposed_file")
{
    TEST_CASE("exposed_file: a secret that other users can read is told with its mode")
    {
        temp_files const here;
        std::filesystem::path const secret = here.write("key.pem", "secret");
        for (unsigned const mode : {0600u, 0400u, 0700u, 0620u, 0602u})
        {
            CAPTURE(mode);
            std::filesystem::permissions(secret, std::filesystem::perms{mode});
            CHECK(exposure_text(secret).empty());
        }
        for (auto const& [mode, shown] : {std::pair{0644u, "644"}, std::pair{0640u, "640"}, std::pair{0604u, "604"}})
        {
            std::filesystem::permissions(secret, std::filesystem::perms{mode});
            auto const text = exposure_text(secret);
            CHECK(text.find(secret.string()) == 0);
            CHECK_MESSAGE(text.find("(mode " + std::string(shown) + ")") != std::string::npos, text);
            CHECK(text.ends_with("; chmod 600 " + secret.string()));
        }
        std::filesystem::path const odd = here.write("a key", "secret");
        std::filesystem::permissions(odd, std::filesystem::perms{0644u});
        CHECK(exposure_text(odd).ends_with("; chmod 600 '" + odd.string() + "'"));
    }

    TEST_CASE("exposed_file: nothing is told of what is no file")
    {
        CHECK(exposure_text("/nowhere/key.pem").empty());
        CHECK(exposure_text("/dev/null").empty());
        CHECK(exposure_text("").empty());
    }
}
