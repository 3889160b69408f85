#pragma once

#include <batch_cancel/clock.hpp>
#include <batch_cancel/errc.hpp>
#include <batch_cancel/journal.hpp>
#include <batch_cancel/options.hpp>
#include <batch_cancel/pace_cause.hpp>
#include <batch_cancel/pair_source.hpp>
#include <batch_cancel/result_sink.hpp>
#include <batch_cancel/summary.hpp>
#include <batch_cancel/token_source.hpp>
#include <batch_cancel/transport.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace batch_cancel
{

/** Something that happened in a run and that an operator may want to see as it happens. */
struct engine_event
{
    enum class kind : std::uint8_t
    {
        /** The detail says where it leads to, if the transport knows. */
        connection_opened,
        connection_failed,
        /** A connection was opened, but an address that was tried before it did not work. */
        address_failed,
        /** An attempt ended without a final answer and its pair will be tried again. */
        attempt_failed,
        /** The service asked to wait; nothing is sent until then. */
        throttled,
        token_refused,
        token_renewed,
        /** How much is sent at once, or how fast, was cut back or set free; the detail says why. */
        pace_changed,
        /** The token is refused, and nothing is sent until there is another one; the detail says where it is looked for. */
        token_awaited,
    };

    kind what{};
    /** For people; no secret. The service's own words in it are not escaped. */
    std::string_view detail{};
    /** Of `attempt_failed` and `throttled`: the pair's record so far. Null otherwise. */
    result const* record = nullptr;
    /** Of `throttled`: how long. Of `token_awaited`: how long at most. */
    std::chrono::milliseconds wait{};
};

/** Where a run stands. */
struct engine_progress
{
    pair_totals pairs{};
    request_totals requests{};
    std::size_t in_flight = 0;
    /** Requests that may be in flight at present; at most engine_options::max_in_flight. 1 in an outage, when one request at a
        time is begun to find out whether it is over, beside those that are under way. */
    std::size_t allowed_in_flight = 0;
    /** Cancels that are sent in a second at most; 0 if there is no bound. */
    double allowed_rate = 0;
    pace_cause cause = pace_cause::unbounded;
    /** Of the last 100 responses, those that throttled, failed or did not come, for people: "HTTP 500: 22 of 100 responses".
        Empty if there is none. */
    std::string troubles{};
    /** Pairs that wait for their next attempt. */
    std::size_t waiting = 0;
    /** How long the service has asked everyone to wait, from now; zero if it has not. */
    std::chrono::milliseconds paused_for{};
};

/** What an engine is put together from. Nothing here is owned: all must outlive the engine's last run. */
struct engine_parts
{
    /** Required. */
    batch_cancel::transport* transport = nullptr;
    /** Required. */
    batch_cancel::token_source* token_source = nullptr;
    /** Null runs without a journal. One journal for each run. */
    batch_cancel::journal* journal = nullptr;
    /** Null takes the operating system's. */
    batch_cancel::clock* clock = nullptr;
    /** Called on the run's strand; must not throw. May be empty. */
    std::function<void(engine_event const&)> on_event{};
};

/** How a run is to stop. */
enum class stop_kind
{
    /** Nothing new is sent; what is in flight may end. */
    drain,
    /** What is in flight is abandoned; its pairs stay without outcome and may have been carried out. */
    abort,
};

/** Cancels pairs: any number of runs, one after the other, over one set of parts.

    Keeps no global state, starts no thread and writes to no stream. All its work is done on a strand of the given
    executor, which need not be single-threaded.

    An execution context that is destroyed while a run is under way takes the run with it: connections are closed, the handler
    is destroyed without a call, and the journal reads as after a kill. The engine can then only be destroyed. Handlers that a
    part of yours keeps outside of Asio must be destroyed no later than their context.

    @par Thread safety  Distinct engines: safe. One engine: `async_run` one at a time; `stop` from any thread. */
class engine
{
public:
    /** Put an engine together.

        @par Errors  std::invalid_argument: the executor is empty, an option is out of its bounds, or a required part is
                     missing. */
    engine(boost::asio::any_io_executor executor, engine_options options, engine_parts parts);

    engine(engine&&) noexcept;
    engine& operator=(engine&&) noexcept;

    /** A run still under way goes on; its parts must live until it has completed, or until its context is destroyed. */
    ~engine();

    /** Empty once the engine has been moved from or its context has been destroyed. */
    boost::asio::any_io_executor get_executor() const noexcept;

    /** Settle every pair of a source.

        Pulls pairs until the source is empty, cancels each, and puts every result exactly once, in order of settling.

        @param pairs    Not owned: must live until completion.
        @param results  Not owned: must live until completion.
        @param token    Handler signature `void(error_code, summary)`; never called from inside this function. Take one that
                        keeps the summary of a run that stopped short: a handler, or `asio::as_tuple(asio::use_awaitable)`.
                        Plain `use_awaitable` and `use_future` throw the error, and the summary is lost; so it is with the
                        loser of `a || b`.
        @par Cancellation  `terminal`: as stop(stop_kind::abort). `partial`, `total`: as stop(stop_kind::drain). Either
                        way the summary is valid, and pairs without outcome are in its `unprocessed`. Emit on the handler's
                        executor, as for any operation; the engine touches the cancellation slot there alone.
        @par Errors     None if every pair that the source gave has an outcome. Else what stopped the run: errc, the code of a
                        system_error thrown by source or sink, or `operation_aborted` after a stop that left pairs over. Each
                        equals condition::resumable or condition::misconfigured. A failed pair is no error.
                        errc::already_running, with an empty summary: another run of this engine is under way, and is not
                        touched. Throws std::invalid_argument for a handler with an empty executor, and std::logic_error for an
                        engine that was moved from or whose context was destroyed. */
    template <boost::asio::completion_token_for<void(boost::system::error_code, summary)> CompletionToken>
    auto async_run(pair_source& pairs, result_sink& results, CompletionToken&& token)
    {
        return boost::asio::async_initiate<CompletionToken, void(boost::system::error_code, summary)>(
            [](auto handler, std::shared_ptr<impl> self, pair_source* from, result_sink* to)
            { start(std::move(self), *from, *to, std::move(handler)); },
            token, impl_, &pairs, &results);
    }

    /** Stop the run under way, if there is one. The stronger of two stops holds. */
    void stop(stop_kind how);

    /** Look at the run under way, or at the end of the last one. Call on the run's strand (from `on_event`, a source or a
        sink), or while a single thread runs the executor. */
    engine_progress progress() const;

private:
    class impl;
    using run_handler = boost::asio::any_completion_handler<void(boost::system::error_code, summary)>;

    static void start(std::shared_ptr<impl> self, pair_source& pairs, result_sink& results, run_handler handler);

    std::shared_ptr<impl> impl_;
};

}  // namespace batch_cancel
