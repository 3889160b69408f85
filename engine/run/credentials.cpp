#include "run/credentials.hpp"

#include "wire/request_template.hpp"

#include <exception>
#include <utility>

namespace batch_cancel::run
{

credentials::credentials(boost::asio::any_io_executor strand, token_source& source)
    : source_(source)
    , waiting_(std::move(strand))
{
}

boost::asio::awaitable<bool> credentials::replace(std::uint64_t refused)
{
    // Another lane may have replaced it before this one's answer came.
    if (token_.generation == refused && !asking_ && !stopped_)
    {
        asking_ = true;
        co_await ask(refused);
        asking_ = false;
        waiting_.wake_all();
    }
    while (asking_ && !stopped_)
        co_await waiting_.wait();
    co_return token_.generation != refused;
}

boost::asio::awaitable<void> credentials::ask(std::uint64_t refused)
{
    try
    {
        auto got = co_await source_.get(refused);
        if (!wire::is_sendable_token(got.value))
            fault_ = "the token holds something other than visible ASCII characters, so it cannot be sent";
        else
        {
            token_ = std::move(got);
            fault_.clear();
        }
    }
    catch (std::exception const& failed)
    {
        fault_ = failed.what();
    }
    catch (...)
    {
        fault_ = "the token source failed";
    }
}

void credentials::stop()
{
    stopped_ = true;
    waiting_.wake_all();
}

}  // namespace batch_cancel::run
