#pragma once

#include "core/dispatch.hpp"
#include "net/alarm.hpp"
#include "net/connection_pool.hpp"
#include "net/deadline_list.hpp"
#include "net/exchange.hpp"
#include "net/wait_list.hpp"
#include "run/credentials.hpp"
#include "run/intake.hpp"
#include "run/lane.hpp"
#include "run/recorder.hpp"
#include "traffic/backoff.hpp"
#include "wire/answer_body.hpp"
#include "wire/request_template.hpp"

#include <batch_cancel/engine.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/uuid/random_generator.hpp>

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel::run
{

/** One run: lanes that pull pairs, exchange, and record, until the source is empty or something stops them.

    Everything here happens on one strand. Each coroutine keeps the run alive, and who starts the run must not be kept alive by
    anything else: so it ends with its last coroutine, or with their context when that is destroyed. */
class run : public std::enable_shared_from_this<run>
{
public:
    using completion = std::function<void(boost::system::error_code, summary)>;

    run(boost::asio::any_io_executor strand, engine_options const& options, engine_parts const& parts,
        pair_source& pairs, result_sink& results);

    /** Start the lanes.
        @param on_end  Called once, on the strand, when nothing of the run is left. */
    void start(completion on_end);

    void stop(stop_kind how);

    engine_progress progress() const;

private:
    enum class state : std::uint8_t
    {
        running,
        /** Nothing new is sent. */
        draining,
        /** Connections are being closed. */
        aborting,
    };

    // Pairs: supply.cpp
    boost::asio::awaitable<void> supply();
    boost::asio::awaitable<void> read_ahead();
    void note_end();

    // Lanes: lane.cpp
    boost::asio::awaitable<void> work(lane& self);
    void take(lane& self);
    bool take_new(lane& self, clock::time_point now);
    void note_taken(lane& self, bool has_waited);
    void call_on(clock::time_point now);
    void settle(lane& self);
    void end_of_turn(lane& self);
    bool ends_here();

    // Attempts: attempt.cpp
    bool is_cleared(lane& self);
    boost::asio::awaitable<void> clearance(lane& self);
    boost::asio::awaitable<void> turn_to_send(lane& self);
    void forget_old_tokens();
    void begin_attempt(lane& self);
    bool end_attempt(lane& self, net::exchange_result const& exchanged);
    boost::asio::awaitable<bool> other_token(lane& self, std::uint64_t refused);
    boost::asio::awaitable<void> look_for_news(lane& self);
    boost::asio::awaitable<void> await_token(lane& self);
    void take_token();
    boost::asio::awaitable<void> refused(lane& self);
    core::fate take_answer(lane& self, net::exchange_result const& exchanged);
    core::fate take_loss(lane& self, net::exchange_result const& exchanged, bool was_reused);
    void put_back(lane& self, clock::time_point due);
    void note_wait(lane& self);
    void release(lane& self);
    void count_attempt(core::ticket& made, net::exchange_result const& exchanged);
    void go_on(lane& self, core::fate came_of);
    void tell(core::ticket const& asked, core::fate came_of);
    void obey_dispatch();
    void obey_pool();

    // Stopping: run.cpp
    boost::asio::awaitable<void> conduct();
    void start_services();
    void stop_because(boost::system::error_code why, std::string detail);
    void stop_because(std::exception_ptr const& why, errc otherwise);
    void keep_time();
    void begin_stop(state to);
    void leave_unsettled();
    void leave(core::ticket& left);
    void leave(result& so_far);
    void leave_in_doubt(result& settled);
    void complete();
    void emit(engine_event const& event) const;
    bool is_stopping() const noexcept
    {
        return state_ != state::running;
    }

    completion on_end_;  // first, so that it goes last: it may own what the rest refers to
    boost::asio::any_io_executor strand_;
    engine_options const& options_;
    engine_parts const& parts_;
    clock& time_;
    traffic::random_bits random_;
    boost::uuids::basic_random_generator<traffic::random_bits> request_ids_;

    intake intake_;
    recorder recorder_;
    credentials credentials_;
    net::connection_pool pool_;
    net::exchange_limits limits_;
    net::alarm turns_;       // rings when time alone allows something to be started
    net::alarm time_limit_;  // rings when the run may have gone on for too long
    net::wait_list idle_;    // lanes with nothing to do
    net::wait_list hungry_;  // the supply, while there is no room for more pairs
    net::wait_list ended_;   // whoever waits for lanes and services to end
    wire::request_template requests_;
    std::uint64_t prepared_token_{0};  // generation that `requests_` carries
    wire::answer_reader answers_;
    wire::answer_texts texts_;

    core::dispatch dispatch_;
    pace_cause told_cause_{pace_cause::unbounded};
    std::uint64_t told_token_{0};
    bool is_awaiting_token_{false};  // some lane looks for another one
    clock::time_point told_pause_{};

    wire::body_budget bodies_;
    std::deque<lane> lanes_;
    boost::asio::cancellation_signal interrupt_reading_;
    bool is_reading_{false};        // from the source
    std::size_t running_lanes_{0};  // and the supply
    std::size_t running_services_{0};
    std::size_t in_flight_{0};
    request_totals requests_made_;
    state state_{state::running};
    boost::system::error_code why_;
    std::string detail_;
};

}  // namespace batch_cancel::run
