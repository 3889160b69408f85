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
            fault_ = "the token cannot be sent: it must be visible ASCII characters, at most 64 KiB of them";
        else
            use(std::move(got));
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

void credentials::use(access_token&& got)
{
    fault_.clear();
    if (got.generation == token_.generation)
        return;
    masks_.push_back({.generation = got.generation, .mask = wire::token_mask(got.value)});
    token_ = std::move(got);
}

void credentials::forget_all() noexcept
{
    token_.value = {};
    masks_.clear();
}

void credentials::stop()
{
    stopped_ = true;
    waiting_.wake_all();
}

}  // namespace batch_cancel::run
