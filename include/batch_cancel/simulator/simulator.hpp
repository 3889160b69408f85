#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/** A Microsoft Graph of one's own, on loopback: the migration part of it, to test against and to measure with. */
namespace batch_cancel::simulator
{

/** What can go wrong with a request that was let in. "By chance" is decided by the seed, as all else. */
enum class fault_kind : std::uint8_t
{
    /** The connection is reset; nothing was carried out. */
    reset_before,
    /** Carried out; then the connection is reset before a byte of the answer. */
    reset_after,
    /** Never answered; carried out by chance. */
    stall,
    /** Carried out; the answer breaks off somewhere. */
    truncate,
    /** Answered with bytes that are no HTTP; carried out by chance. */
    garbage,
    /** Answered 500; carried out by chance. */
    status_500,
    /** Answered 503 without Retry-After; nothing was carried out. */
    status_503,
    /** Answered 504; carried out by chance. */
    status_504,
    /** Answered in full; then the connection is closed without a word. */
    close,
};

/** One kind of fault and the share of requests, 0 to 1, that meet it. */
struct fault
{
    fault_kind kind{};
    double share = 0;

    bool operator==(fault const&) const = default;
};

/** How long an answer is held back: evenly spread from `min` to `max`, both included. */
struct latency_range
{
    using duration = std::chrono::steady_clock::duration;

    duration min{};
    duration max{};

    bool operator==(latency_range const&) const = default;
};

/** A cancel of a single task, as it was judged. The texts are good during the call alone. */
struct cancel_seen
{
    /** As they were asked for, decoded. */
    std::string_view job_id{};
    std::string_view task_id{};
    /** The value of the Authorization header. */
    std::string_view authorization{};
    /** Of the answer; 0 if a fault leaves no readable one. Whether it arrives nobody knows here. */
    unsigned status = 0;
    /** The task was cancelled by it. */
    bool was_applied = false;
    std::optional<fault_kind> met{};
};

/** What is simulated. Checked by the server's constructor. */
struct options
{
    using duration = std::chrono::steady_clock::duration;

    /** Migration jobs. At least 1. */
    std::size_t jobs = 100;

    /** Tasks of each job. At least 1. */
    std::size_t tasks_per_job = 100;

    /** Share of the pairs, 0 to 1, whose task is past its deadline: 409. */
    double conflict_share = 0;

    /** Share of the pairs, 0 to 1, whose task is not in the job: 404. With `conflict_share` at most 1. */
    double missing_share = 0;

    /** Zero answers at once. */
    latency_range latency{};

    /** Requests let in a second, by a token bucket that holds one second's worth (at least one); the others get 429.
        0 lets all in. */
    double throttle_per_second = 0;

    /** Share of the requests, 0 to 1, that get 429 with `Retry-After: 1` by chance, however slowly they come. */
    double throttle_share = 0;

    /** Most requests in flight (read and not yet answered) that are served; one more gets 503 at once, without
        Retry-After. 0: any number. */
    std::size_t busy_above = 0;

    /** The only version of the API that has migrations, "v1.0" or "beta": a path of the other is answered 400, as Graph
        does. Empty: both have. */
    std::string only_version{};

    /** How long a token is taken. 0: for ever. */
    duration token_lifetime{};

    /** Their shares add up to 1 at most. */
    std::vector<fault> faults{};

    /** Everything random follows from this and the ids. */
    std::uint64_t seed = 1;

    /** Port on 127.0.0.1. 0 takes a free one. */
    std::uint16_t port = 0;

    /** TLS. Without it, plain HTTP. */
    bool secure = true;

    /** Any job id and any task id, not only the simulator's own, name a task; `missing_share` and `conflict_share` hold
        for those too. */
    bool knows_every_pair = false;

    /** Entries of a page for which no `$top` is given. 1 to 999. */
    std::size_t page_size = 20;

    /** A connection is closed, with `Connection: close`, after so many requests. 0: never. */
    std::size_t keep_alive_requests = 0;

    /** How long a cancelled task stays `pendingCancel` before it is `cancelled`. */
    duration cancel_settles_after = std::chrono::seconds{2};

    /** Called for each cancel of a single task, on the server's executor, before the first byte of its answer. Must not
        throw. */
    std::function<void(cancel_seen const&)> on_cancel{};
};

/** Check options. Throws std::invalid_argument that names the member and its bounds. */
void validate(options const& checked);

/** Read a share, "5%" or "0.5%", 0 to 100.
    @return  0 to 1.
    @par Errors  As all `parse_` functions here: std::invalid_argument that says what would be right. */
double parse_share(std::string_view text);

/** Read a time: "250us", "250ms", "30s", "5m", "2h", decimals allowed; "0" needs no unit. */
options::duration parse_duration(std::string_view text);

/** Read a time or a range of times, "40ms" or "10ms..40ms". */
latency_range parse_latency(std::string_view text);

/** Read a rate, "50/s" or "600/min". Greater than zero.
    @return  Per second. */
double parse_rate(std::string_view text);

/** Read faults, "reset-after=2%,500=1%". Kinds are `reset-before`, `reset-after`, `stall`, `truncate`, `garbage`, `500`,
    `503`, `504`, `close`, each once at most. */
std::vector<fault> parse_faults(std::string_view text);

/** The name of a kind, as `parse_faults` takes it. */
std::string_view to_string(fault_kind kind) noexcept;

/** What a server has seen since it was made. */
struct statistics
{
    /** HTTP requests read to their end. */
    std::uint64_t requests = 0;

    /** Cancels of single tasks among them; the next eight counts, together, are theirs. */
    std::uint64_t cancels = 0;
    /** 202, whether the answer arrived or not. */
    std::uint64_t accepted = 0;
    /** 409, as above. */
    std::uint64_t conflict = 0;
    /** 404, as above. */
    std::uint64_t not_found = 0;
    /** 429. */
    std::uint64_t throttled = 0;
    /** 503 for options::busy_above. */
    std::uint64_t busy = 0;
    /** 401. */
    std::uint64_t unauthorized = 0;
    /** Met a fault and were not carried out. */
    std::uint64_t lost = 0;
    /** Refused for their form: 405, 411; or for options::only_version: 400. */
    std::uint64_t refused = 0;

    /** Requests that met a fault. */
    std::uint64_t faults = 0;

    /** Requests made before a Retry-After had passed: by the connection that had been given it, or by another one of the
        same client 250 ms later (what comes sooner may have been under way). Clients differ in token, User-Agent or
        address. */
    std::uint64_t early = 0;

    /** Tasks for which a cancel was let in, and those of them with more than one. */
    std::uint64_t tasks_asked = 0;
    std::uint64_t tasks_asked_again = 0;
    /** Most cancels let in for one task. */
    std::uint64_t most_cancels_of_a_task = 0;

    std::uint64_t connections = 0;
    /** TLS handshakes that took up an earlier session; part of `connections`. */
    std::uint64_t sessions_resumed = 0;
    /** Connections open at once. */
    std::uint64_t most_connections = 0;
    /** Requests read and not yet answered, at once. */
    std::uint64_t most_requests_at_once = 0;
};

/** The simulated service: listens on 127.0.0.1 from its constructor on, and serves on the executor that it was given.

    Jobs and tasks have GUIDs that follow from the seed, and jobs also names ("Wave 001"). Nothing is kept of tasks that
    nobody has asked about; a task that was asked to be cancelled costs 20 to 40 bytes.

    @par Thread safety  Distinct servers: safe. One server: not at all. The executor must run one thing at a time (an
                    io_context run by one thread, or a strand), and the members are called there, or while nothing runs it. */
class server
{
public:
    /** Listen.

        @par Errors  std::invalid_argument: an option is out of its bounds. system_error: the port cannot be had. */
    explicit server(boost::asio::any_io_executor executor, options simulated = {});

    server(server&&) noexcept;
    server& operator=(server&&) noexcept;

    /** As stop(). */
    ~server();

    /** Close everything. What was in flight stays unanswered; the executor runs out of this server's work. */
    void stop();

    /** The root to talk to, "https://127.0.0.1:PORT". */
    std::string endpoint_url() const;
    std::uint16_t port() const noexcept;

    /** The root certificate to trust; made anew by each server. Empty without TLS. */
    std::string const& ca_certificate_pem() const noexcept;

    /** Issue a bearer token; good from now on for the lifetime in the options. */
    std::string token();

    /** Take none of the tokens any more that were issued so far. */
    void revoke_tokens();

    simulator::statistics statistics() const;

    /** Tell the id, or the name, of a job. `job` is less than options::jobs. */
    std::string job_id(std::size_t job) const;
    std::string job_name(std::size_t job) const;

    /** Tell the id of a task, which may be one of the missing. `task` is less than options::tasks_per_job. */
    std::string task_id(std::size_t job, std::size_t task) const;

    /** Write all pairs as CSV, `job_id,task_id` first; the missing ones are among them. */
    void write_pairs(std::ostream& out) const;

    /** Tell whether a cancel of this very task (not of its job) was carried out: a 202, sent or not. */
    bool was_applied(std::string_view job_id, std::string_view task_id) const;

private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace batch_cancel::simulator
