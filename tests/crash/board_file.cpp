#include "board_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

namespace batch_cancel::crash
{

board_file::board_file(std::filesystem::path path)
    : path_(std::move(path))
{
    int const file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0 || ::ftruncate(file, sizeof(board)) != 0)
        throw std::system_error{errno, std::generic_category(), path_.string()};
    void* const mapped = ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (mapped == MAP_FAILED)
        throw std::system_error{errno, std::generic_category(), path_.string()};
    mapped_ = new (mapped) board{};
}

board_file::~board_file()
{
    ::munmap(mapped_, sizeof(board));
}

}  // namespace batch_cancel::crash
