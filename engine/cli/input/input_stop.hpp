#pragma once

#include <cstdint>

namespace batch_cancel::cli
{

/** Why a reading has ended before the input did. */
enum class input_stop : std::uint8_t
{
    none,
    /** There is a pair more than allowed. */
    max_pairs,
    /** A stream has more rejected lines than allowed. */
    max_rejected,
    /** What follows cannot be understood. */
    unreadable,
};

}  // namespace batch_cancel::cli
