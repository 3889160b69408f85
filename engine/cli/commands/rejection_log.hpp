#pragma once

#include "cli/console/console.hpp"

#include <batch_cancel/journal_record.hpp>

#include <cstddef>
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

private:
    console& out_;
    std::vector<std::string> told_;  // where, "file:line"
    bool told_of_more_{false};
};

}  // namespace batch_cancel::cli
