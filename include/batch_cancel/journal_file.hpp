#pragma once

#include <batch_cancel/clock.hpp>
#include <batch_cancel/interrupted_journal.hpp>
#include <batch_cancel/journal.hpp>
#include <batch_cancel/journal_record.hpp>
#include <batch_cancel/summary.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace batch_cancel
{

/** How a journal is kept. */
struct journal_file_options
{
    /** Null takes the operating system's. Not owned: must outlive the journal. */
    batch_cancel::clock* clock = nullptr;

    /** Where the file is synced, since that may block for milliseconds: a thread pool. Empty syncs in line.
        Its threads must have come to rest before the run's executor is destroyed. */
    boost::asio::any_io_executor blocking{};

    /** Longest time that a record stays unsynced while the disk keeps up. Greater than zero. */
    std::chrono::steady_clock::duration sync_interval = std::chrono::milliseconds{100};

    /** Records after which a sync begins, whatever the time. At least 1. */
    std::uint64_t sync_records = 4096;

    /** What a first look at all of the input has found: is written along with the first record of the process. So it is known,
        however the process ends, that there are pairs which no record names. */
    std::optional<input_counts> counted{};
};

/** What a journal has done. */
struct journal_file_statistics
{
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    /** Calls to write(2). */
    std::uint64_t writes = 0;
    std::uint64_t syncs = 0;
};

/** The journal of a run: a JSON Lines file that only grows, locked against a second process.

    What has been noted goes out with one write a commit. After the first failure, of a write or of
    a sync, every commit throws and nothing more is written. A process that may meet a file size limit ignores SIGXFSZ.

    @par Thread safety  Used on the run's strand. Destroyed there, or when its executor has come to rest. */
class journal_file final : public journal
{
public:
    /** Create a journal, mode 0600, lock it and write its first record, synced.

        @par Errors  Throws system_error: errc::journal_exists (nothing is overwritten), or the system's code, with the path
                     in its text. std::invalid_argument: an option is out of its bounds. */
    journal_file(std::filesystem::path path, run_record const& run, journal_file_options options = {});

    /** Continue a journal: cut off a last line that was not written to its end, and write another record of the run, synced.
        `resume_run` does this and the rest of a resume.

        @param run   Of this process. Must be of the same run: run id, endpoint (unless it is simulated), API version, tenant,
                     shard and carried columns. An empty run id, endpoint or API version is taken from the journal.
        @par Errors  Throws system_error, and has then lost no record: errc::other_run, errc::journal_not_readable (it does not
                     begin as a journal does), or the system's code, with the path in its text. std::invalid_argument as above. */
    journal_file(interrupted_journal from, run_record const& run, journal_file_options options = {});

    /** Create a journal without a name in the directory for temporary files: it is gone with this object, and with the
        process however that ends. Read it with journal_reader(journal_file const&). It is never synced. */
    static journal_file create_temporary(run_record const& run, journal_file_options options = {});

    /** Check that a journal can be made at a path: make it, lock it, and remove it again.
        @par Errors  As the first constructor. */
    static void try_create(std::filesystem::path const& path);

    journal_file(journal_file&&) noexcept;
    journal_file& operator=(journal_file&&) noexcept;

    /** Closes the file. What was noted after the last commit is lost. */
    ~journal_file() override;

    /** Note the pairs, write, and wait until they are on the disk. One call at a time.
        @par Errors  As commit. errc::journal_not_writable: the run has stopped and left pairs over, and another one begins with
                     this object; it is to be resumed with resume_run. */
    boost::asio::awaitable<void> plan(std::span<pair const> block) override;

    /** @pre The pair is the first of those that `plan` has brought to the disk and that are not begun. */
    void begin(pair const& begun) override;
    void admit(pair const& admitted) override;
    void wait(result const& so_far) override;
    void pause(std::chrono::system_clock::time_point until) override;
    void settle(result const& settled) override;
    void leave(pair const& left) override;

    /** Write all that has been noted.

        @par Errors  Throws system_error with the system's code and the path, now and ever after. */
    boost::asio::awaitable<void> commit() override;

    /** Note a line of the input that is no pair. An input may be one such line after the other, so what is noted is written now
        and then, without a commit.
        @par Errors  As commit. */
    void reject(rejected_line const& rejected);

    /** Note what a reading of the input has found. */
    void note(input_counts const& counts);

    /** Write the last record of this process and all that has been noted, and sync. After it `plan` and every note throw
        errc::journal_not_writable, and another `finish` does nothing.

        @par Errors  As commit. */
    boost::asio::awaitable<void> finish(run_end end);

    /** As above, with what `engine::async_run` has completed with. */
    boost::asio::awaitable<void> finish(boost::system::error_code error, summary const& made);

    /** Remove the file from its folder, if its path still leads to it: for a run that has sent nothing, so that nobody needs its
        journal. The object keeps its lock, and can be used as before. */
    void discard() noexcept;

    /** Where it is; empty if it has no name. */
    std::filesystem::path const& path() const noexcept;

    journal_file_statistics statistics() const noexcept;

private:
    friend class journal_reader;
    friend class resumed_run;
    class impl;

    /** Keep the lock of a journal whose run is finished. Nothing is written to it. Errors as of the second constructor. */
    static journal_file keep_finished(interrupted_journal from, run_record const& run, journal_file_options options);

    explicit journal_file(std::shared_ptr<impl> made) noexcept;

    std::shared_ptr<impl> impl_;
};

}  // namespace batch_cancel
