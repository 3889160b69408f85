#pragma once

#include <string_view>

namespace batch_cancel::cli
{

/** Tell whether a byte stands somewhere in a text. */
bool has(std::string_view text, char byte) noexcept;

/** Why a line cannot be read as text; empty if it can. */
std::string_view text_fault(std::string_view text) noexcept;

}  // namespace batch_cancel::cli
