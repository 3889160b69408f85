#pragma once

namespace batch_cancel::cli
{

/** What the program tells the shell; by a signal, 128 and its number. */
enum class exit_code : int
{
    all_well = 0,
    /** Finished, but not every pair was accepted, or lines were rejected. */
    not_all_well = 1,
    /** Nothing was sent. */
    not_usable = 2,
    stopped_by_limit = 3,
    credentials_refused = 4,
    not_written = 5,
    /** A fault of the program itself. */
    internal_error = 70,
};

constexpr exit_code exit_code_of_signal(int signal) noexcept
{
    return static_cast<exit_code>(128 + signal);
}

}  // namespace batch_cancel::cli
