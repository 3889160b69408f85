#pragma once

#include <string>
#include <string_view>

namespace batch_cancel::journal_format
{

/** Name this start of the machine, as Linux does in /proc/sys/kernel/random/boot_id; empty if that cannot be read. */
std::string current_boot_id();

/** Tell whether what a process had written when it ended, without syncing it, may be lost: the machine has been started again
    since, or nobody knows. */
bool may_have_lost_writes(std::string_view boot_of_writer, std::string_view boot_now) noexcept;

}  // namespace batch_cancel::journal_format
