#include <batch_cancel/errc.hpp>
#include <batch_cancel/token_source.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

using namespace batch_cancel;
using namespace std::chrono_literals;

namespace
{

class watched_file
{
public:
    ~watched_file()
    {
        std::filesystem::remove(path);
    }

    /** Write over the file, as if it had been done so long ago. */
    void write(std::string_view content, std::chrono::seconds ago = 1h) const
    {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
        std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - ago);
    }

    access_token get() const
    {
        access_token got;
        std::exception_ptr failed;
        boost::asio::io_context loop(1);
        boost::asio::co_spawn(loop, source->get(0),
                              [&](std::exception_ptr error, access_token token)
                              {
                                  failed = error;
                                  got = std::move(token);
                              });
        loop.run();
        if (failed)
            std::rethrow_exception(failed);
        return got;
    }

    boost::system::error_code fault() const
    {
        try
        {
            get();
        }
        catch (boost::system::system_error const& error)
        {
            CHECK(std::string(error.what()).find(path.string()) != std::string::npos);
            return error.code();
        }
        return {};
    }

    std::filesystem::path const path =
        std::filesystem::temp_directory_path() / ("token-file-" + std::to_string(::getpid()));
    std::unique_ptr<token_source> const source = make_file_token(path);
};

}  // namespace

TEST_SUITE("token_file")
{
    TEST_CASE("file token: a file that is written anew or replaced is news, one that stays is none")
    {
        watched_file const file;
        file.write("first");
        CHECK(file.get().value == "first");
        CHECK_FALSE(file.source->has_news());
        file.write("other", 30min);
        CHECK(file.source->has_news());
        auto const second = file.get();
        CHECK(second.value == "other");
        CHECK(second.generation == 2);
        CHECK_FALSE(file.source->has_news());

        auto const beside = file.path.string() + ".new";
        std::ofstream(beside) << "third";
        std::filesystem::last_write_time(beside, std::filesystem::last_write_time(file.path));
        std::filesystem::rename(beside, file.path);  // same time, same size
        CHECK(file.source->has_news());
        CHECK(file.get().generation == 3);
    }

    TEST_CASE("file token: a file so new that another write may go unseen is looked at again")
    {
        watched_file const file;
        file.write("first", 0s);
        CHECK(file.get().value == "first");
        CHECK(file.source->has_news());
        CHECK(file.get().generation == 1);
    }

    TEST_CASE("file token: while there is none, there may be one in a moment; what is no token is an error")
    {
        watched_file const file;
        CHECK(file.fault() == errc::token_not_ready);
        CHECK_FALSE(file.source->has_news());
        file.write("");
        CHECK(file.fault() == errc::token_not_ready);
        file.write("{\"accessToken\":\"ab");
        CHECK(file.fault() == errc::token_not_ready);
        CHECK(file.source->has_news());
        file.write("two words");
        CHECK(file.fault() == errc::token_not_available);
        file.write("{\"accessToken\":\"abc\",\"expires_on\":1795400000}");
        CHECK(file.get().value == "abc");
        CHECK(file.get().expires->time_since_epoch() == 1795400000s);
        CHECK(file.source->can_change());
        CHECK_FALSE(make_fixed_token("x")->can_change());
    }

    TEST_CASE("file token: a pipe is never opened just to look")
    {
        watched_file const file;
        REQUIRE(::mkfifo(file.path.c_str(), 0600) == 0);
        CHECK_FALSE(file.source->has_news());
    }

    TEST_CASE("file token: a file that has become a pipe is an error, not a wait for somebody who writes into it")
    {
        watched_file const file;
        REQUIRE(::mkfifo(file.path.c_str(), 0600) == 0);
        CHECK(file.fault() == errc::token_not_available);
    }
}
