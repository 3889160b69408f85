#pragma once

#include <batch_cancel/secret_text.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>

namespace batch_cancel::auth
{

/** Read a file, which may be a pipe, up to a number of bytes. No other copy of them is left in memory.
    @return  Nothing if it cannot be read; `errno` then has the cause. */
std::optional<secret_text> read_start_of_file(std::filesystem::path const& file, std::size_t most);

}  // namespace batch_cancel::auth
