#pragma once

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

namespace batch_cancel::journal_format
{

/** Owns a file descriptor. */
class descriptor
{
public:
    descriptor() = default;

    explicit descriptor(int fd) noexcept
        : fd_(fd)
    {
    }

    descriptor(descriptor&& other) noexcept
        : fd_(std::exchange(other.fd_, -1))
    {
    }

    descriptor& operator=(descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }

    ~descriptor();

    int get() const noexcept
    {
        return fd_;
    }

private:
    int fd_{-1};
};

/** Create a file for appending, mode 0600, locked. Throws system_error: errc::journal_exists, errc::journal_in_use, or the
    system's code, with the path in its text. */
descriptor create_locked(std::filesystem::path const& path);

/** Open a file for appending that is there already, and lock it. Throws as create_locked, and errc::journal_not_readable for
    what is no file. */
descriptor open_locked(std::filesystem::path const& path);

/** Remove a file from its folder, if the path still leads to it. */
void remove_name(descriptor const& file, std::filesystem::path const& path) noexcept;

/** Open a file for reading, without waiting for the other end of what turns out to be a pipe. Throws as open_locked. */
descriptor open_to_read(std::filesystem::path const& path);

/** Throw errc::journal_not_readable for a pipe or a device, since a journal is read more than once; the system's code for a
    folder. */
void require_file(descriptor const& file, std::filesystem::path const& path);

/** Create a file that has no name, in the directory for temporary files. Throws as create_locked. */
descriptor create_nameless();

/** What an append did. */
struct append_result
{
    boost::system::error_code error{};
    /** Calls to write(2). */
    std::uint64_t writes = 0;
};

/** Write all of `text` at the end. What a failed write has left behind is a torn line at most. */
append_result append(descriptor const& file, std::string_view text) noexcept;

/** Find where the last whole line ends. 0 if there is none. Throws system_error with the system's code. */
std::uint64_t end_of_last_line(descriptor const& file);

/** Cut a file off. */
boost::system::error_code cut(descriptor const& file, std::uint64_t bytes) noexcept;

/** What a sync is asked for. */
enum class synced_kind : std::uint8_t
{
    file,
    /** Some network file systems cannot sync it. */
    folder,
    /** A pipe or a device: nothing of it comes to a disk. */
    stream,
};

/** Tell whether an error of a sync means no more than that there is nothing to sync. EROFS does not: ext4 answers so when an
    I/O error has made it give up, and what was written is lost. */
bool cannot_be_synced(int error, synced_kind what) noexcept;

/** Bring the data of a file to the disk. */
boost::system::error_code sync_data(descriptor const& file) noexcept;

/** Bring the name of a file to the disk, so that a new file survives a loss of power. */
boost::system::error_code sync_name(std::filesystem::path const& path) noexcept;

/** Tell whether another open file holds the lock of create_locked. */
bool is_locked_elsewhere(descriptor const& file) noexcept;

}  // namespace batch_cancel::journal_format
