#pragma once

#include <batch_cancel/journal_file.hpp>
#include <batch_cancel/journal_reader.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::testing
{

/** A folder of its own that goes with the object. */
class folder
{
public:
    folder()
    {
        auto name = (std::filesystem::temp_directory_path() / "batch-cancel-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("no folder for the test");
        path_ = name;
    }

    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;

    ~folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path operator/(std::string const& name) const
    {
        return path_ / name;
    }

    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

private:
    std::filesystem::path path_;
};

inline std::string text_of(std::filesystem::path const& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void put_text(std::filesystem::path const& file, std::string const& text)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

/** 2026-11-21T22:10:03.412Z and later. */
inline std::chrono::system_clock::time_point test_time(std::chrono::milliseconds later = {})
{
    return std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + std::chrono::hours{22} +
           std::chrono::minutes{10} + std::chrono::milliseconds{3412} + later;
}

inline run_record sample_run()
{
    return {.run_id = "run-1",
            .time = test_time(),
            .program_version = "1.2.3",
            .endpoint = "https://graph.microsoft.com",
            .api_version = "v1.0",
            .user = "ada",
            .host = "box"};
}

inline pair sample_pair(std::string task, std::string job = "job")
{
    return {.job_id = std::move(job), .task_id = std::move(task), .source = "pairs.csv:2"};
}

inline result sample_result(std::string task, outcome ended = outcome::accepted, std::string job = "job")
{
    result settled;
    settled.pair = sample_pair(std::move(task), std::move(job));
    settled.outcome = ended;
    settled.reason = ended == outcome::failed ? reason::not_found : reason::none;
    settled.status = ended == outcome::accepted ? 202 : ended == outcome::conflict ? 409 : 404;
    settled.attempts = 1;
    settled.latency = std::chrono::milliseconds{20};
    settled.total = std::chrono::milliseconds{20};
    settled.time = test_time(std::chrono::seconds{1});
    return settled;
}

/** Run a coroutine to its end on an event loop of its own, and throw what it throws. */
template <class Coroutine>
void run_to_end(Coroutine body)
{
    boost::asio::io_context loop;
    std::exception_ptr failed;
    boost::asio::co_spawn(loop, std::move(body), [&](std::exception_ptr error) { failed = std::move(error); });
    loop.run();
    if (failed)
        std::rethrow_exception(failed);
}

inline void plan(journal_file& journal, std::vector<pair> const& block)
{
    run_to_end([&]() -> boost::asio::awaitable<void> { co_await journal.plan(block); });
}

inline void commit(journal_file& journal)
{
    run_to_end([&]() -> boost::asio::awaitable<void> { co_await journal.commit(); });
}

inline void finish(journal_file& journal, run_end const& end = {.time = test_time(std::chrono::seconds{2})})
{
    run_to_end([&]() -> boost::asio::awaitable<void> { co_await journal.finish(end); });
}

/** A clock that stands still until it is moved. */
class hand_clock final : public clock
{
public:
    time_point now() const noexcept override
    {
        return now_;
    }

    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return test_time();
    }

    boost::asio::awaitable<boost::system::error_code> wait_until(time_point when) override
    {
        if (when <= now_)
            co_return boost::system::error_code{};
        auto const executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, boost::asio::steady_timer::time_point::max());
        auto const me = waiting_.insert(waiting_.end(), {when, &timer});
        auto const ended = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        waiting_.erase(me);
        co_return when <= now_ ? boost::system::error_code{} : std::get<0>(ended);
    }

    void advance(duration by)
    {
        now_ += by;
        for (auto const& [when, timer] : waiting_)
        {
            if (when <= now_)
                timer->cancel();
        }
    }

    std::size_t waiting() const noexcept
    {
        return waiting_.size();
    }

private:
    time_point now_{};
    std::list<std::pair<time_point, boost::asio::steady_timer*>> waiting_;
};

}  // namespace batch_cancel::testing
