#include <batch_cancel/engine.hpp>

#include "run/run.hpp"

#include <boost/asio/append.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <stdexcept>
#include <utility>

namespace batch_cancel
{

namespace asio = boost::asio;

class engine::impl : public std::enable_shared_from_this<impl>
{
public:
    impl(asio::any_io_executor executor, engine_options options, engine_parts parts)
        : executor_(std::move(executor))
        , strand_(options.executor_is_serial ? executor_ : asio::any_io_executor(asio::make_strand(executor_)))
        , options_(std::move(options))
        , parts_(std::move(parts))
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
    void finish(run_handler handler, boost::system::error_code ec, summary made);

    asio::any_io_executor executor_;
    asio::any_io_executor strand_;
    engine_options options_;
    engine_parts parts_;
    std::shared_ptr<run::run> current_;
    engine_progress last_;
};

void engine::impl::start(pair_source& pairs, result_sink& results, run_handler handler)
{
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected())
    {
        slot.assign(
            [weak = weak_from_this()](asio::cancellation_type how)
            {
                bool const at_once = (how & asio::cancellation_type::terminal) != asio::cancellation_type::none;
                if (auto const self = weak.lock())
                    self->stop(at_once ? stop_kind::abort : stop_kind::drain);
            });
    }
    // The caller's context must not run out of work before it has had its answer.
    auto const target = asio::get_associated_executor(handler, executor_);
    auto work = asio::make_work_guard(target);
    // Not started from inside the caller's function: the handler must never be called there.
    asio::post(
        strand_,
        [self = shared_from_this(), &pairs, &results, handler = std::move(handler), work = std::move(work)]() mutable
        {
            auto const started =
                std::make_shared<run::run>(self->strand_, self->options_, self->parts_, pairs, results);
            self->current_ = started;
            started->start([self, work = std::move(work), handler = std::make_shared<run_handler>(std::move(handler))](
                               boost::system::error_code ec, summary made)
                           { self->finish(std::move(*handler), ec, std::move(made)); });
        });
}

void engine::impl::finish(run_handler handler, boost::system::error_code ec, summary made)
{
    last_ = current_->progress();
    current_.reset();
    asio::get_associated_cancellation_slot(handler).clear();
    auto const target = asio::get_associated_executor(handler, executor_);
    asio::dispatch(target, asio::append(std::move(handler), ec, std::move(made)));
}

void engine::impl::stop(stop_kind how)
{
    // Posted, so that it comes after the start of a run that was asked for before it.
    asio::post(strand_,
               [self = shared_from_this(), how]
               {
                   if (self->current_)
                       self->current_->stop(how);
               });
}

engine_progress engine::impl::progress() const
{
    return current_ ? current_->progress() : last_;
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
    return impl_->executor();
}

void engine::stop(stop_kind how)
{
    impl_->stop(how);
}

engine_progress engine::progress() const
{
    return impl_->progress();
}

void engine::start(std::shared_ptr<impl> self, pair_source& pairs, result_sink& results, run_handler handler)
{
    auto& target = *self;
    target.start(pairs, results, std::move(handler));
}

}  // namespace batch_cancel
