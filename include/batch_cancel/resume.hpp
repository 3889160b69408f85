#pragma once

#include <batch_cancel/journal_file.hpp>
#include <batch_cancel/journal_record.hpp>
#include <batch_cancel/journal_totals.hpp>
#include <batch_cancel/options.hpp>
#include <batch_cancel/pair_source.hpp>
#include <batch_cancel/transport.hpp>

#include <filesystem>
#include <memory>

namespace batch_cancel
{

/** Describe a new run for the first record of its journal: a fresh id, the time, the transport's service and the API version of
    the engine's options. Add tenant, user, host and carried columns if there are any. */
run_record new_run(transport const& transport, engine_options const& options);

/** A stopped or killed run that this process has taken over: what an engine needs to finish it.

    @code
    auto resumed = batch_cancel::resume_run("run.jsonl", input, *transport, options);
    batch_cancel::engine engine(executor, resumed.options(), {.transport = transport.get(), …, .journal = &resumed.journal()});
    auto [error, done] = co_await engine.async_run(resumed.pairs(), results, asio::as_tuple(asio::use_awaitable));
    co_await resumed.journal().finish(error, done);
    @endcode

    Owns the journal and what is known of its pairs (32 to 64 bytes each). Must outlive the run.

    @par Thread safety  Used on the run's strand, or while no run is under way. */
class resumed_run
{
public:
    resumed_run(resumed_run&&) noexcept;
    resumed_run& operator=(resumed_run&&) noexcept;
    ~resumed_run();

    /** The pairs without outcome: first those that may have been sent, with their history, then those of the input that the
        journal does not know to be settled. A pair that the input repeats is given once.

        @par Errors  Its read throws what the input throws; at the input's end described_error with errc::input_incomplete if a
                     pair is missing that the journal knows. The pairs that were given are sent all the same. */
    pair_source& pairs() noexcept;

    /** Where the run is recorded from now on. Its first record of this process has been written; of a finished run nothing is. */
    journal_file& journal() noexcept;

    /** Those that were given, with `paused_for` set to what is left of a pause that the service asked an earlier process for. */
    engine_options const& options() const noexcept;

    /** The totals of all processes before this one. */
    journal_sums const& before() const noexcept;

private:
    class impl;

    friend resumed_run resume_run(std::filesystem::path const&, pair_source&, transport const&, engine_options,
                                  journal_file_options);

    explicit resumed_run(std::unique_ptr<impl> made) noexcept;

    std::unique_ptr<impl> impl_;
};

/** Take over the run of a journal: lock and read it, drop a last line that was cut off, and record that another process works
    on it. Run id, carried columns, tenant and shard are those of the journal. Blocks while it reads (2.5 s for a million
    pairs).

    A finished run can be resumed too: then `pairs` has none, whatever the input holds, and the journal stays as it is.

    @param path     The journal's file.
    @param input    The run's whole input again, in any order; more pairs than before are welcome. Not owned: must live as long
                    as the result. Read on the run's strand, once.
    @param transport  That of the engine. Its service must be that of the journal; nothing is sent here.
    @param options  Of the engine. The API version must be that of the journal.
    @param journal  How the journal is kept from now on.
    @par Errors  Throws system_error, and has then changed nothing: errc::journal_in_use, errc::journal_not_readable (damaged, or
                 no journal), errc::other_run (another service or API version), or the system's code, with the path in its text.
                 std::invalid_argument: an option is out of its bounds. errc::journal_not_writable is thrown too if only the new
                 record cannot be written; all earlier records stand. */
resumed_run resume_run(std::filesystem::path const& path, pair_source& input, transport const& transport,
                       engine_options options, journal_file_options journal = {});

}  // namespace batch_cancel
