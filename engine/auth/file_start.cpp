#include "auth/file_start.hpp"

#include "wire/wiped_string.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace batch_cancel::auth
{

namespace
{

class descriptor
{
public:
    explicit descriptor(std::filesystem::path const& file) noexcept
        : number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC))
    {
    }

    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;

    ~descriptor()
    {
        auto const cause = errno;
        if (number_ >= 0)
            ::close(number_);
        errno = cause;
    }

    int number() const noexcept
    {
        return number_;
    }

private:
    int number_;
};

// Not through a stream, which has buffers of its own.
ssize_t read_some(int from, char* into, std::size_t most) noexcept
{
    ssize_t count = 0;
    do
        count = ::read(from, into, most);
    while (count < 0 && errno == EINTR);
    return count;
}

}  // namespace

std::optional<secret_text> read_start_of_file(std::filesystem::path const& file, std::size_t most)
{
    descriptor const opened{file};
    if (opened.number() < 0)
        return std::nullopt;
    wire::wiped_string content(most, '\0');
    std::size_t size = 0;
    for (ssize_t count = 1; count != 0 && size != most; size += static_cast<std::size_t>(count))
    {
        count = read_some(opened.number(), content.data() + size, most - size);
        if (count < 0)
            return std::nullopt;
    }
    content.resize(size);
    return secret_text{content};
}

}  // namespace batch_cancel::auth
