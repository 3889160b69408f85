#pragma once

#include "fuzz/fuzzed_input.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace batch_cancel::fuzz
{

/** A file without a disk, for what wants a path. */
class memory_file
{
public:
    memory_file()
        : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC))
        , path_("/proc/self/fd/" + std::to_string(descriptor_))
    {
        expect(descriptor_ >= 0, "there is a file in memory");
    }

    memory_file(memory_file const&) = delete;
    memory_file& operator=(memory_file const&) = delete;

    ~memory_file()
    {
        ::close(descriptor_);
    }

    /** Where others may open it. */
    std::filesystem::path const& path() const noexcept
    {
        return path_;
    }

    void write(std::string_view content)
    {
        auto const wanted = static_cast<ssize_t>(content.size());
        expect(::ftruncate(descriptor_, 0) == 0, "the file in memory can be emptied");
        expect(::pwrite(descriptor_, content.data(), content.size(), 0) == wanted, "the file in memory can be written");
    }

private:
    int descriptor_;
    std::filesystem::path path_;
};

}  // namespace batch_cancel::fuzz
