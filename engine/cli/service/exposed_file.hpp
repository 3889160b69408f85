#pragma once

#include <filesystem>
#include <string>

namespace batch_cancel::cli
{

/** What to tell the user about a file with a secret that other users can read; empty if they cannot, and for what is no file on
    a disk, a pipe say: that belongs to whoever started this process.

    A file that belongs to somebody else may be readable by its group: this process may have no other access to it. */
std::string exposure_text(std::filesystem::path const& secret);

}  // namespace batch_cancel::cli
