#include "run/credentials.hpp"

#include "wire/request_template.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/token_text.hpp>

#include <boost/system/system_error.hpp>

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

// The generation 0 asks whether there is another one, too.
boost::asio::awaitable<void> credentials::ask(std::uint64_t refused)
{
    is_unfinished_ = false;
    try
    {
        auto got = co_await source_.get(refused);
        if (!wire::is_sendable_token(got.value))
            note_fault(refused,
                       "the token cannot be sent: it must be visible ASCII characters, at most 64 KiB of them");
        else
            use(std::move(got));
    }
    catch (boost::system::system_error const& failed)
    {
        is_unfinished_ = failed.code() == errc::token_not_ready;
        note_fault(refused, failed.what());
    }
    catch (std::exception const& failed)
    {
        note_fault(refused, failed.what());
    }
    catch (...)
    {
        note_fault(refused, "the token source failed");
    }
}

// While the current token works it does not matter why there is no other.
void credentials::note_fault(std::uint64_t refused, std::string what)
{
    if (refused == token_.generation)
        fault_ = std::move(what);
}

boost::asio::awaitable<void> credentials::look(clock::time_point now)
{
    constexpr std::chrono::seconds between_looks{1};
    next_look_ = source_.can_change() ? now + between_looks : clock::time_point::max();
    if (asking_ || stopped_ || !source_.can_change() || !source_.has_news())
        co_return;
    asking_ = true;
    co_await ask(0);
    asking_ = false;
    waiting_.wake_all();
}

core::token_outlook credentials::outlook(std::chrono::system_clock::time_point now) const noexcept
{
    return {.can_change = source_.can_change(),
            .is_expired = expires_ && *expires_ <= now,
            .is_unfinished = is_unfinished_};
}

void credentials::use(access_token&& got)
{
    fault_.clear();
    if (got.generation == token_.generation)
        return;
    expires_ = got.expires;
    if (auto const claims = expires_ ? std::nullopt : read_token_claims(got.value))
        expires_ = claims->expires;
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
