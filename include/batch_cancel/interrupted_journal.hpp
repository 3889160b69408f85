#pragma once

#include <filesystem>
#include <memory>

namespace batch_cancel
{

/** The journal of a run that has stopped or was killed, locked so that no other process goes on with it. Read it with
    journal_reader(interrupted_journal const&), then continue it with journal_file(interrupted_journal, …). `resume_run` does all
    of this.

    @par Thread safety  As any value. */
class interrupted_journal
{
public:
    /** Open a journal and lock it.
        @par Errors  Throws system_error: errc::journal_in_use (another process writes it), errc::journal_not_readable (a pipe
                     or a device), or the system's code, with the path in its text. */
    explicit interrupted_journal(std::filesystem::path path);

    interrupted_journal(interrupted_journal&&) noexcept;
    interrupted_journal& operator=(interrupted_journal&&) noexcept;

    /** Gives the lock back, unless a journal_file has taken it over. */
    ~interrupted_journal();

    std::filesystem::path const& path() const noexcept;

    /** Tell whether somebody else could have written what the journal says: another user owns the file, or its mode lets group or
        others write. True as well if the system does not tell. */
    bool others_may_write() const noexcept;

private:
    friend class journal_file;
    friend class journal_reader;
    class impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace batch_cancel
