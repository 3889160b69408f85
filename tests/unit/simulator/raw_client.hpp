#pragma once

#include <batch_cancel/simulator/simulator.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <array>
#include <charconv>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace simulator_tests
{

namespace asio = boost::asio;
namespace simulator = batch_cancel::simulator;

/** The bytes of a cancel of one of the server's own tasks. */
inline std::string cancel_request(simulator::server& server, std::size_t job, std::size_t task)
{
    return "POST /v1.0/solutions/migrations/crossTenantMigrationJobs/" + server.job_id(job) + "/users/" +
           server.task_id(job, task) + "/cancel HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
           "\r\nAuthorization: Bearer " + server.token() + "\r\nContent-Length: 0\r\n\r\n";
}

/** A client of few habits: sends the bytes that it is given and shows those that come back. */
class raw_client
{
public:
    explicit raw_client(simulator::server& server)
        : server_(server)
        , tls_(asio::ssl::context::tls_client)
    {
        tls_.add_certificate_authority(asio::buffer(server.ca_certificate_pem()));
        tls_.set_verify_mode(asio::ssl::verify_peer);
    }

    asio::awaitable<void> connect(SSL_SESSION* session = nullptr)
    {
        auto const executor = co_await asio::this_coro::executor;
        stream_ = std::make_unique<stream>(executor, tls_);
        stream_->set_verify_callback(asio::ssl::host_name_verification("127.0.0.1"));
        static constexpr std::array<unsigned char, 12> protocols{2,   'h', '2', 8,   'h', 't',
                                                                 't', 'p', '/', '1', '.', '1'};
        SSL_set_alpn_protos(stream_->native_handle(), protocols.data(), protocols.size());
        if (session != nullptr)
            SSL_set_session(stream_->native_handle(), session);
        asio::ip::tcp::endpoint const there(asio::ip::address_v4::loopback(), server_.port());
        co_await stream_->lowest_layer().async_connect(there, asio::use_awaitable);
        co_await stream_->async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
    }

    asio::awaitable<void> write(std::string bytes)
    {
        co_await asio::async_write(*stream_, asio::buffer(bytes), asio::use_awaitable);
    }

    /** Read one answer to the end of its body, or what comes before the stream ends; then `error` says how it ended. */
    asio::awaitable<std::string> read()
    {
        error = {};
        while (!error)
        {
            auto const whole = answer_size();
            if (whole != 0 && received_.size() >= whole)
            {
                auto answer = received_.substr(0, whole);
                received_.erase(0, whole);
                co_return answer;
            }
            std::array<char, 4096> some;
            auto const bytes =
                co_await stream_->async_read_some(asio::buffer(some), asio::redirect_error(asio::use_awaitable, error));
            received_.append(some.data(), bytes);
        }
        co_return std::exchange(received_, {});
    }

    asio::awaitable<std::string> exchange(std::string request)
    {
        co_await write(std::move(request));
        auto answer = co_await read();
        co_return answer;
    }

    std::string cancel_request(std::size_t job, std::size_t task) const
    {
        return simulator_tests::cancel_request(server_, job, task);
    }

    bool was_applied(std::size_t job, std::size_t task) const
    {
        return server_.was_applied(server_.job_id(job), server_.task_id(job, task));
    }

    SSL* tls() const
    {
        return stream_->native_handle();
    }

    /** Close the sending side of TCP. */
    void give_up()
    {
        stream_->lowest_layer().shutdown(asio::ip::tcp::socket::shutdown_send);
    }

    boost::system::error_code error{};

private:
    using stream = asio::ssl::stream<asio::ip::tcp::socket>;

    // Zero as long as the header is not there or tells no length.
    std::size_t answer_size() const
    {
        auto const header_end = received_.find("\r\n\r\n");
        constexpr std::string_view name = "\r\nContent-Length: ";
        auto const field = received_.find(name);
        if (header_end == std::string::npos || field > header_end)
            return 0;
        std::size_t length = 0;
        auto const* const from = received_.data() + field + name.size();
        if (std::from_chars(from, received_.data() + header_end, length).ec != std::errc{})
            return 0;
        return header_end + 4 + length;
    }

    simulator::server& server_;
    asio::ssl::context tls_;
    std::unique_ptr<stream> stream_{};
    std::string received_{};
};

/** Run clients against a server, one after the other, until the last is done; then stop the server. Fails if the server
    leaves work behind. */
inline void serve(simulator::options simulated, std::function<asio::awaitable<void>(simulator::server&)> client)
{
    asio::io_context loop(1);
    simulator::server server(loop.get_executor(), std::move(simulated));
    std::exception_ptr failure;
    asio::co_spawn(loop, client(server),
                   [&](std::exception_ptr thrown)
                   {
                       failure = thrown;
                       server.stop();
                   });
    loop.run();
    if (failure)
        std::rethrow_exception(failure);
}

}  // namespace simulator_tests
