#pragma once

#include "cli/console/console.hpp"
#include "cli/input/pair_sieve.hpp"

#include <batch_cancel/journal_record.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace batch_cancel::cli
{

/** Says which lines of the input are no pairs: the first few, and that there are more. A line that is found again in a
    second reading is not said again. */
class rejection_log
{
public:
    explicit rejection_log(console& out) noexcept
        : out_(out)
    {
    }

    void note(rejected_line const& rejected);

    /** Notes each line that is put there. Must not outlive this object. */
    rejection_sink sink()
    {
        return [this](rejected_line const& rejected) { note(rejected); };
    }

    /** Say how many there are if not all were named, and that was not said before.
        @param rejected  Of the input, as far as it was read. */
    void tell_count(std::uint64_t rejected);

private:
    console& out_;
    std::vector<std::string> told_;  // where, "file:line"
    bool told_of_more_{false};
    std::uint64_t told_count_{0};
};

}  // namespace batch_cancel::cli
