#pragma once

#include "counted_transport.hpp"

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
