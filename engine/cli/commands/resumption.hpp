#pragma once

#include "cli/console/console.hpp"
#include "cli/options/run_options.hpp"
#include "cli/service/service_access.hpp"

#include <batch_cancel/interrupted_journal.hpp>
#include <batch_cancel/journal_file.hpp>
#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_remainder.hpp>
#include <batch_cancel/journal_totals.hpp>

#include <cstdint>
#include <filesystem>

namespace batch_cancel::cli
{

/** A run that is gone on with: its journal, which is ours alone from here on, and what is left to be done. */
class resumption
{
public:
    /** Open a journal and read it.
        @par Errors  Throws system_error. */
    explicit resumption(std::filesystem::path const& path);

    journal_remainder& known() noexcept
    {
        return known_;
    }

    journal_remainder const& known() const noexcept
    {
        return known_;
    }

    /** Tell whether others own the journal or may write to it, so that they decide what it says. */
    bool others_may_write() const noexcept
    {
        return others_may_write_;
    }

    /** What had been done before. */
    journal_sums const& before() const noexcept
    {
        return before_;
    }

    /** Read the journal once more. Before `take_journal`. */
    journal_reader read_again() const
    {
        return journal_reader{journal_};
    }

    /** Write on. Once. @par Errors  Throws described_error with errc::journal_not_writable. */
    journal_file take_journal(run_record const& process, journal_file_options options);

    /** Refuse an input that lacks a pair that the journal knows, or has fewer than the run once counted, after it has been
        read through.
        @par Errors  Throws input_error that names some of them. */
    void check_input(input_counts const& found);

private:
    void check_size(input_counts const& found) const;

    interrupted_journal journal_;
    bool others_may_write_;
    journal_reader reader_;
    journal_remainder known_;
    journal_sums before_;
};

/** Find where the input is read again. A finished run needs none.
    @par Errors  Throws usage_error: it was stdin, and nobody gives it again, or the journal names something else than an absolute
                 path of a regular file. */
void find_input(run_options& options, journal_remainder const& known, terminal_facts const& terminal);

/** Refuse to go on as another run than the one that was begun.
    @par Errors  Throws usage_error. */
void check_same_run(run_options const& options, journal_remainder const& known);

/** Refuse to go on with a token of another tenant, if both tell theirs.
    @par Errors  Throws usage_error. */
void check_same_tenant(service_access const& service, run_record const& begun);

}  // namespace batch_cancel::cli
