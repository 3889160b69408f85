#include <batch_cancel/engine.hpp>

#include "net/shutdown_hook.hpp"
#include "run/run.hpp"

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <stdexcept>
#include <utility>

namespace batch_cancel
{

namespace asio = boost::asio;

namespace
{

asio::any_io_executor checked(asio::any_io_executor executor)
{
    if (!executor)
        throw std::invalid_argument("the engine's executor must not be empty");
    return executor;
}

}  // namespace

class engine::impl : public std::enable_shared_from_this<impl>
{
public:
    impl(asio::any_io_executor executor, engine_options options, engine_parts parts)
        : executor_(checked(std::move(executor)))
        , strand_(options.executor_is_serial ? executor_ : asio::any_io_executor(asio::make_strand(executor_)))
        , options_(std::move(options))
        , parts_(std::move(parts))
        , hook_(executor_, [this] { let_go_of_context(); })
    {
        validate(options_);
        if (parts_.transport == nullptr)
            throw std::invalid_argument("engine_parts::transport must be given");
        if (parts_.token_source == nullptr)
            throw std::invalid_argument("engine_parts::token_source must be given");
    }

    void start(pair_source& pairs, result_sink& results, run_handler handler);
    void stop(stop_kind how);
    engine_progress progress() const;

    asio::any_io_executor const& executor() const noexcept
    {
        return executor_;
    }

private:
    struct operation;

    static void cancel(std::weak_ptr<operation> const& cancelled, asio::cancellation_type how);
    void begin(std::shared_ptr<operation> const& started, pair_source& pairs, result_sink& results);
    void finish(operation& ended, boost::system::error_code ec, summary made);
    void let_go_of_context();

    asio::any_io_executor executor_;
    asio::any_io_executor strand_;
    engine_options options_;
    engine_parts parts_;
    std::weak_ptr<run::run> current_;  // kept by its coroutines, so that it goes with their context
    engine_progress last_;
    net::shutdown_hook hook_;
};

/** One call of async_run. Kept by its run, so that the handler is destroyed after all that a coroutine of the run refers to. */
struct engine::impl::operation
{
    operation(std::shared_ptr<impl> of, run_handler to_call)
        : engine(std::move(of))
        , handler(std::move(to_call))
        , target(asio::get_associated_executor(handler, engine->executor_))
        , work(target)
    {
    }

    std::shared_ptr<impl> engine;
    run_handler handler;
    asio::any_completion_executor target;
    // The caller's context must not run out of work before it has had its answer.
    asio::executor_work_guard<asio::any_completion_executor> work;
    std::weak_ptr<run::run> run;  // none yet, or none at all if another was under way
};

void engine::impl::start(pair_source& pairs, result_sink& results, run_handler handler)
{
    if (!strand_)
        throw std::logic_error("the engine's execution context has been destroyed");
    if (!asio::get_associated_executor(handler, executor_))
        throw std::invalid_argument("the executor of a completion handler must not be empty");
    auto const started = std::make_shared<operation>(shared_from_this(), std::move(handler));
    auto slot = asio::get_associated_cancellation_slot(started->handler);
    if (slot.is_connected())
        slot.assign([weak = std::weak_ptr(started)](asio::cancellation_type how) { cancel(weak, how); });
    // Not begun from inside the caller's function: the handler must never be called there.
    asio::post(strand_, [started, &pairs, &results] { started->engine->begin(started, pairs, results); });
}

// Called where the handler's executor is, as a cancellation slot must be.
void engine::impl::cancel(std::weak_ptr<operation> const& cancelled, asio::cancellation_type how)
{
    auto const held = cancelled.lock();
    if (!held)
        return;
    bool const at_once = (how & asio::cancellation_type::terminal) != asio::cancellation_type::none;
    // Posted, so that it comes after the start.
    asio::post(held->engine->strand_,
               [held, at_once]
               {
                   if (auto const under_way = held->run.lock())
                       under_way->stop(at_once ? stop_kind::abort : stop_kind::drain);
               });
}

void engine::impl::begin(std::shared_ptr<operation> const& started, pair_source& pairs, result_sink& results)
{
    if (!current_.expired())
    {
        finish(*started, errc::already_running, {});
        return;
    }
    auto const under_way = std::make_shared<run::run>(strand_, options_, parts_, pairs, results);
    current_ = started->run = under_way;
    under_way->start(
        [started](boost::system::error_code ec, summary made)
        {
            auto& self = *started->engine;
            self.last_ = started->run.lock()->progress();
            self.current_.reset();
            self.finish(*started, ec, std::move(made));
        });
}

void engine::impl::finish(operation& ended, boost::system::error_code ec, summary made)
{
    asio::dispatch(ended.target,
                   [handler = std::move(ended.handler), ec, made = std::move(made)]() mutable
                   {
                       // Touched there alone: the caller may be about to emit.
                       asio::get_associated_cancellation_slot(handler).clear();
                       std::move(handler)(ec, std::move(made));
                   });
}

void engine::impl::stop(stop_kind how)
{
    if (!strand_)
        return;
    // Posted, so that it comes after the start of a run that was asked for before it.
    asio::post(strand_,
               [self = shared_from_this(), how]
               {
                   if (auto const under_way = self->current_.lock())
                       under_way->stop(how);
               });
}

// A strand must not outlive its context, as an engine may.
void engine::impl::let_go_of_context()
{
    strand_ = {};
    executor_ = {};
}

engine_progress engine::impl::progress() const
{
    auto const under_way = current_.lock();
    return under_way ? under_way->progress() : last_;
}

engine::engine(asio::any_io_executor executor, engine_options options, engine_parts parts)
    : impl_(std::make_shared<impl>(std::move(executor), std::move(options), std::move(parts)))
{
}

engine::engine(engine&&) noexcept = default;
engine& engine::operator=(engine&&) noexcept = default;
engine::~engine() = default;

asio::any_io_executor engine::get_executor() const noexcept
{
    return impl_ ? impl_->executor() : asio::any_io_executor{};
}

void engine::stop(stop_kind how)
{
    if (impl_)
        impl_->stop(how);
}

engine_progress engine::progress() const
{
    return impl_ ? impl_->progress() : engine_progress{};
}

void engine::start(std::shared_ptr<impl> self, pair_source& pairs, result_sink& results, run_handler handler)
{
    if (!self)
        throw std::logic_error("the engine has been moved from");
    auto& target = *self;
    target.start(pairs, results, std::move(handler));
}

}  // namespace batch_cancel
