#pragma once

#include "journal/append_file.hpp"
#include "journal/record_writer.hpp"

#include <batch_cancel/journal_file.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>

namespace batch_cancel
{

/** Shared by the journal and the coroutine that syncs it, which may outlive the journal by a turn of the event loop. */
class journal_file::impl : public std::enable_shared_from_this<impl>
{
public:
    enum class durability
    {
        synced,
        never_synced,
    };

    impl(journal_format::descriptor file, std::filesystem::path path, run_record const& run,
         journal_file_options const& options, durability wanted);

    /** Write and sync the first record of this process. */
    void begin(run_record run);

    /** Take off a last line that was not written to its end. Whole lines stay, whatever they say. */
    void cut_off_torn_line();

    /** Note what a reading of the input has found. */
    void note_input(input_counts const& counts);

    /** Note that all of the input was so many pairs, unless more is known of it. */
    void note_whole_input(std::uint64_t pairs);

    /** What the last record says of a process that ended so. */
    run_end end_of_process(boost::system::error_code error, summary const& made) const;

    /** Note which pairs have been begun since the last time: one record for all of them. It goes before any that tells of one of
        them that it waits or is left. */
    void note_begun();

    /** Note that everyone is to wait. */
    void note_pause(std::chrono::system_clock::time_point until);

    /** Write what is noted if that is much. Throws if it cannot be written. */
    void write_much();

    /** There is nothing to write, nor written without a sync to come. */
    bool is_settled() const noexcept
    {
        return noted.text().empty() && begun == noted_begun_ && !owes_sync_;
    }

    /** Write what is noted; afterwards `failed` tells how it went. */
    void flush(boost::asio::any_io_executor const& executor);

    /** Wait until all that is written now is synced, or the journal has failed or closes. One waiter at a time. */
    boost::asio::awaitable<void> until_synced();

    /** Write what is noted, end the syncing and sync for the last time. */
    boost::asio::awaitable<void> finish(boost::asio::any_io_executor executor);

    /** Let the coroutine that syncs come to its end. */
    void close();

    void throw_if_failed() const;

    /** Throw if the last record of the process has been noted: what came behind it could not be read. */
    void throw_if_finished() const
    {
        if (is_finished)
            throw_finished();
    }

    bool takes_notes() const noexcept
    {
        return !failed_ && !closing_;
    }

    journal_format::descriptor const& file() const noexcept
    {
        return file_;
    }

    std::filesystem::path const path;
    journal_format::record_writer noted;
    std::uint64_t begun{0};       // pairs, in the order in which they were planned
    bool run_has_stopped{false};  // and left pairs over
    bool is_finished{false};      // its last record has been noted, or there is none to come
    journal_file_statistics done{};

private:
    // Put in and taken out whole: the handler's move assignment in Asio 1.81 calls itself without end.
    using waiter = std::optional<boost::asio::any_completion_handler<void()>>;

    [[noreturn]] void throw_finished() const;
    void write();
    void start_syncing(boost::asio::any_io_executor executor);
    static boost::asio::awaitable<void> keep_synced(std::shared_ptr<impl> self);
    boost::asio::awaitable<void> sync();
    boost::asio::awaitable<boost::system::error_code> sync_once();
    void syncing_ended(boost::asio::any_io_executor const& executor, std::exception_ptr error);
    static boost::asio::awaitable<void> until_woken(waiter& waiting);
    static void resume(waiter& waiting, boost::asio::any_io_executor const& executor);
    void end_wait();
    void fail(boost::system::error_code error) noexcept;

    // Somebody waits for records that are not synced.
    bool is_urgent() const noexcept
    {
        return unsynced() >= options_.sync_records || synced_records_ < wanted_records_;
    }

    std::uint64_t unsynced() const noexcept
    {
        return done.records - synced_records_;
    }

    journal_format::descriptor file_;
    journal_file_options options_;
    clock& clock_;
    durability const durability_;
    boost::system::error_code failed_{};
    clock::time_point started_;
    bool knows_input_{false};
    std::uint64_t noted_begun_{0};
    std::uint64_t synced_records_{0};
    std::uint64_t wanted_records_{0};  // somebody waits until so many are synced
    clock::time_point last_sync_{};
    std::weak_ptr<boost::asio::cancellation_signal> wake_;  // ends the wait of keep_synced
    waiter when_syncing_ended_;
    waiter when_synced_;
    bool syncing_{false};  // keep_synced runs
    bool waiting_{false};  // and waits for its time
    bool closing_{false};
    bool owes_sync_{false};  // something was written with no thought of syncing it
};

}  // namespace batch_cancel
