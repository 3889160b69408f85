#include "cli/commands/rejection_log.hpp"

#include "cli/render/number_text.hpp"

#include <algorithm>

namespace batch_cancel::cli
{

namespace
{

constexpr std::size_t most_told = 10;

}  // namespace

void rejection_log::note(rejected_line const& rejected)
{
    if (told_of_more_)
        return;
    auto place = rejected.file + ":" + std::to_string(rejected.line);
    if (std::find(told_.begin(), told_.end(), place) != told_.end())
        return;
    if (told_.size() == most_told)
    {
        told_of_more_ = true;
        out_.warning("more lines are rejected; they are counted, and not named here");
        return;
    }
    out_.warning(place + ": rejected: " + rejected.cause);
    told_.push_back(std::move(place));
}

void rejection_log::tell_count(std::uint64_t rejected)
{
    if (!told_of_more_ || rejected <= told_count_)
        return;
    told_count_ = rejected;
    out_.warning(grouped_text(rejected) + " lines are rejected in all");
}

}  // namespace batch_cancel::cli
