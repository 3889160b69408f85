#pragma once

#include "core/ticket.hpp"

#include <cstddef>
#include <cstdint>

namespace batch_cancel::core
{

/** Stops a run against something that does not speak HTTP: answers to so many different pairs in a row that could not be
    read. */
class unreadable_rule
{
public:
    static constexpr std::size_t limit = 10;

    /** Take in an unreadable answer.
        @return  True if the run is to stop. */
    bool on_unreadable(ticket& asked) noexcept
    {
        if (asked.unreadable_row != row_)
        {
            asked.unreadable_row = row_;
            ++pairs_;
        }
        return pairs_ >= limit;
    }

    /** Take in an answer that could be read. */
    void on_readable() noexcept
    {
        if (pairs_ == 0)
            return;
        pairs_ = 0;
        ++row_;
    }

private:
    std::uint64_t row_{1};
    std::size_t pairs_{0};  // different ones of this row
};

}  // namespace batch_cancel::core
