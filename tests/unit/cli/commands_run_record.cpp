#include "cli/commands/run_record.hpp"
#include "temp_files.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>

using namespace batch_cancel;
using namespace batch_cancel::cli;

namespace
{

run_record some_run()
{
    return {.run_id = "0123abcd-2fae-4b18-803e-329cc7a8b11e",
            .time = std::chrono::system_clock::time_point{},
            .endpoint = "https://graph.microsoft.com",
            .api_version = "v1.0"};
}

}  // namespace

TEST_SUITE("commands_run_record")
{
    TEST_CASE("run record: a default name that exists is left alone, and another one is taken")
    {
        temp_files const files;
        auto const before = std::filesystem::current_path();
        std::filesystem::current_path(files / ".");
        std::set<std::filesystem::path> made;
        for (int i = 0; i != 29; ++i)
        {
            try_journal({}, some_run());
            made.insert(create_journal({}, some_run(), {}).path());
        }
        CHECK(made.size() == 29);
        CHECK(made.count("batch-cancel-19700101T000000Z-0123.jsonl") == 1);
        CHECK(made.count("batch-cancel-19700101T000000Z-123a.jsonl") == 1);
        CHECK_THROWS_AS(create_journal({}, some_run(), {}), boost::system::system_error);
        std::filesystem::current_path(before);
    }

    TEST_CASE("run record: a name that was given and exists is an error, and trying leaves nothing behind")
    {
        temp_files const files;
        auto const path = files / "j.jsonl";
        try_journal(path, some_run());
        CHECK_FALSE(std::filesystem::exists(path));
        std::ofstream{path} << "mine";
        CHECK_THROWS_AS(try_journal(path, some_run()), boost::system::system_error);
        CHECK_THROWS_AS(create_journal(path, some_run(), {}), boost::system::system_error);
        CHECK(std::filesystem::file_size(path) == 4);
    }
}
