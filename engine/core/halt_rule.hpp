#pragma once

#include <batch_cancel/result.hpp>

#include <cstdint>

namespace batch_cancel::core
{

/** Stops a run in which too many pairs fail: whatever is wrong, the rest had better wait for someone to look. */
class halt_rule
{
public:
    /** A share says nothing before there are so many outcomes. */
    static constexpr std::uint64_t least_outcomes = 100;

    /** @param max_failed        So many stop the run; 0: any number may fail.
        @param max_failed_share  This share of the outcomes stops it; 0: any share may. */
    halt_rule(std::uint64_t max_failed, double max_failed_share) noexcept
        : max_failed_(max_failed)
        , max_failed_share_(max_failed_share)
    {
    }

    /** Take in an outcome.
        @return  True if the run is to stop. */
    bool on_outcome(outcome of) noexcept
    {
        ++outcomes_;
        if (of == outcome::failed)
            ++failed_;
        if (max_failed_ != 0 && failed_ >= max_failed_)
            return true;
        return max_failed_share_ > 0 && outcomes_ >= least_outcomes &&
               static_cast<double>(failed_) >= max_failed_share_ * static_cast<double>(outcomes_);
    }

    std::uint64_t failed() const noexcept
    {
        return failed_;
    }

    std::uint64_t outcomes() const noexcept
    {
        return outcomes_;
    }

private:
    std::uint64_t max_failed_;
    double max_failed_share_;
    std::uint64_t outcomes_{0};
    std::uint64_t failed_{0};
};

}  // namespace batch_cancel::core
