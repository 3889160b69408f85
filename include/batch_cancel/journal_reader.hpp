#pragma once

#include <batch_cancel/journal_record.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace batch_cancel
{

class interrupted_journal;
class journal_file;

/** Reads the records of a journal, one after the other, in bounded memory.

    Reads up to the size that the file had when the reader was made, so that the journal of a running run is read as it
    stood then, and twice to the same end.

    @par Thread safety  Distinct readers: safe. One reader: one call at a time. */
class journal_reader
{
public:
    /** Open a journal.
        @par Errors  Throws system_error with the system's code, the path in its text. */
    explicit journal_reader(std::filesystem::path path);

    /** Read what a journal of this process has committed so far. */
    explicit journal_reader(journal_file const& journal);

    /** Read the journal of an interrupted run. */
    explicit journal_reader(interrupted_journal const& journal);

    journal_reader(journal_reader&&) noexcept;
    journal_reader& operator=(journal_reader&&) noexcept;
    ~journal_reader();

    /** Read the next record.

        @param into  Overwritten. Its strings keep their capacity, so that nothing is allocated in the steady state.
        @return  False at the end. A torn last line is none: it is left out.
        @par Errors  Throws system_error with errc::journal_not_readable, path and line in its text: the line is no
                     record, or none that can come there in the journal of one run: that begins with the record of a
                     run, has further ones of the same run and service alone, nothing else behind the end of a
                     process, and no more pairs begun than planned. Or the system's code. */
    bool next(journal_record& into);

    /** As `next`, but passes over records of pairs that were planned, begun and admitted without looking at them. */
    bool next_but_begun(journal_record& into);

    /** As `next`, but passes over results without looking at them. */
    bool next_but_results(journal_record& into);

    /** Begin again at the first record. */
    void rewind();

    /** Bytes of the whole lines read so far. At the end: where a torn last line begins, and a resume goes on. */
    std::uint64_t whole_bytes() const noexcept;

    /** Bytes of a torn last line, at the end. */
    std::uint64_t torn_bytes() const noexcept;

    /** Tell whether a process was writing the journal when this reader was made. What it has written since is not read. */
    bool is_being_written() const noexcept;

    /** Where it is; empty if it has no name. */
    std::filesystem::path const& path() const noexcept;

private:
    class impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace batch_cancel
