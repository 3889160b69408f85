#include "journal/append_file.hpp"

#include <batch_cancel/errc.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace batch_cancel::journal_format
{

namespace
{

boost::system::error_code last_error() noexcept
{
    return {errno, boost::system::system_category()};
}

struct flock whole_file(short type) noexcept
{
    struct flock lock
    {
    };
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

// Some network file systems have none, or their server lacks the part that keeps them.
bool means_no_locks(int error) noexcept
{
    return error == ENOLCK || error == EOPNOTSUPP || error == ENOSYS || error == EINVAL;
}

// The lock goes with the open file, not with the process, so that two journals of one process shut each other out too,
// and asking for it does not take it.
void lock(descriptor const& file, std::filesystem::path const& path)
{
    auto wanted = whole_file(F_WRLCK);
    if (::fcntl(file.get(), F_OFD_SETLK, &wanted) == 0)
        return;
    auto const error = last_error();
    if (error.value() == EAGAIN || error.value() == EACCES)
        throw described_error(errc::journal_in_use,
                              "another process writes the journal " + path.string() + "; it can be read meanwhile");
    auto text = "cannot lock the journal " + path.string() + ": " + error.message();
    if (means_no_locks(error.value()))
        text +=
            "; its file system has no file locks, and without one two processes could write one journal: keep it on a "
            "local disk";
    throw described_error(error, std::move(text));
}

[[noreturn]] void refuse_special(std::filesystem::path const& path)
{
    throw described_error(
        errc::journal_not_readable,
        path.string() + ": it is a pipe, a socket or a device, and a journal is read more than once; give a file");
}

// Fills all of a buffer: a read may give less than was asked for. Throws system_error, also if the file ends before.
std::string_view read_at(descriptor const& file, std::span<char> into, std::uint64_t offset)
{
    for (std::size_t done = 0; done != into.size();)
    {
        auto const read =
            ::pread(file.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (read < 0 && errno == EINTR)
            continue;
        if (read < 0)
            throw boost::system::system_error(last_error());
        if (read == 0)
            throw boost::system::system_error(make_error_code(boost::system::errc::io_error));
        done += static_cast<std::size_t>(read);
    }
    return {into.data(), into.size()};
}

synced_kind kind_of(descriptor const& file) noexcept
{
    struct stat status
    {
    };
    bool const is_other = ::fstat(file.get(), &status) == 0 && !S_ISREG(status.st_mode);
    return is_other ? synced_kind::stream : synced_kind::file;
}

}  // namespace

descriptor::~descriptor()
{
    if (fd_ >= 0)
        ::close(fd_);
}

descriptor create_locked(std::filesystem::path const& path)
{
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC;
    descriptor file(::open(path.c_str(), flags, S_IRUSR | S_IWUSR));
    if (file.get() < 0)
    {
        auto const error = last_error();
        if (error.value() == EEXIST)
            throw described_error(errc::journal_exists,
                                  "there is a file already, and nothing is overwritten: " + path.string());
        throw boost::system::system_error(error, "cannot create the journal " + path.string());
    }
    try
    {
        lock(file, path);
    }
    catch (...)
    {
        ::unlink(path.c_str());  // it is ours, and empty
        throw;
    }
    return file;
}

descriptor open_locked(std::filesystem::path const& path)
{
    // O_NONBLOCK, so that opening a pipe does not wait for its other end; it means nothing to a file.
    descriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0)
        throw boost::system::system_error(last_error(), "cannot open the journal " + path.string());
    require_file(file, path);
    lock(file, path);
    // The process that made it may have removed it just before it gave the lock back.
    struct stat status
    {
    };
    if (::fstat(file.get(), &status) == 0 && status.st_nlink == 0)
        throw boost::system::system_error({ENOENT, boost::system::system_category()},
                                          "cannot open the journal " + path.string());
    return file;
}

void remove_name(descriptor const& file, std::filesystem::path const& path) noexcept
{
    struct stat here
    {
    };
    struct stat there
    {
    };
    bool const is_same = ::fstat(file.get(), &here) == 0 && ::lstat(path.c_str(), &there) == 0 &&
                         here.st_dev == there.st_dev && here.st_ino == there.st_ino;
    if (is_same)
        ::unlink(path.c_str());
}

descriptor open_to_read(std::filesystem::path const& path)
{
    descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0)
    {
        auto const error = last_error();
        if (error.value() == ENXIO)  // a socket
            refuse_special(path);
        throw boost::system::system_error(error, "cannot open the journal " + path.string());
    }
    require_file(file, path);
    return file;
}

void require_file(descriptor const& file, std::filesystem::path const& path)
{
    struct stat status
    {
    };
    if (::fstat(file.get(), &status) != 0 || S_ISREG(status.st_mode))
        return;
    if (S_ISDIR(status.st_mode))
        throw boost::system::system_error({EISDIR, boost::system::system_category()},
                                          "cannot read the journal " + path.string());
    refuse_special(path);
}

descriptor create_nameless()
{
    std::error_code missing;
    auto const folder = std::filesystem::temp_directory_path(missing);
    if (missing)
        throw boost::system::system_error(missing, "no folder for temporary files (variable TMPDIR)");
    std::string name = (folder / "batch-cancel-XXXXXX").string();
    descriptor file(::mkostemp(name.data(), O_APPEND | O_CLOEXEC));  // mode 0600
    if (file.get() < 0 || ::unlink(name.c_str()) != 0)
        throw boost::system::system_error(last_error(), "cannot create a temporary file in " + folder.string());
    return file;
}

append_result append(descriptor const& file, std::string_view text) noexcept
{
    append_result done;
    while (!text.empty())
    {
        auto const written = ::write(file.get(), text.data(), text.size());
        ++done.writes;
        if (written < 0)
        {
            if (errno == EINTR)
                continue;
            done.error = last_error();
            return done;
        }
        if (written == 0)
        {
            done.error = make_error_code(boost::system::errc::io_error);
            return done;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return done;
}

std::uint64_t end_of_last_line(descriptor const& file)
{
    struct stat status
    {
    };
    if (::fstat(file.get(), &status) != 0)
        throw boost::system::system_error(last_error());
    std::array<char, 64 * 1024> block;
    for (auto end = static_cast<std::uint64_t>(status.st_size); end != 0;)
    {
        auto const wanted = std::min<std::uint64_t>(end, block.size());
        auto const text = read_at(file, {block.data(), wanted}, end - wanted);
        if (auto const found = text.rfind('\n'); found != std::string_view::npos)
            return end - wanted + found + 1;
        end -= wanted;
    }
    return 0;
}

boost::system::error_code cut(descriptor const& file, std::uint64_t bytes) noexcept
{
    while (::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0)
    {
        if (errno != EINTR)
            return last_error();
    }
    return {};
}

boost::system::error_code sync_data(descriptor const& file) noexcept
{
    while (::fdatasync(file.get()) != 0)
    {
        auto const error = last_error();
        if (error.value() == EINTR)
            continue;
        return cannot_be_synced(error.value(), kind_of(file)) ? boost::system::error_code{} : error;
    }
    return {};
}

boost::system::error_code sync_name(std::filesystem::path const& path) noexcept
{
    try
    {
        auto const folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
        descriptor const directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (directory.get() < 0)
            return errno == EACCES ? boost::system::error_code{} : last_error();  // writable, but not to be listed
        if (::fsync(directory.get()) != 0 && !cannot_be_synced(errno, synced_kind::folder))
            return last_error();
        return {};
    }
    catch (std::bad_alloc const&)
    {
        return make_error_code(boost::system::errc::not_enough_memory);
    }
}

bool cannot_be_synced(int error, synced_kind what) noexcept
{
    return error == EINVAL && what != synced_kind::file;
}

bool is_locked_elsewhere(descriptor const& file) noexcept
{
    auto asked = whole_file(F_RDLCK);
    return ::fcntl(file.get(), F_OFD_GETLK, &asked) == 0 && asked.l_type != F_UNLCK;
}

}  // namespace batch_cancel::journal_format
