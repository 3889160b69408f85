#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace batch_cancel::cli
{

/** Longest id in bytes. */
inline constexpr std::size_t longest_id = 256;

/** What an id names. */
enum class id_kind : std::uint8_t
{
    job,
    task,
};

/** Tell whether `text` is a GUID in its usual form, 8-4-4-4-12 hexadecimal digits of either case, without braces. */
bool is_guid(std::string_view text) noexcept;

/** Tell whether `text` was probably meant to be a GUID, and is none: a digit is missing, added or mistyped, a hyphen is
    missing or a dash of a word processor. */
bool is_nearly_guid(std::string_view text) noexcept;

/** A name or value of a table without what programs put around it: characters that cannot be seen, and `="…"`, which keeps a
    spreadsheet from reading a number.
    @param text  Valid UTF-8, as in the functions below. */
std::string_view unwrapped(std::string_view text) noexcept;

/** An id without what programs put around it: as `unwrapped`, and braces around a GUID. Cleaning twice changes nothing. */
std::string_view clean_id(std::string_view text) noexcept;

/** Say why a clean id cannot be one; empty if it can. */
std::string id_fault(id_kind kind, std::string_view id);

}  // namespace batch_cancel::cli
