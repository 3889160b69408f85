#pragma once

#include "shim/board.hpp"

#include <filesystem>

namespace batch_cancel::crash
{

/** The rig's side of the board: a file of its own that is mapped as long as the object lives. */
class board_file
{
public:
    /** Make the file anew, with nothing planned.
        @par Errors  std::system_error. */
    explicit board_file(std::filesystem::path path);

    board_file(board_file const&) = delete;
    board_file& operator=(board_file const&) = delete;
    ~board_file();

    board& operator*() const noexcept
    {
        return *mapped_;
    }

    board* operator->() const noexcept
    {
        return mapped_;
    }

    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

private:
    std::filesystem::path path_;
    board* mapped_{nullptr};
};

}  // namespace batch_cancel::crash
