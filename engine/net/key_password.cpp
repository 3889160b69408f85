#include "net/key_password.hpp"

#include <batch_cancel/errc.hpp>

#include <openssl/crypto.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

namespace batch_cancel::net
{

namespace
{

constexpr std::size_t longest_password = 1023;  // OpenSSL's own bound (PEM_BUFSIZE) less one

[[noreturn]] void refuse_password(std::filesystem::path const& file, std::string const& why)
{
    throw described_error(errc::bad_configuration, "cannot read a key's password from " + file.string() + ": " + why);
}

// The first bytes of a file; a descriptor keeps no further copy of them, as a stream would.
std::size_t read_start(std::filesystem::path const& file, char* into, std::size_t size)
{
    auto const descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        refuse_password(file, std::generic_category().message(errno));
    std::size_t filled = 0;
    ssize_t got = 1;
    while (filled != size && got != 0)
    {
        got = ::read(descriptor, into + filled, size - filled);
        if (got < 0 && errno != EINTR)
        {
            auto const cause = errno;
            ::close(descriptor);
            OPENSSL_cleanse(into, size);
            refuse_password(file, std::generic_category().message(cause));
        }
        filled += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
    ::close(descriptor);
    return filled;
}

}  // namespace

key_password::key_password(std::filesystem::path const& file)
{
    if (file.empty())
        return;
    std::array<char, longest_password + 3> start;  // and a line end, and one byte more
    auto const size = read_start(file, start.data(), start.size());
    std::string_view line(start.data(), size);
    line = line.substr(0, line.find('\n'));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    auto const length = line.size();
    value_.reserve(longest_password);
    value_ = line.substr(0, longest_password);
    OPENSSL_cleanse(start.data(), start.size());
    if (length == 0)
        refuse_password(file, "its first line is empty");
    if (length > longest_password)
        refuse_password(file, "its first line is longer than 1023 bytes");
}

key_password::~key_password()
{
    OPENSSL_cleanse(value_.data(), value_.size());
}

int key_password::give(char* into, int size, int, void* self) noexcept
{
    constexpr int refused = -1;
    if (self == nullptr)
        return refused;
    auto& password = *static_cast<key_password*>(self);
    password.was_needed_ = true;
    if (password.value_.empty() || password.value_.size() > static_cast<std::size_t>(size))
        return refused;
    std::memcpy(into, password.value_.data(), password.value_.size());
    return static_cast<int>(password.value_.size());
}

}  // namespace batch_cancel::net
