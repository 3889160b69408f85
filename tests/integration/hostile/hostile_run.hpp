#pragma once

#include "net/wait_list.hpp"
#include "support/engine_fixture.hpp"
#include "support/fault_server.hpp"
#include "support/hurried_clock.hpp"
#include "support/temp_file.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/tls_transport.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace batch_cancel::test
{

/** Most bytes that one answer may cost: header, body, what is neither, and a read buffer that was full when a bound was met
    (contract, section 6). */
inline constexpr std::size_t most_bytes_of_an_answer = (48 + 1024 + 64 + 128) * 1024;

/** What operating system and TLS may hold in between, on loopback. */
inline constexpr std::size_t most_bytes_under_way = 8 * 1024 * 1024;

/** Ids "prefix-1" to "prefix-N". */
std::vector<std::string> numbered(std::string const& prefix, std::size_t count);

/** A transport that counts what is read through another one. */
class counted_transport final : public transport
{
public:
    /** @param counted  Owned. */
    counted_transport(boost::asio::io_context& context, std::unique_ptr<transport> counted);

    boost::asio::awaitable<connect_result> connect() override;

    /** Bytes read from the connection that gave most. */
    std::size_t most_read() const noexcept
    {
        return most_read_;
    }

    std::size_t open() const noexcept
    {
        return open_;
    }

    std::size_t connects() const noexcept
    {
        return connects_;
    }

    /** Suspend every connect that has worked until `release`. */
    void hold()
    {
        is_held_ = true;
    }

    /** From any thread. */
    void release();

private:
    class counted_connection;

    boost::asio::io_context& context_;
    std::unique_ptr<transport> counted_;
    net::wait_list held_;
    std::size_t most_read_{0};
    std::size_t open_{0};
    std::size_t connects_{0};
    bool is_held_{false};
};

/** Pairs that come only when they are let go, one by one. */
class gated_pairs final : public pair_source
{
public:
    gated_pairs(boost::asio::io_context& context, std::vector<pair> pairs);

    boost::asio::awaitable<std::size_t> read_some(std::span<pair> into) override;

    /** Let another pair go. From any thread. */
    void let_go();

private:
    boost::asio::io_context& context_;
    std::vector<pair> pairs_;
    std::size_t next_{0};
    std::size_t allowed_{0};
    net::wait_list waiting_;
};

/** The engine, over real TLS on loopback, against a fault server; twenty times as fast as the clock. */
class hostile_run
{
public:
    explicit hostile_run(engine_options wanted = {});

    /** Cancel tasks of one job, to the end of the run; then hold what the engine says against what the server knows. */
    void cancel(std::vector<std::string> const& tasks);

    /** As above, with a source that gives those tasks. */
    void cancel(pair_source& pairs, std::vector<std::string> const& tasks);

    /** The result of a task. Fails the test if there is not exactly one. */
    result const& result_of(std::string const& task) const;

    boost::system::error_code error() const
    {
        return ended_.value().first;
    }

    summary const& made() const
    {
        return ended_.value().second;
    }

    counted_transport const& wire() const
    {
        return *transport_;
    }

    /** The texts of all events of a kind. */
    std::vector<std::string> events_of(engine_event::kind kind) const;

    boost::asio::io_context context{1};
    identity root = make_authority();
    identity shown = make_certificate({}, &root);
    fault_server server{shown};
    temp_file root_file{root.certificate_pem()};
    hurried_clock time{20};
    std::unique_ptr<token_source> tokens = make_fixed_token("token-1");
    noted_journal journal{};
    result_list results{};
    engine_options options;
    tls_transport_options connecting{};
    /** Connects are held until `release_connects`. */
    bool holds_connects = false;

    /** Let held connects go. From any thread. */
    void release_connects();

private:
    std::unique_ptr<counted_transport> transport_;
    std::vector<std::pair<engine_event::kind, std::string>> events_;
    std::optional<std::pair<boost::system::error_code, summary>> ended_;
};

}  // namespace batch_cancel::test
