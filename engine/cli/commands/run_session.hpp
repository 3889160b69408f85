#pragma once

#include "cli/commands/event_log.hpp"
#include "cli/commands/journal_tally.hpp"
#include "cli/commands/rejection_log.hpp"
#include "cli/commands/resumption.hpp"
#include "cli/commands/run_ending.hpp"
#include "cli/commands/signal_watch.hpp"
#include "cli/console/console.hpp"
#include "cli/input/pair_input.hpp"
#include "cli/options/run_options.hpp"
#include "cli/progress/progress_text.hpp"
#include "cli/render/journal_report.hpp"
#include "cli/service/service_access.hpp"

#include <batch_cancel/engine.hpp>
#include <batch_cancel/journal_file.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace batch_cancel::cli
{

/** One process of a run, from the first request to the last record of the journal. */
class run_session
{
public:
    /** Open the journal.

        @param context  Run by this object alone.
        @param expected  What the first look at the input has found.
        @param resumed   The run that is gone on with; null begins one. Must outlive this object.
        @par Errors  Throws system_error: the journal cannot be made. Nothing has been sent. std::invalid_argument. */
    run_session(boost::asio::io_context& context, run_options const& options, service_access& service,
                pair_input& input, input_counts const& expected, rejection_log& rejections, console& out,
                resumption* resumed);

    /** Run, to its end or a stop. Watches signals meanwhile. */
    run_ending run();

    /** What the run has come to, for its summary. */
    report_facts facts() const;

    /** Tell whether there is still a journal when this object has gone. It removes a new one if nothing was sent. */
    bool keeps_journal() const noexcept
    {
        return journal_ && !unsent_ && !journal_->path().empty();
    }

    /** Null if none is written. */
    journal_file const* journal() const noexcept
    {
        return journal_ ? &*journal_ : nullptr;
    }

private:
    // Takes a journal's file away, before the lock on it goes.
    struct discarding
    {
        void operator()(journal_file* journal) const noexcept
        {
            journal->discard();
        }
    };

    boost::asio::awaitable<void> conduct();
    boost::asio::awaitable<void> close_books();
    boost::asio::awaitable<void> record_left_over();
    boost::asio::awaitable<void> commit_left_over();
    boost::asio::awaitable<void> limit_drain();
    boost::asio::awaitable<void> show_progress();
    std::size_t read_left_over(std::span<pair> into);
    void on_signal(int number);
    void tell_progress();
    void note_rejected(rejected_line const& rejected);
    void note_failure(std::exception_ptr failed);
    void judge();
    void check_input_is_whole();
    bool has_sent_nothing() const noexcept;
    input_counts counts() const;
    input_counts input_of_run() const;
    pair_totals pairs_of_run() const;
    std::optional<journal_sums> recorded_sums() const;

    run_options const& options_;
    service_access& service_;
    pair_input& input_;
    rejection_log& rejections_;
    rejection_counts rejected_;  // by this process's reading of the input
    console& out_;
    boost::asio::io_context& context_;
    resumption const* resumed_;
    input_counts const expected_;
    std::uint64_t missing_{0};            // pairs of the first look that the input has no more
    std::optional<std::uint64_t> total_;  // pairs, if all of the input could be counted before
    rate_meter meter_;

    // From before there is a journal: who finds one learns how the run ended.
    signal_watch signals_;

    run_record begun_;
    boost::asio::thread_pool disk_{1};  // comes to rest after the journal has gone, and before the context goes
    std::optional<journal_file> journal_;
    std::unique_ptr<journal_file, discarding> unsent_;  // the new journal, as long as it is of no use to anybody
    journal_tally tally_;
    event_log events_;
    std::unique_ptr<transport> transport_;
    engine engine_;

    boost::asio::steady_timer drain_timer_;
    boost::asio::steady_timer progress_timer_;
    std::chrono::steady_clock::time_point signal_time_{};
    int signal_{0};          // the first that came
    bool aborting_{false};   // a second one came
    bool is_sending_{true};  // a timer may ring just before it is cancelled: who waits for one looks at this too

    std::chrono::steady_clock::time_point start_{};
    boost::system::error_code error_;
    summary summary_;
    bool journal_failed_{false};
    input_stop stopped_input_{input_stop::none};
    std::string stop_cause_;
    std::optional<journal_sums> recorded_;  // what the journal's readers will say, if that may be something else
    run_end end_;
    run_ending ending_;
};

}  // namespace batch_cancel::cli
