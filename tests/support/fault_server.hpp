#pragma once

#include "support/certificates.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace batch_cancel::test
{

/** What a fault server does with a connection before the first request. */
struct welcome
{
    enum class manner
    {
        /** Agrees on TLS, says `bytes` if there are any, and waits for requests. */
        tls,
        /** Never agrees on TLS: answers the client's first words with `bytes`, if there are any, and then says nothing. */
        stall,
        /** As `stall`, and then ends the stream. */
        hang_up,
        /** Resets at once. */
        reset,
    };

    manner how = manner::tls;
    /** Which of the server's identities TLS shows. */
    std::size_t identity = 0;
    std::string bytes{};
    /** Called on the server's thread when the client's side of TCP has `bytes`. */
    std::function<void()> when_said{};
};

/** What a fault server does with one request. */
struct fault_reply
{
    enum class ending
    {
        /** The connection stays open for the next request. */
        keep,
        /** TLS ends, then TCP. */
        close,
        /** TCP ends without a word of TLS. */
        close_rudely,
        /** The server's half of TCP ends; it reads on. */
        half_close,
        /** TCP is reset. */
        reset,
    };

    std::string bytes{};
    ending then = ending::keep;
    /** The cancel was carried out, whatever the answer says. */
    bool applied = true;
    /** Bytes in one TLS record; 0 puts all into one. */
    std::size_t piece = 0;
    /** Said after `bytes`, again and again until the client has gone, or `most_sent` has been sent on the connection. */
    std::string flood{};
    std::size_t most_sent = 64 * 1024 * 1024;
    /** Said last, in a record of its own. */
    std::string afterthought{};
    /** KeyUpdates (TLS 1.3) sent after all that was said: records without data. Fewer if the client goes. */
    std::size_t key_updates = 0;
    /** Sent after `when_said`, likewise. */
    std::size_t more_key_updates = 0;
    /** Called on the server's thread when the client's side of TCP has all of it, before any ending. */
    std::function<void()> when_said{};
};

/** A request as the fault server read it. */
struct asked_request
{
    std::string bytes{};
    std::string job_id{};
    std::string task_id{};
    /** Of the Authorization header. */
    std::string token{};
    /** Serial number of its connection, from 0. */
    std::size_t connection = 0;
    /** How many requests came for this task, and over this connection, before it. */
    std::size_t earlier_for_task = 0;
    std::size_t earlier_on_connection = 0;
};

/** The cancel is taken; the answer names the pair, so that one that is credited to another pair can be told. */
fault_reply take_it(asked_request const& request);

/** What `take_it` says about a pair. */
std::string echo_of(std::string const& job_id, std::string const& task_id);

/** A TLS server on loopback that misbehaves as it is told, and keeps true books of what it has carried out.

    Serves on a thread of its own, from `start` to `stop`. All it is to do is told before; what it saw is looked at after. */
class fault_server
{
public:
    /** @param shown    Identity 0.
        @param prepare  May change the server's TLS before it is used. */
    explicit fault_server(
        identity const& shown, std::function<void(SSL_CTX*)> prepare = [](SSL_CTX*) {});

    /** As stop(). */
    ~fault_server();

    fault_server(fault_server const&) = delete;
    fault_server& operator=(fault_server const&) = delete;

    /** Add an identity to show.
        @return  Its number, for welcome::identity. */
    std::size_t add_identity(
        identity const& shown, std::function<void(SSL_CTX*)> prepare = [](SSL_CTX*) {});

    std::uint16_t port() const
    {
        return acceptor_.local_endpoint().port();
    }

    /** Do this with the next request for this task; further calls are for those after it. */
    void answer(std::string const& task_id, fault_reply with)
    {
        answers_[task_id].push_back(std::move(with));
    }

    /** Do this with every request for which nothing else was said; `take_it` if this is never called. */
    void answer_others(std::function<fault_reply(asked_request const&)> with)
    {
        others_ = std::move(with);
    }

    /** Welcome connections so, by their serial number from 0; with TLS if this is never called. */
    void welcome_with(std::function<welcome(std::size_t)> with)
    {
        welcome_ = std::move(with);
    }

    void start();

    /** End the thread and all connections. What went wrong in the server itself is thrown. */
    void stop();

    std::vector<asked_request> const& requests() const noexcept
    {
        return requests_;
    }

    std::size_t requests_for(std::string const& task_id) const;

    /** Tasks whose cancel was carried out. */
    std::set<std::string> const& applied() const noexcept
    {
        return applied_;
    }

    std::size_t connections() const noexcept
    {
        return sent_.size();
    }

    /** Connections open now; of use to what the server itself calls. */
    std::size_t open() const noexcept
    {
        return open_;
    }

    std::size_t handshakes() const noexcept
    {
        return handshakes_;
    }

    /** Answers that were said to their end. */
    std::size_t answers_said() const noexcept
    {
        return answers_said_;
    }

    /** KeyUpdates that the operating system took. May be asked while the server runs. */
    std::size_t key_updates_sent() const noexcept
    {
        return key_updates_sent_;
    }

    /** Bytes that the operating system took on the connection to which most were sent. */
    std::size_t most_sent() const noexcept;

private:
    using tcp = boost::asio::ip::tcp;
    using tls_stream = boost::asio::ssl::stream<tcp::socket>;

    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> attend(tcp::socket socket, std::size_t serial);
    boost::asio::awaitable<void> talk(tcp::socket socket, std::size_t serial, welcome greeting);
    boost::asio::awaitable<void> refuse_tls(tcp::socket socket, std::size_t serial, welcome greeting);
    boost::asio::awaitable<bool> carry_out(tls_stream& stream, fault_reply reply, std::size_t serial);
    boost::asio::awaitable<bool> update_keys(tls_stream& stream, std::size_t count);
    boost::asio::awaitable<bool> end(tls_stream& stream, fault_reply::ending how);
    template <class Stream>
    boost::asio::awaitable<bool> say(Stream& stream, std::string const& bytes, std::size_t piece, std::size_t serial);

    fault_reply decide(std::string bytes, std::size_t serial);
    void keep_failure(std::exception_ptr failed);

    boost::asio::io_context context_{1};
    tcp::acceptor acceptor_;
    std::deque<boost::asio::ssl::context> identities_{};
    std::map<std::string, std::deque<fault_reply>> answers_{};
    std::function<fault_reply(asked_request const&)> others_{take_it};
    std::function<welcome(std::size_t)> welcome_{[](std::size_t) { return welcome{}; }};

    std::vector<asked_request> requests_{};
    std::set<std::string> applied_{};
    std::vector<std::size_t> sent_{};  // bytes, by connection
    std::size_t open_{0};
    std::size_t handshakes_{0};
    std::size_t answers_said_{0};
    std::atomic<std::size_t> key_updates_sent_{0};
    std::exception_ptr failed_{};
    std::thread thread_{};
};

}  // namespace batch_cancel::test
