#include "net/resolver.hpp"

#include "net/time_limit.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>

#include <memory>
#include <string>

namespace batch_cancel::net
{

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace
{

// A look-up that may outlive the wait for it.
struct lookup
{
    explicit lookup(asio::any_io_executor const& executor)
        : resolver(executor)
        , answer(executor, 1)
    {
    }

    tcp::resolver resolver;
    asio::experimental::channel<void(boost::system::error_code, tcp::resolver::results_type)> answer;
};

using lookup_answer = std::tuple<boost::system::error_code, tcp::resolver::results_type>;

asio::awaitable<lookup_answer> receive(std::shared_ptr<lookup> from)
{
    auto answer = co_await from->answer.async_receive(asio::as_tuple(asio::use_awaitable));
    co_return answer;
}

bool literal_addresses(endpoint const& service, std::vector<resolve_override> const& overrides, resolved& into)
{
    boost::system::error_code not_an_address;
    for (auto const& override : overrides)
    {
        if (override.port == service.port() && boost::beast::iequals(override.host, service.host()))
            into.addresses.emplace_back(asio::ip::make_address(override.address), service.port());
    }
    if (!into.addresses.empty())
        return true;
    auto const address = asio::ip::make_address(service.host(), not_an_address);
    if (not_an_address)
        return false;
    into.addresses.emplace_back(address, service.port());
    return true;
}

}  // namespace

asio::awaitable<resolved> resolve(endpoint const& service, std::vector<resolve_override> const& overrides, clock& time,
                                  clock::time_point limit)
{
    resolved result;
    if (literal_addresses(service, overrides, result))
        co_return result;

    auto const executor = co_await asio::this_coro::executor;
    auto const shared = std::make_shared<lookup>(executor);
    shared->resolver.async_resolve(service.host(), std::to_string(service.port()),
                                   [shared](boost::system::error_code ec, tcp::resolver::results_type found)
                                   { shared->answer.try_send(ec, std::move(found)); });
    auto receiving = receive(shared);
    auto const answer = co_await before(time, limit, std::move(receiving));
    if (!answer)
    {
        result.error = asio::error::timed_out;
        co_return result;
    }
    result.error = std::get<0>(*answer);
    for (auto const& entry : std::get<1>(*answer))
        result.addresses.push_back(entry.endpoint());
    if (!result.error && result.addresses.empty())
        result.error = asio::error::host_not_found;
    co_return result;
}

}  // namespace batch_cancel::net
