#pragma once

#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_record.hpp>
#include <batch_cancel/journal_totals.hpp>
#include <batch_cancel/pair.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace batch_cancel
{

/** What is left to be done of a run that has stopped or was killed, by its journal.

    The pairs that were begun come from here, with their history, whatever the input says now. All others come from the
    input, which is read again, and each of its pairs is looked up with `meet`. Needs some 32 to 64 bytes of memory a pair.

    @par Thread safety  Distinct objects: safe. One object: one call at a time. */
class journal_remainder
{
public:
    /** What is to be done with a pair of the input. */
    enum class standing : std::uint8_t
    {
        /** It has no outcome yet: send it. */
        open,
        /** It is one of `begun`, which are sent without the input's help. */
        begun,
        /** It has an outcome: never send it again. */
        settled,
        /** It has been met in this reading before. */
        duplicate,
    };

    /** Read a journal, to its end.
        @par Errors  Throws as journal_reader::next. */
    explicit journal_remainder(journal_reader& journal);

    journal_remainder(journal_remainder&&) noexcept;
    journal_remainder& operator=(journal_remainder&&) noexcept;
    ~journal_remainder();

    /** What the journal says about the run: see journal_totals. The input's pairs are not in it. */
    journal_overview const& overview() const noexcept;
    journal_sums sums() const;

    /** What the last process wrote first about itself. Its tenant is the first one that a process of the run knew. */
    run_record const& last_run() const noexcept;

    /** The last process came to its end, and no pair is without outcome. */
    bool is_finished() const noexcept;

    /** How long the service has asked everyone to wait, from `now` on; zero if it has not, or the time has passed. Never longer
        than it was when it was asked, whatever has become of the wall clock since. */
    std::chrono::milliseconds rest_of_pause(std::chrono::system_clock::time_point now) const noexcept;

    /** Pairs without outcome that were or may have been sent: those with attempts, perhaps one in flight when a process was
        killed, and after a loss of power those that were planned. Ambiguity and attempts are those of all processes. */
    std::vector<pair> const& begun() const noexcept;

    /** Begin to read the input, once more. What its lines have said to be ambiguous stays so. */
    void begin_reading();

    /** Look up a pair of the input.
        @param read  Made ambiguous if the journal says so, or a line met before. */
    standing meet(pair& read);

    /** Pairs that the journal knows and that have not been met in this reading. */
    std::uint64_t unmet() const noexcept;

    /** Those, and pairs of earlier readings that have not been met in this one. */
    std::uint64_t missing() const noexcept;

    /** Tell whether the record's pair is one of those that are unmet. */
    bool is_unmet(pair const& known) const;

private:
    class impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace batch_cancel
