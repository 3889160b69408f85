#include <batch_cancel/clock.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace batch_cancel
{

namespace asio = boost::asio;

namespace
{

class operating_system_clock final : public clock
{
public:
    time_point now() const noexcept override
    {
        return std::chrono::steady_clock::now();
    }

    std::chrono::system_clock::time_point wall_now() const noexcept override
    {
        return std::chrono::system_clock::now();
    }

    asio::awaitable<boost::system::error_code> wait_until(time_point when) override
    {
        auto const executor = co_await asio::this_coro::executor;
        asio::steady_timer timer(executor, when);
        auto const [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return error;
    }
};

}  // namespace

clock& real_clock() noexcept
{
    static operating_system_clock instance;
    return instance;
}

}  // namespace batch_cancel
