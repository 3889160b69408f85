#include "cli/input/input_file.hpp"

#include "cli/input/input_error.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace batch_cancel::cli
{

namespace
{

[[noreturn]] void fail_to_read(std::string const& name, boost::system::error_code error)
{
    throw boost::system::system_error{error, name + ": cannot be read"};
}

boost::system::error_code last_error() noexcept
{
    return {errno, boost::system::system_category()};
}

// Opening a pipe without its other end does not wait, then. It means nothing to a regular file.
int flags_for(file_kinds allowed) noexcept
{
    constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
    return allowed == file_kinds::only_regular ? flags | O_NONBLOCK : flags;
}

/** Open once more what a descriptor refers to, so that making it non-blocking is seen by no other process that has it;
    where that cannot be done, as with sockets, share it. */
int open_again(int descriptor) noexcept
{
    auto const path = "/proc/self/fd/" + std::to_string(descriptor);
    auto const opened = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    return opened >= 0 ? opened : ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}

}  // namespace

input_file::input_file(std::string const& path, file_kinds allowed)
    : name_(path == "-" ? "stdin" : path)
    , descriptor_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), flags_for(allowed)))
    , owned_(path != "-")
{
    struct stat facts
    {
    };
    if (descriptor_ < 0 || ::fstat(descriptor_, &facts) != 0)
        throw input_error{name_ + ": cannot be opened: " + std::strerror(errno)};
    if (S_ISDIR(facts.st_mode))
    {
        if (owned_)
            ::close(descriptor_);
        throw input_error{name_ + ": is a directory; give its files"};
    }
    regular_ = S_ISREG(facts.st_mode);
    if (owned_ && !regular_ && allowed == file_kinds::only_regular)
    {
        ::close(descriptor_);
        throw input_error{name_ + ": is not a regular file"};
    }
    start_ = regular_ ? std::max<long long>(0, ::lseek(descriptor_, 0, SEEK_CUR)) : 0;
    position_ = start_;
}

input_file::input_file(input_file&& other) noexcept
    : name_(std::move(other.name_))
    , descriptor_(std::exchange(other.descriptor_, -1))
    , owned_(other.owned_)
    , regular_(other.regular_)
    , start_(other.start_)
    , position_(other.position_)
    , furthest_(other.furthest_)
    , unread_(std::move(other.unread_))
    , unread_at_(other.unread_at_)
    , stream_(std::move(other.stream_))
{
}

input_file::~input_file()
{
    if (owned_ && descriptor_ >= 0)
        ::close(descriptor_);
}

std::size_t input_file::take_unread(std::span<char> into) noexcept
{
    auto const count = std::min(into.size(), unread_.size() - unread_at_);
    std::copy_n(unread_.data() + unread_at_, count, into.data());
    unread_at_ += count;
    return count;
}

std::size_t input_file::read_now(std::span<char> into)
{
    if (auto const count = take_unread(into); count != 0)
        return count;
    for (;;)
    {
        auto const count = regular_ ? ::pread(descriptor_, into.data(), into.size(), position_)
                                    : ::read(descriptor_, into.data(), into.size());
        if (count >= 0)
        {
            position_ += count;
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR)
            fail_to_read(name_, last_error());
    }
}

bool input_file::can_wait_for() const noexcept
{
    struct stat facts
    {
    };
    return ::fstat(descriptor_, &facts) == 0 &&
           (S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode) || ::isatty(descriptor_) == 1);
}

boost::asio::awaitable<std::size_t> input_file::read_later(std::span<char> into)
{
    if (auto const count = take_unread(into); count != 0)
        co_return count;
    if (regular_ || !can_wait_for())
        co_return read_now(into);
    auto const executor = co_await boost::asio::this_coro::executor;
    if (!stream_)
        stream_.emplace(executor, open_again(descriptor_));
    boost::system::error_code error;
    auto const buffer = boost::asio::buffer(into.data(), into.size());
    auto const count =
        co_await stream_->async_read_some(buffer, boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error && error != boost::asio::error::eof)
        fail_to_read(name_, error);
    co_return count;
}

void input_file::keep()
{
    if (regular_)
        return;
    std::error_code missing;
    auto const folder = std::filesystem::temp_directory_path(missing);
    if (missing)
        throw input_error{"a copy of " + name_ +
                          " cannot be made: there is no folder for temporary files; name one by "
                          "the variable TMPDIR"};
    std::string path = (folder / "batch-cancel-XXXXXX").string();
    auto const kept = ::mkostemp(path.data(), O_CLOEXEC);  // mode 0600
    if (kept < 0)
        throw boost::system::system_error{last_error(), "a copy of " + name_ + " cannot be made in " + path};
    ::unlink(path.c_str());
    std::array<char, 64 * 1024> block{};
    while (auto const count = read_now(block))
    {
        for (std::size_t done = 0; done != count;)
        {
            auto const written = ::write(kept, block.data() + done, count - done);
            if (written >= 0)
                done += static_cast<std::size_t>(written);
            else if (auto const error = last_error(); errno != EINTR)
            {
                ::close(kept);
                throw boost::system::system_error{error, "a copy of " + name_ + " cannot be kept"};
            }
        }
    }
    if (owned_)
        ::close(descriptor_);
    descriptor_ = kept;
    owned_ = regular_ = true;
    start_ = position_ = 0;
}

void input_file::rewind() noexcept
{
    furthest_ = std::max(furthest_, position_);
    position_ = start_;
    unread_at_ = 0;
}

void input_file::unread(std::string bytes)
{
    unread_ = std::move(bytes);
    unread_at_ = 0;
}

}  // namespace batch_cancel::cli
