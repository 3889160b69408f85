#pragma once

#include "support/certificates.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace batch_cancel::test
{

/** A TLS server on loopback that does with each connection what a test tells it to. Serves on the test's own event loop. */
class tls_peer
{
public:
    /** @param prepare  May change the server's TLS before it is used. */
    tls_peer(
        boost::asio::any_io_executor executor, identity const& shown,
        std::function<void(SSL_CTX*)> prepare = [](SSL_CTX*) {});

    std::uint16_t port() const
    {
        return acceptor_.local_endpoint().port();
    }

    /** Accept connections. Each complete request is answered with `answer`. */
    void serve(std::string answer);

    /** After each answer, send KeyUpdates (TLS 1.3): records without data. */
    void update_keys_after_answers(std::size_t count)
    {
        key_updates_ = count;
    }

    std::size_t key_updates_sent() const noexcept
    {
        return key_updates_sent_;
    }

    /** Accept connections and say nothing, not even TLS. */
    void serve_silence();

    std::size_t accepted() const noexcept
    {
        return accepted_;
    }

    std::size_t handshakes() const noexcept
    {
        return handshakes_;
    }

    std::size_t resumed() const noexcept
    {
        return resumed_;
    }

    std::string const& received() const noexcept
    {
        return received_;
    }

    /** Name that the last client sent for itself to be told apart by (SNI). */
    std::string const& name_asked_for() const noexcept
    {
        return name_asked_for_;
    }

private:
    boost::asio::awaitable<void> accept(bool speaks_tls);
    boost::asio::awaitable<void> talk(boost::asio::ip::tcp::socket socket);
    boost::asio::awaitable<void> stay_silent(boost::asio::ip::tcp::socket socket);

    boost::asio::ssl::context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::string answer_{};
    std::string received_{};
    std::string name_asked_for_{};
    std::size_t key_updates_{0};
    std::size_t key_updates_sent_{0};
    std::size_t accepted_{0};
    std::size_t handshakes_{0};
    std::size_t resumed_{0};
};

}  // namespace batch_cancel::test
