#pragma once

#include <batch_cancel/journal_record.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace batch_cancel::journal_format
{

/** Whether records of pairs that are planned, begun and admitted are all shown. */
enum class begun_records : bool
{
    seen,
    passed_over,
};

/** Tell in what a process is none of a run, for people: "the run's id was X before, and is Y here". Empty if it is one. */
std::string other_run(run_record const& begun, run_record const& process);

/** Knows which record may come next in the journal of one run: that of a process first, nothing but another process after
    one has told its end, all processes of the same run against the same service, and no more pairs begun than planned.
    Journals that were joined in one file have lines that can be read, and add up to nothing that was. */
class record_order
{
public:
    /** Take the next record.
        @return  Why it cannot stand there, for people; empty if it can. */
    std::string take(journal_record const& next, begun_records begun = begun_records::seen);

    /** Tell whether a record of any type can come next, which then need not be shown. */
    bool takes_any() const noexcept
    {
        return begun_ && !has_ended_;
    }

private:
    std::string take_run(run_record const& next);
    std::string take_begun(journal_record const& next);

    std::optional<run_record> begun_;  // the first; its tenant is the first that was known
    bool has_ended_{false};
    std::uint64_t planned_{0};  // pairs of this process
    std::uint64_t begun_pairs_{0};
    bool has_passed_over_{false};  // so these do not count all
};

}  // namespace batch_cancel::journal_format
