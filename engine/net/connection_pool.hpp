#pragma once

#include "core/contact_rule.hpp"
#include "net/wait_list.hpp"
#include "traffic/backoff.hpp"

#include <batch_cancel/clock.hpp>
#include <batch_cancel/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::net
{

/** A connection and what is known of it. */
struct pooled_connection
{
    std::unique_ptr<batch_cancel::connection> stream;
    clock::time_point retires_at{};  // for front ends that drain, and names that move
    clock::time_point idle_since{};
    unsigned requests = 0;  // answered over it
};

/** Which connections will do. */
enum class freshness
{
    any,
    /** Only one that has not served before. */
    fresh,
};

/** Keeps idle connections for the next request, the last used first, and opens others when there is none.

    Used on one strand. Holds idle connections only: whoever has taken one owns it. */
class connection_pool
{
public:
    /** Whom to tell what happens. None may be empty. */
    struct reports
    {
        /** Each failure to connect. */
        std::function<void(connect_failure const&)> failed{};
        /** Each address that did not work before a connection did. */
        std::function<void(std::string const&)> address_failed{};
        /** Each new connection, and where it leads to. */
        std::function<void(std::string const&)> opened{};
    };

    /** @param transport  Not owned. */
    connection_pool(boost::asio::any_io_executor strand, transport& transport, clock& time,
                    traffic::random_bits& random, reports told);

    /** Take an idle connection that is still good, without waiting. */
    std::optional<pooled_connection> take_idle(clock::time_point now);

    /** Get a connection: an idle one if `wanted` allows it, or a new one as soon as the rule of contact lets one be tried.

        @return  None if the pool has been stopped, or if first contact has been given up (`gave_up`).
        @par Cancellation  Terminal ends a connect or a wait at once; `stop` first. */
    boost::asio::awaitable<std::optional<pooled_connection>> get(freshness wanted);

    /** Give a connection back that is in step and may serve again. */
    void give_back(pooled_connection idle, clock::time_point now);

    /** Take in that the first byte of an answer has come over a connection that was new. */
    void note_first_answer();

    /** Take in that the service refused a connection before its first answer, by an alert about the client's certificate:
        a failure to connect that came late. */
    void note_refusal(boost::system::error_code const& alert);

    /** Let nobody wait any more and close what is idle. */
    void stop();

    /** Why first contact was given up; none if it was not. */
    std::optional<connect_failure> const& gave_up() const noexcept
    {
        return gave_up_;
    }

    std::uint64_t opened() const noexcept
    {
        return opened_;
    }

private:
    boost::asio::awaitable<std::optional<pooled_connection>> open();
    void take_failure(connect_failure failure);
    void take_fault(pooled_connection const& lost);
    pooled_connection wrap(std::unique_ptr<batch_cancel::connection> stream);

    transport& transport_;
    clock& time_;
    traffic::random_bits& random_;
    reports told_;
    core::contact_rule rule_;
    wait_list waiting_;
    std::vector<pooled_connection> idle_;
    std::optional<connect_failure> gave_up_;
    std::uint64_t opened_{0};
    unsigned opening_{0};
    bool stopped_{false};
};

}  // namespace batch_cancel::net
