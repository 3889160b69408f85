#pragma once

#include <filesystem>

namespace batch_cancel::cli
{

/** Tell whether two paths lead to one file: by whatever links, and also if it is not there yet. */
bool is_same_file(std::filesystem::path const& one, std::filesystem::path const& other);

}  // namespace batch_cancel::cli
