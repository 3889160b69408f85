#pragma once

#include <batch_cancel/journal.hpp>
#include <batch_cancel/result_sink.hpp>
#include <batch_cancel/summary.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <span>

namespace batch_cancel::run
{

/** The order in which a pair becomes known: journal, then the counts, then the sink. Used on the run's strand. */
class recorder
{
public:
    /** @param log  May be null. */
    recorder(journal* log, result_sink& results)
        : log_(log)
        , results_(results)
    {
    }

    // Notes for the journal, if there is one; it says what each means.

    void begin(pair const& begun)
    {
        note([&](journal& log) { log.begin(begun); });
    }

    void admit(pair const& admitted)
    {
        note([&](journal& log) { log.admit(admitted); });
    }

    void wait(result const& so_far)
    {
        note([&](journal& log) { log.wait(so_far); });
    }

    void pause(std::chrono::system_clock::time_point until)
    {
        note([&](journal& log) { log.pause(until); });
    }

    void settle(result const& settled)
    {
        note([&](journal& log) { log.settle(settled); });
    }

    void leave(pair const& left)
    {
        note([&](journal& log) { log.leave(left); });
    }

    /** Have it last that these pairs may be begun. Throws as commit. */
    boost::asio::awaitable<void> plan(std::span<pair const> block);

    /** How many notes the journal was given. */
    std::uint64_t notes() const noexcept
    {
        return notes_;
    }

    /** The first so many notes are committed. */
    bool has_committed(std::uint64_t notes) const noexcept
    {
        return committed_ >= notes;
    }

    /** Commit all notes, and what others have noted in the journal. Throws described_error with errc::journal_not_writable,
        its text that of the journal. */
    boost::asio::awaitable<void> commit();

    /** Count a result at once; the sink then takes it.
        @param settled  Must live until the sink has taken it.
        @pre its note has been committed */
    boost::asio::awaitable<void> confirm(result const& settled);

    pair_totals const& totals() const noexcept
    {
        return totals_;
    }

    latency_histogram const& latency() const noexcept
    {
        return latency_;
    }

private:
    template <class Note>
    void note(Note const& write)
    {
        if (log_ == nullptr)
            return;
        try
        {
            write(*log_);
        }
        catch (std::exception const& failed)
        {
            refuse(failed);
        }
        ++notes_;
    }

    /** Throws described_error with errc::journal_not_writable and the journal's text. */
    [[noreturn]] static void refuse(std::exception const& failed);

    journal* log_;
    result_sink& results_;
    pair_totals totals_;
    latency_histogram latency_;
    std::uint64_t notes_{0};
    std::uint64_t committed_{0};
};

}  // namespace batch_cancel::run
