#pragma once

#include <batch_cancel/journal_reader.hpp>
#include <batch_cancel/journal_record.hpp>
#include <batch_cancel/summary.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace batch_cancel
{

/** What one journal says about its run as a whole. */
struct journal_overview
{
    std::filesystem::path path{};
    /** The first process. Its tenant is the first one that a process of the run knew. */
    run_record begun{};
    /** Processes that worked on the run, resumes included. */
    std::uint64_t processes = 0;
    /** How the last process ended. Without meaning unless `has_end`. */
    run_end end{};
    /** The last process wrote how it ended. If not, it was killed, or is at work. */
    bool has_end = false;
    /** The journal is being written. */
    bool in_use = false;
    /** The last complete reading of the input; the last one at all if none was complete. */
    input_counts input{};
    /** The first process, counted from 1, whose records of rejected lines stand. A later reading of the input that told all
        that it rejected makes those of earlier ones void; of several processes that stand, more than one may name a line. */
    std::uint64_t rejected_since = 1;
    /** Bytes of a torn last line that was left out. */
    std::uint64_t torn_bytes = 0;
    /** Pairs that it names, without an outcome in any of the journals. Of several journals that name a pair, the last has it. */
    std::uint64_t open = 0;
    /** Pairs of its input that it does not name; 0 if their number is not known. */
    std::uint64_t unnamed = 0;
};

/** Totals over all records of one or more journals. A sum that is too large for its type is the largest value of it. */
struct journal_sums
{
    pair_totals pairs{};
    /** Part of `pairs.unprocessed`: may have been sent. Comes on top of `pairs.ambiguous`. */
    std::uint64_t unprocessed_ambiguous = 0;
    /** Part of `pairs.unprocessed`: known only by number, since no record names them. */
    std::uint64_t unnamed = 0;
    /** Added up over the journals. */
    input_counts input{};
    /** Added up over the processes. Of a process that did not write its end: what its records tell, requests
        in flight included. */
    request_totals requests{};
    /** Of one journal: its processes' times added up. Of several: from the first start to the last end. */
    std::chrono::nanoseconds wall{};
    std::chrono::nanoseconds cpu{};
    /** Of the last attempt of every result, superseded ones included. */
    latency_histogram latency{};
    /** Results that a later result of the same pair took the place of: in another journal, or of a pair that a source has given
        more than once. */
    std::uint64_t superseded = 0;
};

/** Recomputes the totals of runs from the records of their pairs, each pair counted once: of several results the latest
    stands, and an ambiguity of any of them stays.

    A pair without a result is unprocessed. It is ambiguous if its process was killed while it was begun or admitted and not
    waiting, or if the machine was started again since and it had been planned; not, if the journal is being written just
    now. Needs some 32 to 64 bytes of memory a pair.

    @par Thread safety  Distinct objects: safe. One object: one call at a time. */
class journal_totals
{
public:
    journal_totals();
    journal_totals(journal_totals&&) noexcept;
    journal_totals& operator=(journal_totals&&) noexcept;
    ~journal_totals();

    /** Read a journal to its end and add what it says. At most 511 journals.
        @par Errors  As journal_reader::next; also errc::journal_not_readable if a pair has more results in it than it was planned in one
                     process. */
    void add(journal_reader& journal);

    /** One entry a journal, in the order in which they were added. */
    std::vector<journal_overview> const& journals() const noexcept;

    journal_sums sums() const;

    /** Begin to read the journals once more. */
    void begin_pass();

    /** Tell whether a record of an added journal is the one that stands for its pair, in a further reading of all of them:
        true exactly once for each pair that a record names, for its standing result or, without
        any, for one of its other records. False for records that are not about a pair.

        @param record  Its `settled.pair.ambiguous` and `settled.ambiguous` are set to what holds for the pair as a whole,
                       and so is `settled.pair.earlier_attempts` of a pair without result. */
    bool stands(journal_record& record);

    /** Tell which pair it is, if several of the journals name it.
        @return  The same number for every record of the pair; nothing if a single journal names it, or none. */
    std::optional<std::uint64_t> shared_number(pair const& named) const;

    /** Tell whether every result stands and every named pair has one, so that `stands` need not be asked. */
    bool is_plain() const;

private:
    class impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace batch_cancel
