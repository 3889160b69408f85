#include <batch_cancel/journal_file.hpp>

#include "journal/interrupted_journal_impl.hpp"
#include "journal/journal_file_impl.hpp"
#include "journal/record_order.hpp"

#include <batch_cancel/errc.hpp>
#include <batch_cancel/journal_reader.hpp>

#include <boost/asio/this_coro.hpp>

#include <unistd.h>
#include <utility>

namespace batch_cancel
{

namespace asio = boost::asio;

namespace
{

// The record of a process that goes on with a run: what it leaves open is the run's, and the rest must not be another's, since
// nobody could read the journal then.
run_record next_process(interrupted_journal const& journal, run_record process)
{
    journal_reader reader(journal);
    journal_record record;
    reader.next(record);
    auto begun = record.run;
    // The tenant may have become known later.
    while (begun.tenant.empty() && !process.tenant.empty() && reader.next_but_results(record))
    {
        if (record.type == record_type::run)
            begun.tenant = record.run.tenant;
    }
    if (process.run_id.empty())
        process.run_id = begun.run_id;
    if (process.endpoint.empty())
        process.endpoint = begun.endpoint;
    if (process.api_version.empty())
        process.api_version = begun.api_version;
    if (auto const found = journal_format::other_run(begun, process); !found.empty())
        throw described_error(errc::other_run, "cannot resume the run of " + journal.path().string() + ": " + found);
    return process;
}

}  // namespace

journal_file::journal_file(std::filesystem::path path, run_record const& run, journal_file_options options)
{
    auto file = journal_format::create_locked(path);
    try
    {
        impl_ = std::make_shared<impl>(std::move(file), path, run, options, impl::durability::synced);
        impl_->begin(run);
    }
    catch (...)
    {
        ::unlink(path.c_str());  // it is ours, and holds nothing yet
        throw;
    }
}

journal_file::journal_file(interrupted_journal from, run_record const& run, journal_file_options options)
{
    auto const process = next_process(from, run);
    impl_ = std::make_shared<impl>(std::move(from.impl_->file), std::move(from.impl_->path), process, options,
                                   impl::durability::synced);
    impl_->cut_off_torn_line();
    impl_->begin(process);
}

journal_file::journal_file(std::shared_ptr<impl> made) noexcept
    : impl_(std::move(made))
{
}

journal_file journal_file::keep_finished(interrupted_journal from, run_record const& run, journal_file_options options)
{
    auto const process = next_process(from, run);
    auto made = std::make_shared<impl>(std::move(from.impl_->file), std::move(from.impl_->path), process, options,
                                       impl::durability::never_synced);
    made->is_finished = true;
    return journal_file(std::move(made));
}

journal_file journal_file::create_temporary(run_record const& run, journal_file_options options)
{
    auto made = std::make_shared<impl>(journal_format::create_nameless(), std::filesystem::path(), run, options,
                                       impl::durability::never_synced);
    made->begin(run);
    return journal_file(std::move(made));
}

void journal_file::try_create(std::filesystem::path const& path)
{
    journal_format::remove_name(journal_format::create_locked(path), path);
}

journal_file::journal_file(journal_file&&) noexcept = default;

journal_file& journal_file::operator=(journal_file&& other) noexcept
{
    std::swap(impl_, other.impl_);
    return *this;
}

journal_file::~journal_file()
{
    if (impl_)
        impl_->close();
}

void journal_file::begin(pair const&)
{
    impl_->throw_if_finished();
    if (impl_->takes_notes())
        ++impl_->begun;
}

void journal_file::admit(pair const& admitted)
{
    impl_->throw_if_finished();
    if (impl_->takes_notes())
        impl_->noted.admitted(admitted);
}

void journal_file::wait(result const& so_far)
{
    impl_->throw_if_finished();
    if (!impl_->takes_notes())
        return;
    impl_->note_begun();
    impl_->noted.waiting(so_far);
}

void journal_file::pause(std::chrono::system_clock::time_point until)
{
    impl_->throw_if_finished();
    if (impl_->takes_notes())
        impl_->note_pause(until);
}

void journal_file::settle(result const& settled)
{
    impl_->throw_if_finished();
    if (impl_->takes_notes())
        impl_->noted.result(settled);
}

void journal_file::leave(pair const& left)
{
    impl_->throw_if_finished();
    if (!impl_->takes_notes())
        return;
    impl_->run_has_stopped = true;
    impl_->note_begun();
    impl_->noted.unprocessed(left);
}

void journal_file::reject(rejected_line const& rejected)
{
    impl_->throw_if_failed();
    impl_->throw_if_finished();
    if (!impl_->takes_notes())
        return;
    impl_->noted.rejected(rejected);
    impl_->write_much();
}

void journal_file::note(input_counts const& counts)
{
    impl_->throw_if_finished();
    if (impl_->takes_notes())
        impl_->note_input(counts);
}

asio::awaitable<void> journal_file::commit()
{
    auto const self = impl_;
    self->throw_if_failed();
    if (self->is_finished || self->is_settled())
        co_return;
    auto const executor = co_await asio::this_coro::executor;
    self->flush(executor);
    self->throw_if_failed();
}

asio::awaitable<void> journal_file::plan(std::span<pair const> block)
{
    auto const self = impl_;
    self->throw_if_failed();
    self->throw_if_finished();
    // Pairs that were planned and not begun would be taken for those that begin next.
    if (self->run_has_stopped)
        throw described_error(errc::journal_not_writable, "the run of the journal " + self->path.string() +
                                                              " has stopped; continue it with resume_run");
    // The block is written and synced even if the run stops meanwhile: others wait for the same sync.
    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    for (auto const& each : block)
        self->noted.planned(each);
    auto const executor = co_await asio::this_coro::executor;
    self->flush(executor);
    co_await self->until_synced();
    co_await asio::this_coro::throw_if_cancelled(throws);
    self->throw_if_failed();
}

asio::awaitable<void> journal_file::finish(boost::system::error_code error, summary const& made)
{
    if (!error && !impl_->is_finished)
        impl_->note_whole_input(made.pairs.pairs);
    return finish(impl_->end_of_process(error, made));
}

asio::awaitable<void> journal_file::finish(run_end end)
{
    auto const self = impl_;
    self->throw_if_failed();
    if (std::exchange(self->is_finished, true))
        co_return;
    self->note_begun();
    self->noted.end(end);
    auto const executor = co_await asio::this_coro::executor;
    co_await self->finish(executor);
}

void journal_file::discard() noexcept
{
    if (!impl_->path.empty())
        journal_format::remove_name(impl_->file(), impl_->path);
}

std::filesystem::path const& journal_file::path() const noexcept
{
    return impl_->path;
}

journal_file_statistics journal_file::statistics() const noexcept
{
    return impl_->done;
}

}  // namespace batch_cancel
