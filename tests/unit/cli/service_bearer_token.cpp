#include "cli/options/usage_error.hpp"
#include "cli/service/bearer_token.hpp"
#include "temp_files.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <thread>

using namespace batch_cancel::cli;

TEST_SUITE("service_bearer_token")
{
    TEST_CASE("bearer_token: the variable is read once and is then gone")
    {
        ::setenv("BATCH_CANCEL_TOKEN", " abc \n", 1);
        CHECK(obtain_token({}, take_token_variable()).source != nullptr);
        CHECK(std::getenv("BATCH_CANCEL_TOKEN") == nullptr);
        CHECK(take_token_variable().empty());
    }

    TEST_CASE("bearer_token: a token file goes before the variable")
    {
        temp_files const files;
        CHECK(obtain_token(files.write("t", "from-file\n"), "from-variable").source != nullptr);
        CHECK_THROWS_AS(obtain_token(files / "none", "from-variable"), usage_error);
    }

    TEST_CASE("bearer_token: what can be no token is refused without being shown")
    {
        temp_files const files;
        CHECK_THROWS_AS(obtain_token({}, ""), usage_error);
        CHECK_THROWS_AS(obtain_token(files.write("empty", " \n"), ""), usage_error);
        CHECK_THROWS_AS(obtain_token(files.path(), ""), usage_error);
        for (auto const* const wrong : {"se cret", "se\ncret",
                                        "se\xc3\xa4"
                                        "cret"})
        {
            try
            {
                obtain_token({}, wrong);
                FAIL("a token of ", wrong);
            }
            catch (usage_error const& error)
            {
                CHECK(std::string{error.what()}.find("cret") == std::string::npos);
            }
        }
    }

    TEST_CASE("bearer_token: start and source agree on how long a token can be")
    {
        temp_files const files;
        auto const is_had = [&files](std::size_t length, std::string_view behind)
        {
            auto const token = obtain_token(files.write("t", std::string(length, 'x').append(behind)), "");
            boost::asio::io_context loop;
            std::size_t got = 0;
            boost::asio::co_spawn(loop, token.source->get(0),
                                  [&got](std::exception_ptr failed, batch_cancel::access_token const& had)
                                  { got = failed ? 0 : had.value.size(); });
            loop.run();
            return got == length;
        };
        CHECK(is_had(65536, ""));
        CHECK(is_had(65536, "\r\n"));
        CHECK_THROWS_AS(is_had(65537, ""), usage_error);
        CHECK(is_had(3, std::string(65536, ' ')));
        CHECK_THROWS_AS(is_had(3, std::string(300'000, ' ')), usage_error);
    }

    TEST_CASE("bearer_token: whatever else is there is named")
    {
        temp_files const files;
        auto const fault_of = [&files](std::string const& content)
        {
            try
            {
                obtain_token(files.write("t", content), {});
            }
            catch (usage_error const& error)
            {
                return std::string{error.what()};
            }
            return std::string{};
        };
        CHECK(fault_of("\xef\xbb\xbf\"Bearer abc\"\r\n").empty());
        CHECK(fault_of("").find("is empty") != std::string::npos);
        CHECK(fault_of("-----BEGIN PRIVATE KEY-----").find("holds a private key") != std::string::npos);
        CHECK(fault_of("{\"refresh_token\":\"canary\"}").find("without accessToken") != std::string::npos);
        CHECK(fault_of("{\"refresh_token\":\"canary\"}").find("canary") == std::string::npos);
        for (std::string const content :
             {"", "<html>", "export TOKEN=eyJ", "two words", "\xc3\xbf", "[1]", "{\"error\":1}"})
        {
            auto const fault = fault_of(content);
            CAPTURE(fault);
            CHECK(fault.ends_with("; put a bearer token there, one line of visible ASCII"));
            CHECK(std::count(fault.begin(), fault.end(), ';') == 1);
        }
    }

    TEST_CASE("bearer_token: a file that is being written is looked at again for a while")
    {
        using namespace std::chrono_literals;
        temp_files const files;
        auto const file = files.write("t", "");
        std::thread writer{[&files] { files.write("t", "late"); }};
        auto const token = obtain_token(file, {}, 1min);
        writer.join();
        CHECK(token.name == file);
        CHECK(token.source->can_change());
    }

    TEST_CASE("bearer_token: a file that others can read is worth a warning, with the remedy")
    {
        namespace fs = std::filesystem;
        temp_files const files;
        auto const file = files.write("a token", "abc");
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
        CHECK(obtain_token(file, {}).warning.empty());
        for (auto const more : {fs::perms::group_read, fs::perms::others_read})
        {
            fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write | more);
            CHECK(obtain_token(file, {}).warning.find("chmod 600 '") != std::string::npos);
        }
        CHECK(obtain_token({}, "abc").warning.empty());
    }

    TEST_CASE("bearer_token: the tenant is read from the claims, if there are any")
    {
        // {"tid":"aaaaaaaa-0000-0000-0000-000000000001"}
        CHECK(tenant_of("h.eyJ0aWQiOiJhYWFhYWFhYS0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEifQ.s") ==
              "aaaaaaaa-0000-0000-0000-000000000001");
        for (auto const* const other :
             {"", "opaque", "a.b", "a.b.c", "a..c", "a.e30.c", "a.eyJ0aWQiOjF9.c", "..", "a.!!.c"})
        {
            CAPTURE(other);
            CHECK(tenant_of(other).empty());
        }
    }
}
