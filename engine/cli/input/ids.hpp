#pragma once

#include <string_view>

namespace batch_cancel::cli
{

/** Longest id in bytes. */
inline constexpr std::size_t longest_id = 256;

/** Tell whether `text` is a GUID in its usual form, 8-4-4-4-12 hexadecimal digits of either case, without braces. */
bool is_guid(std::string_view text) noexcept;

/** Say why `id` cannot be a job id; empty if it can. A text that is no valid UTF-8 must have been sorted out before. */
std::string_view job_id_fault(std::string_view id) noexcept;

/** Say why `id` cannot be a task id; empty if it can. As `job_id_fault`. */
std::string_view task_id_fault(std::string_view id) noexcept;

}  // namespace batch_cancel::cli
