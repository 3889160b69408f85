#include "journal/journal_file_impl.hpp"

#include "journal/boot.hpp"
#include "journal/stop_name.hpp"
#include "model/later.hpp"
#include "net/shutdown_hook.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace batch_cancel
{

namespace asio = boost::asio;
using boost::system::error_code;
using boost::system::system_error;

namespace
{

constexpr std::size_t much = 1024 * 1024;

// Runs on the executor that may block.
asio::awaitable<error_code> sync_there(journal_format::descriptor const& file)
{
    co_return journal_format::sync_data(file);
}

}  // namespace

journal_file::impl::impl(journal_format::descriptor file, std::filesystem::path where, run_record const& run,
                         journal_file_options const& options, durability wanted)
    : path(std::move(where))
    , noted(run.carried)
    , file_(std::move(file))
    , options_(options)
    , clock_(options.clock != nullptr ? *options.clock : real_clock())
    , durability_(wanted)
    , started_(clock_.now())
{
    if (options.sync_interval <= clock::duration::zero())
        throw std::invalid_argument("journal_file_options::sync_interval must be greater than zero");
    if (options.sync_records == 0)
        throw std::invalid_argument("journal_file_options::sync_records must be at least 1");
}

void journal_file::impl::begin(run_record run)
{
    if (run.boot_id.empty())
        run.boot_id = journal_format::current_boot_id();
    noted.run(run);
    if (options_.counted)
        note_input(*options_.counted);
    auto const written = journal_format::append(file_, noted.text());
    auto error = written.error;
    if (!error && durability_ == durability::synced)
        error = journal_format::sync_data(file_);
    if (!error && durability_ == durability::synced)
        error = journal_format::sync_name(path);
    if (error)
        throw system_error(error, "cannot write the journal " + path.string());
    done = {.records = noted.records(),
            .bytes = noted.text().size(),
            .writes = written.writes,
            .syncs = durability_ == durability::synced ? 1u : 0u};
    synced_records_ = done.records;
    last_sync_ = clock_.now();
    noted.clear();
}

void journal_file::impl::cut_off_torn_line()
{
    // Looked for now, under the lock: whoever looked earlier may have missed lines that others have written since.
    error_code error;
    try
    {
        error = journal_format::cut(file_, journal_format::end_of_last_line(file_));
    }
    catch (system_error const& failed)
    {
        error = failed.code();
    }
    if (error)
        throw system_error(error, "cannot write the journal " + path.string());
    knows_input_ = true;  // or those before did not; what this process reads is not all
}

void journal_file::impl::note_input(input_counts const& counts)
{
    noted.input(counts);
    knows_input_ = true;
}

void journal_file::impl::note_whole_input(std::uint64_t pairs)
{
    if (takes_notes() && !knows_input_)
        note_input({.complete = true, .lines = pairs, .pairs = pairs});
}

run_end journal_file::impl::end_of_process(error_code error, summary const& made) const
{
    return {.time = clock_.wall_now(),
            .stopped_by = std::string(journal_format::stop_name(error)),
            .detail = made.detail,
            .pairs = made.pairs,
            .requests = made.requests,
            .wall = clock_.now() - started_};
}

void journal_file::impl::note_begun()
{
    if (begun != noted_begun_)
        noted.begun(begun - std::exchange(noted_begun_, begun), begun);
}

void journal_file::impl::note_pause(std::chrono::system_clock::time_point until)
{
    auto const wait = std::chrono::ceil<std::chrono::milliseconds>(until - clock_.wall_now());
    noted.pause(until, std::max(wait, wait.zero()));
}

void journal_file::impl::write_much()
{
    if (noted.text().size() < much)
        return;
    write();
    owes_sync_ = true;
    throw_if_failed();
}

void journal_file::impl::write()
{
    note_begun();
    auto const written = journal_format::append(file_, noted.text());
    done.records = noted.records();
    done.bytes += noted.text().size();
    done.writes += written.writes;
    noted.clear();
    if (written.error)
        fail(written.error);
}

void journal_file::impl::flush(asio::any_io_executor const& executor)
{
    write();
    owes_sync_ = false;
    if (failed_ || durability_ == durability::never_synced || closing_)
        return;
    if (!syncing_)
        start_syncing(executor);
    else if (is_urgent())
        end_wait();
}

asio::awaitable<void> journal_file::impl::until_synced()
{
    wanted_records_ = done.records;
    end_wait();
    while (syncing_ && takes_notes() && synced_records_ < wanted_records_)
        co_await until_woken(when_synced_);
}

void journal_file::impl::start_syncing(asio::any_io_executor executor)
{
    syncing_ = true;
    // The signal goes with the coroutine: it holds on to the executor, which the journal may outlive.
    auto const wake = std::make_shared<asio::cancellation_signal>();
    wake_ = wake;
    auto ended = [self = shared_from_this(), executor, wake](std::exception_ptr error)
    { self->syncing_ended(executor, std::move(error)); };
    asio::co_spawn(executor, keep_synced(shared_from_this()),
                   asio::bind_cancellation_slot(wake->slot(), std::move(ended)));
}

asio::awaitable<void> journal_file::impl::keep_synced(std::shared_ptr<impl> self)
{
    // The signal only ends a wait early.
    co_await asio::this_coro::throw_if_cancelled(false);
    while (self->takes_notes() && self->unsynced() > 0)
    {
        if (!self->is_urgent())
        {
            self->waiting_ = true;
            auto const due = model::later(self->last_sync_, self->options_.sync_interval);
            [[maybe_unused]] auto const ended = co_await self->clock_.wait_until(due);
            self->waiting_ = false;
            co_await asio::this_coro::reset_cancellation_state();
        }
        if (self->takes_notes())
            co_await self->sync();
    }
}

asio::awaitable<error_code> journal_file::impl::sync_once()
{
    if (!options_.blocking)
        co_return journal_format::sync_data(file_);
    auto const error = co_await asio::co_spawn(options_.blocking, sync_there(file_), asio::use_awaitable);
    co_return error;
}

asio::awaitable<void> journal_file::impl::sync()
{
    auto const covered = done.records;
    auto const error = co_await sync_once();
    ++done.syncs;
    last_sync_ = clock_.now();
    // Asked once more, the system would report success, whatever was lost: a failed sync is final.
    if (error)
        fail(error);
    else
        synced_records_ = covered;
    auto const executor = co_await asio::this_coro::executor;
    resume(when_synced_, executor);
}

void journal_file::impl::syncing_ended(asio::any_io_executor const& executor, std::exception_ptr error)
{
    syncing_ = false;
    if (error)
        fail(make_error_code(boost::system::errc::not_enough_memory));
    // Written after the last look, while this end was on its way.
    if (takes_notes() && unsynced() > 0)
        start_syncing(executor);
    resume(when_synced_, executor);
    if (!syncing_)
        resume(when_syncing_ended_, executor);
}

void journal_file::impl::resume(waiter& waiting, asio::any_io_executor const& executor)
{
    if (!waiting)
        return;
    asio::post(executor, [woken = std::move(*waiting)]() mutable { std::move(woken)(); });
    waiting.reset();
}

asio::awaitable<void> journal_file::impl::until_woken(waiter& waiting)
{
    auto const executor = co_await asio::this_coro::executor;
    // Who waits is kept by the journal, and keeps it.
    net::shutdown_hook const hook(executor,
                                  [&waiting]
                                  {
                                      auto const destroyed = std::move(waiting);
                                      waiting.reset();
                                  });
    auto keep = [&waiting](auto handler) { waiting.emplace(std::move(handler)); };
    co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(std::move(keep), asio::use_awaitable);
}

asio::awaitable<void> journal_file::impl::finish(asio::any_io_executor executor)
{
    close();
    flush(executor);
    if (syncing_)
        co_await until_woken(when_syncing_ended_);
    throw_if_failed();
    if (durability_ == durability::synced)
        co_await sync();
    throw_if_failed();
}

void journal_file::impl::close()
{
    closing_ = true;
    end_wait();
}

void journal_file::impl::end_wait()
{
    if (auto const wake = wake_.lock(); wake && waiting_)
        wake->emit(asio::cancellation_type::terminal);
}

void journal_file::impl::fail(error_code error) noexcept
{
    if (!failed_)
        failed_ = error;
}

void journal_file::impl::throw_if_failed() const
{
    if (failed_)
        throw system_error(failed_, "cannot write the journal " + path.string());
}

void journal_file::impl::throw_finished() const
{
    throw described_error(errc::journal_not_writable,
                          "the journal " + path.string() + " is finished, and takes no further records");
}

}  // namespace batch_cancel
