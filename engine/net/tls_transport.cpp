#include <batch_cancel/errc.hpp>
#include <batch_cancel/tls_transport.hpp>

#include "core/loopback.hpp"
#include "model/later.hpp"
#include "net/address_book.hpp"
#include "net/address_race.hpp"
#include "net/certificate_alert.hpp"
#include "net/resolver.hpp"
#include "net/streams.hpp"
#include "net/time_limit.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/tcp.h>

#include <charconv>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel
{

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace
{

std::string to_text(tcp::endpoint const& address)
{
    std::ostringstream text;
    text << address;
    return text.str();
}

// Failures must not wait for the operating system's patience, which is a matter of hours.
void tune(tcp::socket& socket)
{
    error_code ignored;  // a socket without one of these works too
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    using keep_idle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
    using keep_interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
    using keep_count = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
    using user_timeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
    socket.set_option(keep_idle(30), ignored);
    socket.set_option(keep_interval(10), ignored);
    socket.set_option(keep_count(3), ignored);
    socket.set_option(user_timeout(30'000), ignored);
}

connect_result failure(connect_step step, error_code ec, std::string detail)
{
    connect_result result;
    result.failure = {step, ec, std::move(detail)};
    return result;
}

class socket_transport final : public transport
{
public:
    socket_transport(asio::any_io_executor executor, tls_transport_options options, clock& time)
        : executor_(std::move(executor))
        , options_(std::move(options))
        , time_(time)
    {
        if (options_.service.secure())
            tls_ = std::make_unique<net::tls_context>(options_);
    }

    endpoint const& service() const noexcept override
    {
        return options_.service;
    }

    asio::awaitable<connect_result> connect() override;

private:
    bool may_connect_to(tcp::endpoint const& address) const;
    std::vector<std::string> note_failures(net::race_result const& raced);
    connect_result nobody_answers(net::race_result const& raced) const;
    asio::awaitable<connect_result> agree_on_tls(tcp::socket socket, tcp::endpoint address);
    connect_result handshake_failure(SSL* ssl, error_code ec, tcp::endpoint const& address) const;

    asio::any_io_executor executor_;
    tls_transport_options options_;
    clock& time_;
    std::unique_ptr<net::tls_context> tls_;
    net::address_book book_;
};

asio::awaitable<connect_result> socket_transport::connect()
{
    auto const limit = model::later(time_.now(), options_.connect_timeout);
    auto found = co_await net::resolve(options_.service, options_.resolve_overrides, time_, limit);
    if (found.error)
        co_return failure(connect_step::resolve, found.error,
                          "cannot find the address of " + options_.service.host() + ": " + found.error.message());
    auto const offered = found.addresses.front();
    std::erase_if(found.addresses, [this](auto const& address) { return !may_connect_to(address); });
    if (found.addresses.empty())
        co_return failure(connect_step::resolve, errc::bad_configuration,
                          "cannot connect to " + options_.service.authority() +
                              " without TLS: " + offered.address().to_string() +
                              " is not a loopback address, and each request carries a token; use https");
    auto ordered = book_.in_order(std::move(found.addresses), time_.now());
    auto raced = co_await net::race(executor_, std::move(ordered), time_, limit);
    if (raced.is_cancelled)
        co_return failure(connect_step::connect, asio::error::operation_aborted,
                          "connecting to " + options_.service.authority() + " has been cancelled");
    auto notes = note_failures(raced);
    if (!raced.socket)
        co_return nobody_answers(raced);
    tune(*raced.socket);
    auto agreed = co_await agree_on_tls(std::move(*raced.socket), raced.address);
    if (agreed.connection)
        book_.on_success(raced.address);
    else if (agreed.failure.error != asio::error::operation_aborted)
        book_.on_failure(raced.address, time_.now());
    agreed.failed_addresses = std::move(notes);
    co_return agreed;
}

// Plain text must not leave the machine, whoever has named the address.
bool socket_transport::may_connect_to(tcp::endpoint const& address) const
{
    return tls_ || core::is_loopback(address.address());
}

// Lets addresses that did not work go last for a while, and tells of each.
std::vector<std::string> socket_transport::note_failures(net::race_result const& raced)
{
    std::vector<std::string> notes;
    for (auto const& [address, error] : raced.failed)
    {
        auto const hold = std::chrono::ceil<std::chrono::seconds>(book_.on_failure(address, time_.now()));
        // That is what the race says of whom others have outrun.
        auto const how = error == asio::error::timed_out ? "did not answer before another one did" : error.message();
        notes.push_back(to_text(address) + ": " + how + "; other addresses are tried first for " +
                        std::to_string(hold.count()) + " s");
    }
    return notes;
}

connect_result socket_transport::nobody_answers(net::race_result const& raced) const
{
    error_code last_error = asio::error::timed_out;
    std::string tried;
    for (auto const& [address, error] : raced.failed)
    {
        last_error = error;
        tried += (tried.empty() ? " (" : "; ") + to_text(address) + ": " + error.message();
    }
    if (!tried.empty())
        tried += ')';
    return failure(connect_step::connect, last_error, "cannot connect to " + options_.service.authority() + tried);
}

asio::awaitable<connect_result> socket_transport::agree_on_tls(tcp::socket socket, tcp::endpoint address)
{
    connect_result result;
    if (!tls_)
    {
        result.connection = std::make_unique<net::stream_connection<net::tcp_stream>>(std::move(socket));
        result.peer = to_text(address) + ", without TLS";
        co_return result;
    }
    net::tls_stream stream(net::metered_socket(std::move(socket)), tls_->native());
    stream.next_layer().allow(net::tls_allowances::handshake);
    auto* const ssl = stream.native_handle();
    if (auto const fault = tls_->prepare(ssl); !fault.empty())
        co_return failure(connect_step::handshake, asio::error::no_protocol_option,
                          "no TLS with " + options_.service.host() + ": " + fault);
    auto const limit = model::later(time_.now(), options_.connect_timeout);
    auto shaking = stream.async_handshake(asio::ssl::stream_base::client, asio::as_tuple(asio::use_awaitable));
    auto const done = co_await net::before(time_, limit, std::move(shaking));
    auto const error = done ? std::get<0>(*done) : error_code(asio::error::timed_out);
    if (error)
    {
        result = handshake_failure(ssl, error, address);
        co_return result;
    }
    if (!net::tls_context::is_verified(ssl))
        co_return failure(connect_step::certificate, asio::error::no_protocol_option,
                          "the certificate of " + options_.service.host() + " at " + to_text(address) +
                              " has not been checked");
    unsigned char const* protocol = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl, &protocol, &length);
    if (length != 0 && std::string_view(reinterpret_cast<char const*>(protocol), length) != "http/1.1")
    {
        result = failure(connect_step::protocol, asio::error::no_protocol_option,
                         to_text(address) + " insists on another protocol than HTTP/1.1");
        co_return result;
    }
    result.peer = to_text(address) + ", " + SSL_get_version(ssl);
    result.connection = std::make_unique<net::stream_connection<net::tls_stream>>(std::move(stream));
    co_return result;
}

connect_result socket_transport::handshake_failure(SSL* ssl, error_code ec, tcp::endpoint const& address) const
{
    auto const who = options_.service.host() + " at " + to_text(address);
    if (auto const fault = net::tls_context::certificate_fault(ssl); !fault.empty())
        return failure(connect_step::certificate, ec, "the certificate of " + who + " is not trusted: " + fault);
    if (net::is_certificate_alert(ec))
        return failure(connect_step::client_certificate, ec, who + ' ' + net::describe_certificate_alert(ec));
    auto const& category = ec.category();
    if (category == asio::error::get_ssl_category())
        return failure(connect_step::protocol, ec, "no TLS with " + who + ": " + ec.message());
    return failure(connect_step::handshake, ec, "the TLS handshake with " + who + " failed: " + ec.message());
}

[[noreturn]] void refuse_override(std::string_view text, std::string_view why)
{
    throw described_error(errc::bad_configuration,
                          "\"" + std::string(text) + "\" is no HOST:PORT:ADDRESS: " + std::string(why));
}

}  // namespace

resolve_override parse_resolve_override(std::string_view text)
{
    auto const host_end = text.find(':');
    if (host_end == 0 || host_end == std::string_view::npos)
        refuse_override(text, "it has no host");
    auto const port_end = text.find(':', host_end + 1);
    if (port_end == std::string_view::npos)
        refuse_override(text, "it has no address");
    resolve_override result;
    result.host = text.substr(0, host_end);
    auto const port = text.substr(host_end + 1, port_end - host_end - 1);
    auto const parsed = std::from_chars(port.data(), port.data() + port.size(), result.port);
    if (parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size() || result.port == 0)
        refuse_override(text, "its port is not a number from 1 to 65535");
    auto address = text.substr(port_end + 1);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    result.address = address;
    error_code ec;
    asio::ip::make_address(result.address, ec);
    if (ec)
        refuse_override(text, "its address is neither IPv4 nor IPv6");
    return result;
}

std::unique_ptr<transport> make_tls_transport(asio::any_io_executor executor, tls_transport_options options,
                                              clock& time)
{
    if (!executor)
        throw std::invalid_argument("the transport's executor must not be empty");
    if (options.connect_timeout <= clock::duration::zero())
        throw std::invalid_argument("tls_transport_options::connect_timeout must be greater than zero");
    return std::make_unique<socket_transport>(std::move(executor), std::move(options), time);
}

}  // namespace batch_cancel
