#pragma once

#include "support/virtual_clock.hpp"

#include <batch_cancel/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::test
{

/** What a scripted service does with one request. */
struct reply
{
    enum class ending
    {
        /** The connection stays open. */
        keep,
        /** The stream ends after the bytes. */
        eof,
        /** The stream is reset after the bytes. */
        reset,
        /** TLS ends after the bytes with the alert that a client certificate is required. */
        certificate_alert,
    };

    std::string bytes{};
    std::chrono::nanoseconds delay{};
    ending then = ending::keep;
};

/** An HTTP answer with a JSON body. `fields` are further header lines, each with its line end. */
reply http(unsigned status, std::string const& body = "{}", std::string const& fields = "");

/** The answer to a cancel that was taken, as Microsoft's reference shows it. */
reply accepted();

/** No answer, ever. */
reply silence();

/** What a connection reports when the peer sends the TLS alert of this number. */
boost::system::error_code tls_alert(int number);

/** A request that the scripted service has seen. */
struct seen_request
{
    std::string bytes{};
    std::string job_id{};
    std::string task_id{};
    std::size_t connection = 0;  // serial number of its connection
    std::size_t earlier_on_connection = 0;
    clock::time_point at{};
};

/** What becomes of one connect: it takes so long, and then fails if there is a failure. */
struct connect_plan
{
    std::chrono::nanoseconds delay{};
    std::optional<connect_failure> failure{};
    /** The connection is made, but the peer has ended it by then. */
    boost::system::error_code ended{};
    /** Addresses that did not work before. */
    std::vector<std::string> failed_addresses{};
    std::string peer{};
};

/** A service in memory, told what to answer. Requests it was not told about are answered 202. */
class scripted_transport final : public transport
{
public:
    scripted_transport(boost::asio::any_io_executor executor, virtual_clock& time);
    ~scripted_transport() override;

    endpoint const& service() const noexcept override
    {
        return service_;
    }

    boost::asio::awaitable<connect_result> connect() override;

    /** Answer the next request for this task so; further calls answer those after it. */
    void answer(std::string const& task_id, reply with);

    /** Answer every request for which nothing else was said. */
    void answer_others(std::function<reply(seen_request const&)> with)
    {
        others_ = std::move(with);
    }

    /** Let the next connect fail; further calls the ones after it. */
    void fail_connect(connect_failure with)
    {
        connect_failures_.push_back(std::move(with));
    }

    /** Ask this what becomes of every connect for which nothing else was said. */
    void answer_connects(std::function<connect_plan()> with)
    {
        connects_with_ = std::move(with);
    }

    /** Let connects wait so long. */
    void delay_connects(std::chrono::nanoseconds by)
    {
        connect_delay_ = by;
    }

    /** Put bytes on every open connection that nobody asked for. */
    void inject(std::string const& bytes);

    /** End every open connection, as a service does with idle ones. */
    void close_all(reply::ending how = reply::ending::eof);

    /** Let reads give so many bytes at most. */
    void limit_reads(std::size_t bytes)
    {
        read_limit_ = bytes;
    }

    /** Let the next write fail after so many bytes have been taken. */
    void fail_next_write(std::size_t after)
    {
        failing_write_ = after;
    }

    std::vector<seen_request> const& requests() const noexcept
    {
        return requests_;
    }

    std::size_t requests_for(std::string const& task_id) const;

    std::size_t connects() const noexcept
    {
        return connects_;
    }

    std::size_t open_connections() const noexcept;

    /** Most connections that were open at once. */
    std::size_t most_open() const noexcept
    {
        return most_open_;
    }

private:
    class scripted_connection;

    reply decide(seen_request const& request);

    endpoint service_;
    boost::asio::any_io_executor executor_;
    virtual_clock& time_;
    std::map<std::string, std::deque<reply>> answers_;
    std::function<reply(seen_request const&)> others_;
    std::deque<connect_failure> connect_failures_;
    std::function<connect_plan()> connects_with_;
    std::vector<scripted_connection*> open_;
    std::vector<seen_request> requests_;
    std::chrono::nanoseconds connect_delay_{};
    std::size_t read_limit_{65536};
    std::optional<std::size_t> failing_write_;
    std::size_t connects_{0};
    std::size_t most_open_{0};
};

}  // namespace batch_cancel::test
