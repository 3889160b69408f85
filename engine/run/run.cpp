#include "run/run.hpp"

#include "run/failure.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace batch_cancel::run
{

namespace asio = boost::asio;

namespace
{

constexpr auto rest_of_throttle = std::chrono::milliseconds(250);

std::uint64_t seed_or_random(std::uint64_t seed)
{
    if (seed != 0)
        return seed;
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

run::run(asio::any_io_executor strand, engine_options const& options, engine_parts const& parts, pair_source& pairs,
         result_sink& results)
    : strand_(std::move(strand))
    , options_(options)
    , parts_(parts)
    , time_(parts.clock != nullptr ? *parts.clock : real_clock())
    , random_(seed_or_random(options.seed))
    , request_ids_(random_)
    , intake_(pairs)
    , recorder_(parts.journal, results)
    , credentials_(strand_, *parts.token_source)
    , pool_(strand_, *parts.transport, time_, random_,
            {.failed =
                 [this](connect_failure const& failure)
             {
                 dispatch_.on_connect_failure(failure.step);
                 emit({.what = engine_event::kind::connection_failed, .detail = failure.detail});
             },
             .address_failed = [this](std::string const& failed)
             { emit({.what = engine_event::kind::address_failed, .detail = failed}); },
             .opened = [this](std::string const& peer)
             { emit({.what = engine_event::kind::connection_opened, .detail = peer}); }})
    , limits_{{strand_, time_, options.attempt_timeout}, {strand_, time_, rest_of_throttle}}
    , turns_(strand_, time_, [this] { idle_.wake_one(); })
    , time_limit_(strand_, time_, [this] { keep_time(); })
    , idle_(strand_)
    , hungry_(strand_)
    , ended_(strand_)
    , requests_(parts.transport->service(), options)
    , dispatch_(options, random_, time_.now())
{
    for (std::size_t i = 0; i != options.max_in_flight; ++i)
        lanes_.emplace_back(bodies_);
}

void run::start(completion on_end)
{
    on_end_ = std::move(on_end);
    asio::co_spawn(strand_, conduct(),
                   [self = shared_from_this()](std::exception_ptr failed)
                   {
                       if (failed)
                           self->stop_because(failed, errc::part_failed);
                       self->complete();
                   });
}

// The run from its first to its last coroutine.
asio::awaitable<void> run::conduct()
{
    start_services();
    obey_dispatch();
    auto const on_end = [self = shared_from_this()](std::exception_ptr failed)
    {
        if (failed)
            self->stop_because(failed, errc::part_failed);
        --self->running_lanes_;
        self->ended_.wake_all();
    };
    running_lanes_ = 1 + lanes_.size();
    asio::co_spawn(strand_, supply(), asio::bind_cancellation_slot(interrupt_reading_.slot(), on_end));
    for (auto& each : lanes_)
        asio::co_spawn(strand_, work(each), asio::bind_cancellation_slot(each.interrupt.slot(), on_end));
    while (running_lanes_ > 0)
        co_await ended_.wait();

    std::exception_ptr failed;
    try
    {
        leave_unsettled();
        co_await recorder_.commit();
    }
    catch (...)
    {
        failed = std::current_exception();
    }
    if (failed)
        stop_because(failed, errc::part_failed);

    pool_.stop();
    limits_.whole.stop();
    limits_.rest_of_throttle.stop();
    turns_.stop();
    time_limit_.stop();
    while (running_services_ > 0)
        co_await ended_.wait();
}

void run::start_services()
{
    auto const on_end = [self = shared_from_this()]
    {
        --self->running_services_;
        self->ended_.wake_all();
    };
    running_services_ = 4;
    limits_.whole.start(on_end);
    limits_.rest_of_throttle.start(on_end);
    turns_.start(on_end);
    time_limit_.start(on_end);
    time_limit_.set(dispatch_.deadline());
}

// The deadline moves with every outcome; the alarm looks where it has got to.
void run::keep_time()
{
    dispatch_.check_time(time_.now());
    obey_dispatch();
    if (!is_stopping())
        time_limit_.set(dispatch_.deadline());
}

void run::stop(stop_kind how)
{
    if (!is_stopping())
        why_ = asio::error::operation_aborted;
    begin_stop(how == stop_kind::abort ? state::aborting : state::draining);
}

void run::stop_because(boost::system::error_code why, std::string detail)
{
    // The first cause stands, but for a journal that fails while another stop is under way.
    if (!is_stopping() || why == errc::journal_not_writable)
    {
        why_ = why;
        detail_ = std::move(detail);
    }
    begin_stop(state::draining);
}

void run::stop_because(std::exception_ptr const& why, errc otherwise)
{
    auto found = read_failure(why, otherwise);
    // A system_error may be made with a code that is none.
    stop_because(found.code ? found.code : make_error_code(otherwise), std::move(found.text));
}

void run::begin_stop(state to)
{
    if (to <= state_)
        return;
    state_ = to;
    pool_.stop();
    credentials_.stop();
    idle_.wake_all();
    hungry_.wake_all();
    if (is_reading_)
        interrupt_reading_.emit(asio::cancellation_type::terminal);
    for (auto& each : lanes_)
    {
        if (each.is_interruptible)
            each.interrupt.emit(asio::cancellation_type::terminal);
        if (state_ == state::aborting && each.is_exchanging)
            each.over->stream->close();
    }
}

// Pairs that were pulled and have no outcome: with the dispatch, in hand, or not begun.
void run::leave_unsettled()
{
    for (auto& waiting : dispatch_.take_all())
        leave(waiting);
    for (auto& each : lanes_)
    {
        if (each.has_settled)  // its outcome could not be written, so nobody can count on it
            leave_in_doubt(each.settled);
        if (!each.is_busy)
            continue;
        if (each.is_exchanging)  // its exchange ended with an exception: who knows what had been sent
        {
            ++requests_made_.sent;
            ++requests_made_.attempts;
            ++each.current.record.attempts;
            each.current.record.ambiguous = true;
        }
        leave(each.current);
    }
    core::ticket left;
    while (intake_.take(left.record.pair))
    {
        core::begin(left);
        leave(left);
    }
}

void run::leave(core::ticket& left)
{
    leave(left.record);
}

void run::leave(result& so_far)
{
    so_far.pair.ambiguous = so_far.ambiguous;
    so_far.pair.earlier_attempts = so_far.attempts;
    recorder_.leave(so_far.pair);
}

void run::leave_in_doubt(result& settled)
{
    settled.ambiguous = settled.ambiguous || settled.attempts > settled.pair.earlier_attempts;
    leave(settled);
}

engine_progress run::progress() const
{
    engine_progress now;
    now.pairs = recorder_.totals();
    now.pairs.pairs = intake_.pulled();
    now.pairs.unprocessed = now.pairs.pairs - now.pairs.settled();
    now.requests = requests_made_;
    now.requests.connections_opened = pool_.opened();
    now.in_flight = in_flight_;
    now.allowed_in_flight = dispatch_.allowed_in_flight();
    now.allowed_rate = dispatch_.allowed_rate();
    now.cause = dispatch_.cause();
    now.troubles = dispatch_.troubles();
    now.waiting = dispatch_.waiting();
    auto const wait = std::chrono::ceil<std::chrono::milliseconds>(dispatch_.pause_ends() - time_.now());
    now.paused_for = std::max(wait, wait.zero());
    return now;
}

void run::complete()
{
    auto const reached = progress();
    summary made;
    made.pairs = reached.pairs;
    made.requests = reached.requests;
    made.latency = recorder_.latency();
    made.detail = detail_;
    // A stop that came when all was done has stopped nothing.
    bool const is_whole = intake_.has_ended() && reached.pairs.unprocessed == 0;
    bool const was_for_the_rest = why_ == asio::error::operation_aborted || why_ == errc::halted ||
                                  why_ == errc::patience_exhausted || why_ == errc::out_of_time;
    if (is_whole && was_for_the_rest)
        why_ = {};
    // The engine may outlive its run, which then needs no token.
    forget_old_tokens();
    requests_.use_token({});
    credentials_.forget_all();
    auto on_end = std::move(on_end_);
    on_end(why_, std::move(made));
}

void run::emit(engine_event const& event) const
{
    if (parts_.on_event)
        parts_.on_event(event);
}

}  // namespace batch_cancel::run
